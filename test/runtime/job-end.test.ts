import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { type Job, type JobEvent, type RunOptions, run, type TaskDefinition } from 'tintype';
import { soon } from '../helpers/bad-input-harm.ts';
import { type Deferred, deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const forever = () => new Promise<undefined>(() => {});
const nothing = () => {};
const fail = () => {
  throw boom;
};

test('twenty jobs with one signal add one listener to it, which stays until the last has ended', async (t) => {
  const { signal } = new AbortController();
  const listeners = () => getEventListeners(signal, 'abort').length;
  const works = Array.from({ length: 20 }, () => deferred());
  const jobs = works.map(({ promise }) => run([{ name: 'a', run: () => promise }], { signal }));
  await settle();
  t.is(listeners(), 1);
  for (const [index, { resolve }] of works.entries()) {
    t.is(listeners(), 1);
    resolve(undefined);
    t.is((await jobs[index])?.state, 'completed');
  }
  t.is(listeners(), 0);
});

test('twenty jobs with one signal are all cancelled by it, also when others have ended, and none leaves a listener', async (t) => {
  const controller = new AbortController();
  const { signal } = controller;
  const done = await run([{ name: 'a', run: nothing }], { signal });
  t.is(done.state, 'completed');
  const quick = run([{ name: 'a', run: nothing }], { signal });
  const jobs = Array.from({ length: 20 }, () => run([{ name: 'a', run: forever }], { signal }));
  t.is((await quick).state, 'completed');
  await settle();
  t.is(getEventListeners(signal, 'abort').length, 1);
  controller.abort('enough');
  const outcomes = (await Promise.all(jobs)).map((result) => result.state === 'cancelled' && result.reason);
  t.deepEqual(outcomes, Array(20).fill('enough'));
  t.is(getEventListeners(signal, 'abort').length, 0);
});

test('job.failed has the failed task, the reason and the error', async (t) => {
  const events: JobEvent[] = [];
  const clock = new SteppedClock();
  clock.set(500);
  const tasks = [
    { name: 'good', run: nothing },
    { name: 'bad', run: fail, dependencies: ['good'], maxRetries: 0 },
  ];
  const job = run(tasks, { clock });
  job.on('job.failed', (event) => events.push(event));
  await job;
  t.deepEqual(events, [
    {
      type: 'job.failed',
      from: 'running',
      to: 'failed',
      failedTask: 'bad',
      reason: 'exception',
      error: boom,
      sequence: 8,
      at: 500,
    },
  ]);
  t.is((events[0] as { error?: unknown }).error, boom);
});

for (const [how, options, end, event] of [
  ['fails', {}, ({ failing }) => failing.reject(boom), 'job.failed'],
  ['is cancelled', {}, ({ job }) => job.cancel(), 'job.cancelled'],
  ['is timed out', { timeout: 50 }, ({ clock }) => clock.increment(50), 'job.timedOut'],
] as [string, RunOptions, (setup: Ending) => void, string][]) {
  test(`when a job ${how}, the events of its tasks come first, then signals abort, then its own event`, async (t) => {
    const log: string[] = [];
    const clock = new SteppedClock();
    const failing = deferred();
    const working = (name: string): TaskDefinition => ({
      name,
      run: (_, { signal }) => {
        signal.addEventListener('abort', () => log.push(`abort ${name}`));
        return forever();
      },
    });
    const tasks: TaskDefinition[] = [
      { name: 'failing', run: () => failing.promise, maxRetries: 0 },
      working('one'),
      { name: 'backing off', run: fail, backoff: 1000 },
      working('other'),
      { name: 'waiting', run: nothing, dependencies: ['one'] },
    ];
    const job = run(tasks, { ...options, clock });
    await settle();
    job.on('*', (heard) => log.push('task' in heard ? `${heard.type} ${heard.task}` : heard.type));
    end({ job, failing, clock });
    await job;
    t.deepEqual(log, [
      `task.${event === 'job.failed' ? 'failed' : 'cancelled'} failing`,
      'task.cancelled one',
      'task.cancelled backing off',
      'task.cancelled other',
      'task.skipped waiting',
      'abort one',
      'abort other',
      event,
    ]);
  });
}

interface Ending {
  readonly job: Job;
  readonly failing: Deferred<object | undefined>;
  readonly clock: SteppedClock;
}

test('drained resolves when a job completes, and when it is cancelled before its start or with nothing running', async (t) => {
  const completed = run([{ name: 'a', run: nothing }]);
  t.is(await soon(completed.drained), undefined);
  t.is(completed.snapshot().state, 'completed');
  t.is(await soon(run([]).drained), undefined);

  const unstarted = run([{ name: 'a', run: forever }]);
  unstarted.cancel();
  t.is(await soon(unstarted.drained), undefined);

  const clock = new SteppedClock();
  const backingOff = run([{ name: 'a', run: fail, backoff: 1000 }], { clock });
  await settle();
  t.is(backingOff.why('a').state, 'backingOff');
  t.is(await soon(backingOff.drained), 'pending');
  backingOff.cancel();
  t.is(await soon(backingOff.drained), undefined);
});

test('drained waits for the end of the job, and for the last function that was called', async (t) => {
  const [one, other] = [deferred(), deferred()];
  const job = run([
    { name: 'one', run: () => one.promise },
    { name: 'other', run: () => other.promise },
    { name: 'last', run: forever, dependencies: ['one', 'other'] },
  ]);
  await settle();
  job.cancel();
  t.is(await soon(job.drained), 'pending');
  one.resolve(undefined);
  t.is(await soon(job.drained), 'pending');
  other.reject(boom);
  t.is(await soon(job.drained), undefined);
});

test('nothing is called after a job has ended, whatever its functions do', async (t) => {
  const late = [deferred(), deferred()];
  const calls: string[] = [];
  const tasks = late.map(({ promise }, index) => ({ name: `task ${index}`, run: () => promise }));
  const job = run(tasks, { onEvent: ({ type }) => calls.push(type) });
  job.on('*', ({ type }) => calls.push(type));
  await settle();
  job.cancel();
  await job;
  const before = calls.length;
  job.on('*', ({ type }) => calls.push(type));
  late[0]?.resolve({ late: true });
  late[1]?.reject(boom);
  await job.drained;
  job.cancel();
  await settle();
  t.is(calls.length, before);
});

test('a job that has ended holds none of the listeners that were added before', async (t) => {
  const job = run([{ name: 'a', run: nothing }]);
  const { listener, subscription } = addListener((added) => job.on('*', added));
  await job;
  await settle();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < 5 && listener.deref() !== undefined; turn += 1) {
    await settle();
    collect();
  }
  t.is(listener.deref(), undefined);
  t.notThrows(() => subscription.deref()?.unsubscribe());
  t.is(job.snapshot().state, 'completed');
});

