import { setTimeout as sleep } from 'node:timers/promises';
import test from 'ava';
import { InvalidArgumentError, type JobEvent, resume, run, workflow } from 'tintype';
import { fails, never, recordEvents, returns, skippingClock, stub, takes } from 'tintype/testing';
import { MemoryStore } from '../helpers/memory-store.ts';

const nothing = () => {};
const timesOf = (events: readonly JobEvent[], type: JobEvent['type']): number[] =>
  events.filter((event) => event.type === type).map(({ at }) => at);
/** Waits for something real: timers that are set after the clock's own, and so fire after it. */
const realWork = async () => {
  for (let count = 0; count < 4; count += 1) {
    await sleep(1);
  }
};

const flow = workflow('w')
  .task({ name: 'slow', timeout: 60_000, maxRetries: 3, backoff: 30_000, run: nothing })
  .task({ name: 'next', dependencies: ['slow'], maxRetries: 0, run: nothing });

for (const interpreter of ['compiled', 'xstate'] as const) {
  test(`backoffs and timeouts are skipped, and events have the times they would have had (${interpreter})`, async (t) => {
    const job = run(stub(flow, { slow: fails(2).then(never()) }), { clock: skippingClock(), interpreter });
    const events = recordEvents(job);
    t.like(await job, { state: 'failed', failure: { task: 'slow', reason: 'timedOut', attempts: 4 } });
    t.deepEqual(timesOf(events, 'task.running'), [0, 30_000, 60_000, 150_000]);
    t.deepEqual(timesOf(events, 'job.failed'), [210_000]);
    await job.drained;
  });
}

test('the clock starts at the time it is given', async (t) => {
  const clock = skippingClock(1_000_000);
  await run(stub(flow, { slow: takes(500) }), { clock });
  t.is(clock.now(), 1_000_500);
});

test('a clock can not start at anything but a finite number', (t) => {
  t.throws(() => skippingClock(Number.NaN), {
    instanceOf: InvalidArgumentError,
    message: '`skippingClock` takes a finite number of milliseconds, got NaN',
  });
});

test('time stands still while a function waits for something real', async (t) => {
  const job = run(stub(flow, { slow: realWork, next: realWork }), { clock: skippingClock(), timeout: 60_000 });
  const events = recordEvents(job);
  const { state, tasks } = await job;
  t.like({ state, attempts: tasks.get('slow')?.attempts }, { state: 'completed', attempts: 1 });
  t.deepEqual(timesOf(events, 'job.completed'), [0]);
});

test('time stands still for real work before and after a skipped wait, and in a function that calls the real one', async (t) => {
  const real = workflow('w').task({ name: 'a', timeout: 60_000, maxRetries: 0, run: realWork });
  const stubs = [
    takes(50_000),
    takes(50_000).then(realWork),
    fails(0),
    async (context: object, execution: Parameters<ReturnType<typeof never>>[1]) => {
      await realWork();
      await takes(50_000).then(realWork)(context, execution, async () => {});
    },
  ];
  for (const replacement of stubs) {
    const { state } = await run(stub(real, { a: replacement }), { clock: skippingClock() });
    t.is(state, 'completed');
  }
});

test('time stands still while one of several functions works', async (t) => {
  const tasks = workflow('w')
    .task({ name: 'real', run: realWork })
    .task({ name: 'retried', maxRetries: 1, backoff: 60_000, run: nothing });
  const events: JobEvent[] = [];
  const flow = stub(tasks, { retried: fails(1).then(returns()) });
  await run(flow, { clock: skippingClock(), onEvent: (event) => events.push(event) });
  t.deepEqual(
    events.filter(({ type }) => type === 'task.completed').map((event) => 'task' in event && event.task),
    ['real', 'retried'],
  );
});

const hang = () => new Promise<never>(() => {});

for (const [title, work, timeout] of [
  ['hangs', hang, 500],
  ['hangs after a wait that was aborted', (context, execution) => takes(60_000)(context, execution, hang).catch(hang), 10_000],
] as const satisfies [string, Parameters<typeof stub<typeof flow>>[1]['slow'], number][]) {
  test(`a function that ${title} is timed out, and does not stop the clock after that`, async (t) => {
    const tasks = workflow('w').task({ name: 'a', timeout, maxRetries: 2, backoff: 3_600_000, run: nothing });
    const job = run(stub(tasks, { a: work }), { clock: skippingClock() });
    const events = recordEvents(job);
    t.like(await job, { state: 'failed', failure: { reason: 'timedOut', attempts: 3 } });
    const round = 3_600_000 + timeout;
    t.deepEqual(timesOf(events, 'task.running'), [0, round, 2 * round]);
  });
}

