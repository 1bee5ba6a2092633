import { run, workflow } from 'tintype';
import { inThread, workerThreads } from 'tintype/worker-threads';
import type { countPrimes, refuteGoldbach } from './workers/primes.ts';

const module = new URL('./workers/primes.ts', import.meta.url);

const cpu = workflow('cpu')
  .context<{ limit: number }>()
  .task({ name: 'count', run: inThread<typeof countPrimes>({ module, export: 'countPrimes' }) })
  .task({
    name: 'goldbach',
    // It never returns, so its thread is terminated.
    timeout: 1000,
    maxRetries: 0,
    continueOnFailure: true,
    run: inThread<typeof refuteGoldbach>({ module, export: 'refuteGoldbach' }),
  })
  .task({
    name: 'print',
    dependencies: ['count'],
    // Not made by `inThread`, so it is called in this thread as usual.
    run: ({ primes, limit }) => console.log(`There are ${primes} primes below ${limit}`),
  });

export default cpu;

if (import.meta.filename === process.argv[1]) {
  await using threads = workerThreads({ maxThreads: 2, grace: 100 });
  const job = run(cpu, { context: { limit: 100_000 }, executor: threads.executor });
  const { tasks } = await job;
  for (const { task, state, error } of tasks.values()) {
    console.log(`${task}: ${error ?? state}`);
  }
  // Resolves once the thread with the endless loop has ended.
  await job.drained;
  console.log('The endless loop has ended');
}