/** Adds a listener that nothing else holds. */
function addListener(add: (listener: () => void) => { unsubscribe(): void }) {
  const listener = () => {};
  return { listener: new WeakRef(listener), subscription: new WeakRef(add(listener)) };
}

test('the result of a job, its context, its failure and the report of each task are frozen', async (t) => {
  const clock = new SteppedClock();
  const tasks: TaskDefinition[] = [
    { name: 'good', run: () => ({ good: 1 }) },
    { name: 'tolerated', run: fail, maxRetries: 1, continueOnFailure: true },
    { name: 'working', run: forever },
    { name: 'waiting', run: nothing, dependencies: ['working'] },
  ];
  for (const result of [
    await run(tasks.slice(0, 2), { backoff: 0 }),
    await run([...tasks, { name: 'bad', run: fail, maxRetries: 1 }], { backoff: 0 }),
    await withTime(clock, run(tasks, { clock, timeout: 10 })),
    await run(tasks, { signal: AbortSignal.abort() }),
  ]) {
    t.true(Object.isFrozen(result), result.state);
    t.true(Object.isFrozen(result.context), result.state);
    t.true(result.state !== 'failed' || Object.isFrozen(result.failure));
    for (const report of result.tasks.values()) {
      t.true(Object.isFrozen(report), `${result.state}: ${report.task} ${report.state}`);
    }
  }
});

test('the development build of XState has nothing to warn of, however jobs end', async (t) => {
  const mark = 'and now on purpose';
  const program = ['--conditions=development', '--import=tsx', 'test/helpers/jobs-in-development.ts', mark];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, program);
  const [ofJobs, onPurpose] = stderr.split(mark);
  t.notRegex(stdout + ofJobs, /Event "/);
  t.regex(String(onPurpose), /Event "late" was sent to stopped actor/, 'it is the development build');
  const counts: Record<string, number> = {};
  for (const state of JSON.parse(stdout) as string[]) {
    counts[state] = (counts[state] ?? 0) + 1;
  }
  t.deepEqual(counts, { completed: 2, failed: 4, cancelled: 5, timedOut: 1 });
});