test('timers fire in the order they are due, and those due together in the order they were set', async (t) => {
  const tasks = workflow('w')
    .task({ name: 'c', run: nothing })
    .task({ name: 'a', run: nothing })
    .task({ name: 'b1', run: nothing })
    .task({ name: 'b2', run: nothing });
  const flow = stub(tasks, { c: takes(30_000), a: takes(10_000), b1: takes(20_000), b2: takes(20_000) });
  const job = run(flow, { clock: skippingClock() });
  const events = recordEvents(job);
  await job;
  t.deepEqual(
    events.flatMap((event) => (event.type === 'task.completed' ? [[event.task, event.at]] : [])),
    [
      ['a', 10_000],
      ['b1', 20_000],
      ['b2', 20_000],
      ['c', 30_000],
    ],
  );
});

test('a timer that is cleared does not fire, and holds nothing up', async (t) => {
  const clock = skippingClock();
  const fired: string[] = [];
  const first = clock.setTimeout(() => fired.push('cleared'), 10);
  await new Promise<void>((resolve) => {
    clock.setTimeout(() => {
      fired.push('kept');
      resolve();
    }, 20);
    clock.clearTimeout(first);
  });
  t.deepEqual([fired, clock.now()], [['kept'], 20]);
});

test('the timeout of the job is skipped to, and what waits is aborted', async (t) => {
  const job = run(stub(flow, { slow: takes(50_000), next: never() }), { clock: skippingClock(), timeout: 90_000 });
  const events = recordEvents(job);
  t.is((await job).state, 'timedOut');
  t.deepEqual(timesOf(events, 'job.timedOut'), [90_000]);
  await job.drained;
});

test('jobs can share a clock', async (t) => {
  const clock = skippingClock();
  const jobs = [100, 300, 200].map((time) => run(stub(flow, { slow: takes(time) }), { clock }));
  const order: number[] = [];
  await Promise.all(jobs.map((job, index) => job.then(() => order.push(index))));
  t.deepEqual([order, clock.now()], [[0, 2, 1], 300]);
});

test('time stands still while an executor works', async (t) => {
  const executor = async ({ run }: { run: () => unknown }) => {
    await realWork();
    return run();
  };
  t.is((await run(stub(flow, { slow: takes(50_000) }), { clock: skippingClock(), executor })).state, 'completed');
});

test('time stands still while the store works, so no lease is lost', async (t) => {
  const store = new MemoryStore();
  store.before = realWork;
  const options = { clock: skippingClock(), store, lease: 30_000 };
  const job = run(stub(flow, { slow: fails(1).then(takes(55_000)) }), { ...options, id: 'one', timeout: 100_000 });
  const events = recordEvents(job);
  t.is((await job).state, 'completed');
  t.deepEqual(timesOf(events, 'job.completed'), [85_000]);
  t.is((await resume(flow, 'one', options)).state, 'completed');
});

test('time stands still for all jobs of a clock while one is saved for the first time', async (t) => {
  const store = new MemoryStore();
  store.before = realWork;
  const clock = skippingClock();
  const saved = run(flow, { clock, store });
  const events = recordEvents(saved);
  await Promise.all([saved, run(stub(flow, { slow: takes(50_000) }), { clock })]);
  t.deepEqual(timesOf(events, 'job.running'), [0]);
});

test('without a clock that skips, a stub waits in real time', async (t) => {
  const { state, tasks } = await run(stub(flow, { slow: takes(1), next: fails(0).then(takes(0)) }));
  t.is(state, 'completed');
  t.is(tasks.get('slow')?.attempts, 1);
});

test.serial('fake timers that are installed later do not stop the clock', async (t) => {
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (() => 0) as unknown as typeof setTimeout;
  try {
    t.is((await run(stub(flow, { slow: fails(3).then(returns()) }), { clock: skippingClock() })).state, 'completed');
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});
