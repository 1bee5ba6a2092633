import FakeTimers from '@sinonjs/fake-timers';
import test from 'ava';
import { defaultRetryIf, run, type TaskDefinition } from 'tintype';
import { afterAnswers, afterPause, countOutcome, isPauseDue, isPausing } from '../../src/time/event-loop.ts';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

const refuse = (): never => {
  throw new Error('no');
};

const ENDLESS: Readonly<Record<string, TaskDefinition['run']>> = {
  'throws at once': refuse,
  'rejects at once': async () => refuse(),
  'rejects after some microtasks': async () => {
    await undefined;
    refuse();
  },
};

for (const [way, call] of Object.entries(ENDLESS)) {
  const endless: TaskDefinition[] = [{ name: 'a', maxRetries: Infinity, backoff: 0, run: call }];

  test(`a timer gets through to a job whose function ${way} forever`, async (t) => {
    const job = run(endless);
    setTimeout(() => job.cancel('the timer'), 1);
    const result = await job;
    t.is(result.state === 'cancelled' && result.reason, 'the timer');
  });

  test(`the timeout of a job whose function ${way} forever ends it`, async (t) => {
    t.is((await run(endless, { timeout: 1 })).state, 'timedOut');
  });
}

test('a signal of the process gets through', async (t) => {
  const job = run([{ name: 'a', run: refuse }], { maxRetries: Infinity, backoff: 0 });
  process.once('SIGUSR2', () => job.cancel('the signal'));
  process.kill(process.pid, 'SIGUSR2');
  const result = await job;
  t.is(result.state === 'cancelled' && result.reason, 'the signal');
});

test('the timeout of a job ends it while it still calls functions, and the rest are not called', async (t) => {
  let calls = 0;
  const work = () => {
    calls += 1;
    const end = performance.now() + 1;
    while (performance.now() < end);
  };
  const tasks = Array.from({ length: 50_000 }, (_, index): TaskDefinition => ({ name: `t${index}`, run: work }));
  t.is((await run(tasks, { timeout: 1 })).state, 'timedOut');
  t.true(calls < tasks.length);
});

test('the timeout of an attempt counts from the call of its function', async (t) => {
  const work = () => {
    const end = performance.now() + 1;
    while (performance.now() < end);
  };
  const tasks = Array.from({ length: 300 }, (_, index): TaskDefinition => ({ name: `t${index}`, timeout: 50, run: work }));
  t.is((await run(tasks, { maxRetries: 0, maxConcurrency: Infinity })).state, 'completed');
});

test('a result returned before a cancel is kept, even if the job pauses', async (t) => {
  const returned: string[] = [];
  const tasks = Array.from(
    { length: 3000 },
    (_, index): TaskDefinition => ({
      name: `t${index}`,
      run: () => {
        returned.push(`t${index}`);
        return {};
      },
    }),
  );
  const job = run(tasks);
  setTimeout(() => job.cancel());
  const { tasks: reports, state } = await job;
  t.is(state, 'cancelled');
  t.deepEqual(
    returned.filter((name) => reports.get(name)?.state !== 'completed'),
    [],
  );
});

// Serial: other jobs of this process have outcomes, too.
test.serial('jobs pause after 1000 outcomes, and go on when the event loop has turned', async (t) => {
  await new Promise<void>(afterPause);
  t.false(isPauseDue());
  for (let outcome = 0; outcome < 1000; outcome += 1) {
    countOutcome();
  }
  t.true(isPauseDue());
  const order: string[] = [];
  const gone = new Promise<void>((resolve) =>
    afterPause(() => {
      order.push('the job');
      resolve();
    }),
  );
  await Promise.resolve().then(() => order.push('a microtask'));
  t.true(isPausing());
  await gone;
  t.deepEqual(order, ['a microtask', 'the job']);
  t.false(isPausing());
  t.false(isPauseDue());
});

test('`maxRetries: Infinity` retries until the retry policy refuses', async (t) => {
  let calls = 0;
  const result = await run(
    [
      {
        name: 'a',
        backoff: 0,
        run: () => {
          calls += 1;
          throw calls < 20 ? new Error('again') : new TypeError('no');
        },
      },
    ],
    { maxRetries: Infinity, retryIf: defaultRetryIf },
  );
  t.is(result.state, 'failed');
  t.is(calls, 20);
});

const FAKED = ['setTimeout', 'clearTimeout', 'setImmediate', 'queueMicrotask', 'Date', 'performance', 'nextTick'] as const;

test.serial('fake timers neither start nor stop a job, and drive its timeouts and backoffs', async (t) => {
  const clock = FakeTimers.install({ toFake: [...FAKED] });
  try {
    let calls = 0;
    const tasks = Array.from(
      { length: 2500 },
      (_, index): TaskDefinition => ({
        name: `t${index}`,
        run: () => {
          calls += 1;
        },
      }),
    );
    t.is((await run(tasks)).state, 'completed');
    t.is(calls, 2500);

    const states: string[] = [];
    const job = run([{ name: 'a', maxRetries: 1, backoff: 60_000, run: refuse }]);
    job.on('task.*', ({ to }) => states.push(to));
    do {
      await new Promise<void>(afterPause);
    } while (isPausing());
    // A job that paused goes on some microtasks later.
    await new Promise<void>(afterPause);
    t.deepEqual(states, ['ready', 'running', 'backingOff']);
    await clock.tickAsync(60_000);
    t.is((await job).state, 'failed');

    const endless = run([{ name: 'a', run: () => new Promise(() => {}) }], { timeout: 3_600_000 });
    await new Promise<void>(afterPause);
    await clock.tickAsync(3_600_000);
    t.is((await endless).state, 'timedOut');
  } finally {
    clock.uninstall();
  }
});

test.serial(
  'under fake timers, a job does everything it can before the event loop turns, however long that takes',
  async (t) => {
    const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    try {
      const work = () => {
        const end = performance.now() + 15;
        while (performance.now() < end);
      };
      const last: TaskDefinition = {
        name: 'last',
        dependencies: ['a', 'b', 'c'],
        maxRetries: 0,
        timeout: 1000,
        run: () => new Promise(() => {}),
      };
      const job = run([...['a', 'b', 'c'].map((name): TaskDefinition => ({ name, run: work })), last]);
      let isRunning = false;
      job.on('task.running', ({ task }) => {
        isRunning ||= task === 'last';
      });
      for (let microtask = 0; microtask < 1000; microtask += 1) {
        await undefined;
      }
      t.true(isRunning);
      await clock.tickAsync(1000);
      t.is((await job).state, 'failed');
    } finally {
      clock.uninstall();
    }
  },
);

test.serial('an hour of fake time in one step takes no job from its process', async (t) => {
  const clock = FakeTimers.install({ toFake: [...FAKED] });
  try {
    const store = new MemoryStore();
    const isRunning = deferred<void>();
    const end = deferred<object>();
    const hourLater = run(
      [
        {
          name: 'a',
          run: () => {
            isRunning.resolve();
            return end.promise;
          },
        },
      ],
      { store, id: 'one' },
    );
    await isRunning.promise;
    clock.tick(3_600_000);
    await new Promise<void>(afterAnswers);
    end.resolve({ done: true });
    t.like(await hourLater, { state: 'completed', context: { done: true } });

    store.before = (what) => void (what === 'create' && clock.tick(3_600_000));
    t.is((await run([{ name: 'a', run: () => {} }], { store, id: 'two' })).state, 'completed');
  } finally {
    clock.uninstall();
  }
});
