import { execFileSync } from 'node:child_process';
import test from 'ava';

const PROGRAM = `
import { createRequire } from 'node:module';
import { run } from './dist/index.js';

const isLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('xstate'));
const tasks = [{ name: 'a', run: () => ({ a: 1 }) }];
const ran = await run(tasks, { timeout: 1000 });
const seen = [ran.state, isLoaded()];
const job = run(tasks);
const { actor } = job;
const { Actor } = await import('xstate');
console.log(JSON.stringify([...seen, isLoaded(), actor instanceof Actor, (await job).state]));
`;

test('Node.js loads XState when someone looks at a job, and the same copy that `import` loads', (t) => {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], { encoding: 'utf8' });
  t.deepEqual(JSON.parse(output), ['completed', false, true, true, 'completed']);
});
