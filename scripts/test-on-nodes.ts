/** Runs the tests on other versions of Node.js: `tsx scripts/test-on-nodes.ts 20 22`. Skips the version it runs on itself. */
import { execFileSync } from 'node:child_process';
import { nodeBinary } from './node-binary.ts';

const own = Number.parseInt(process.versions.node, 10);

for (const major of process.argv.slice(2).map(Number)) {
  if (major === own) {
    console.log(`\nNode.js ${major}: skipped, \`npm test\` runs on it`);
    continue;
  }
  console.log(`\nNode.js ${major}`);
  execFileSync(nodeBinary(major), ['node_modules/ava/entrypoints/cli.mjs'], { stdio: 'inherit' });
}
