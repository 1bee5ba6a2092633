/** Runs the tests on other versions of Node.js: `tsx scripts/test-on-nodes.ts 20 22`. Skips the version it runs on itself. */
import { execFileSync } from 'node:child_process';
import { nodeBinary } from './node-binary.ts';

/** These test a browser or a compiler, whatever Node.js runs them, or take long to compute what is the same everywhere. */
const ELSEWHERE = [
  '!test/browser.test.ts',
  '!test/inspector/{page*,parts-in-browser}.test.ts',
  '!test/types/**',
  '!test/check/{*defects,reductions,packed,random-undo,crash*,branch-conformance,undo-conformance}.test.ts',
];

const own = Number.parseInt(process.versions.node, 10);

for (const major of process.argv.slice(2).map(Number)) {
  if (major === own) {
    console.log(`\nNode.js ${major}: skipped, \`npm test\` runs on it`);
    continue;
  }
  console.log(`\nNode.js ${major}`);
  execFileSync(nodeBinary(major), ['node_modules/ava/entrypoints/cli.mjs', '{test,examples}/**/*.test.ts', ...ELSEWHERE], {
    stdio: 'inherit',
  });
}
