// Runs a job in threads and does not close them, nor those that never had a call.
import { run, workflow } from 'tintype';
import { inThread, workerThreads } from 'tintype/worker-threads';

const sums = workflow<{ a: number; b: number }>('sums').task({
  name: 'add',
  run: inThread<typeof import('./work.ts').add>({ module: new URL('./work.ts', import.meta.url), export: 'add' }),
});
workerThreads();
const { executor } = workerThreads();
console.log((await run(sums, { context: { a: 1, b: 2 }, executor }).unwrap()).sum);
