/** Runs the tests on the Node.js versions named as arguments: `tsx scripts/test-on-nodes.ts 22 24`. */
import { execFileSync } from 'node:child_process';
import { nodeBinary } from './node-binary.ts';

for (const major of process.argv.slice(2)) {
  console.log(`\nNode.js ${major}`);
  execFileSync(nodeBinary(Number(major)), ['node_modules/ava/entrypoints/cli.mjs'], { stdio: 'inherit' });
}
