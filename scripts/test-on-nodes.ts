/** Runs the tests on the Node.js versions named as arguments, but for the one it runs on: `tsx scripts/test-on-nodes.ts 20 22`. */
import { execFileSync } from 'node:child_process';
import { nodeBinary } from './node-binary.ts';

const own = Number.parseInt(process.versions.node, 10);

for (const major of process.argv.slice(2).map(Number)) {
  if (major === own) {
    console.log(`\nNode.js ${major} is the one that \`npm test\` runs on`);
    continue;
  }
  console.log(`\nNode.js ${major}`);
  execFileSync(nodeBinary(major), ['node_modules/ava/entrypoints/cli.mjs'], { stdio: 'inherit' });
}
