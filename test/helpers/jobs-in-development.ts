import { type Job, run, type TaskDefinition } from 'tintype';
import { createActor, createMachine } from 'xstate';
import { deferred } from './deferred.ts';
import { SteppedClock, settle, withTime } from './simulated-time.ts';

// A program for `node --conditions=development`: it ends jobs in every way, so that the development build of XState warns of what
// it does not like. It prints how they ended, then its argument, and then makes XState warn on purpose.

const TIMEOUT = 1000;
const forever = () => new Promise<undefined>(() => {});
const fail = () => {
  throw new Error('boom');
};

/** Runs a job, some of whose functions return or throw when their attempt has timed out or the job has ended. */
async function endOf(act: (job: Job, clock: SteppedClock) => unknown, more: readonly TaskDefinition[] = []): Promise<string> {
  const clock = new SteppedClock();
  const controller = new AbortController();
  const [soon, late] = [deferred(), deferred()];
  const stubborn = { timeout: 10, maxRetries: 1, continueOnFailure: true };
  const tasks: TaskDefinition[] = [
    { name: 'good', run: () => ({ good: 1 }) },
    { name: 'needs good', run: () => {}, dependencies: ['good'] },
    { name: 'returns soon', run: () => soon.promise, ...stubborn },
    { name: 'throws late', run: () => late.promise.then(fail), ...stubborn, backoff: 5 },
    { name: 'returns late', run: () => late.promise, ...stubborn, maxRetries: 0 },
    { name: 'backs off', run: fail, backoff: 7, maxRetries: 2, continueOnFailure: true },
    ...more,
  ];
  const job = run(tasks, { clock, timeout: TIMEOUT, signal: controller.signal, maxConcurrency: 4, backoff: 0 });
  await act(job, clock);
  soon.resolve(undefined);
  const { state } = await withTime(clock, job);
  late.resolve({ late: true });
  await settle();
  await settle();
  job.cancel('after the end');
  controller.abort('after the end');
  job.actor.stop();
  clock.increment(2 * TIMEOUT);
  await settle();
  return state;
}

const nothing = () => {};
const ends = [
  await endOf(nothing),
  await endOf((_, clock) => settle().then(() => clock.increment(10))),
  await endOf(nothing, [{ name: 'bad', run: fail, maxRetries: 0 }]),
  await endOf(nothing, [{ name: 'bad', run: () => 5 as never }]),
  await endOf(nothing, [{ name: 'bad', run: forever, timeout: 20, maxRetries: 1 }]),
  await endOf(nothing, [{ name: 'bad', run: () => settle().then(fail) as never, maxRetries: 0 }]),
  await endOf((job) => job.cancel()),
  await endOf((job) => settle().then(() => job.cancel())),
  await endOf(async (job, clock) => {
    await settle();
    clock.increment(10);
    job.cancel();
  }),
  await endOf((job) => void job.on('task.failed', () => job.cancel())),
  await endOf((job) => void job.on('task.completed', () => job.cancel())),
];
const endless = new SteppedClock();
const job = run([{ name: 'a', run: forever }], { clock: endless, timeout: TIMEOUT });
ends.push((await withTime(endless, job)).state);

process.stdout.write(JSON.stringify(ends));
await settle();
console.warn(process.argv[2]);
createActor(createMachine({ initial: 'end', states: { end: { type: 'final' } } }))
  .start()
  .send({ type: 'late' });
