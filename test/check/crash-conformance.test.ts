import test from 'ava';
import { type Job, type JobStore, resume, run, type TaskDefinition } from 'tintype';
import {
  checkWorkflow,
  ReplayError,
  type Resumer,
  type Runner,
  type TestPath,
  type TestPathOptions,
  testPaths,
} from 'tintype/check';
import { countOutcome } from '../../src/time/event-loop.ts';
import { AT_ONCE, DAGS, task } from './dags.ts';

const FAULTS = { crash: 'anywhere', delivery: 'at-least-once', reduce: { finishedContext: false } } as const;

const start: Runner = (tasks, options) => run(tasks, { ...options, interpreter: 'xstate' }) as Job;
const again: Resumer = (tasks, id, options) => resume(tasks, id, { ...options, interpreter: 'xstate' }) as Job;

function sizesOf(tasks: readonly TaskDefinition[], cover: 'edges' | 'transitions', faulty: TestPathOptions) {
  const { ok, states, transitions } = checkWorkflow(tasks, faulty);
  const found = testPaths(tasks, { ...faulty, cover });
  return { ok, found, size: { states, transitions, paths: found.length } };
}

for (const { name, tasks, options, faultySize, countedSize, faultyCover: cover = 'edges' } of DAGS) {
  const sizeOf = (faulty: TestPathOptions) => sizesOf(tasks, cover, faulty);

  test(`what the checker takes for a crash and a resume is what the runtime does, with both interpreters: ${name}`, async (t) => {
    const { ok, found, size } = sizeOf({ ...options, ...FAULTS });
    t.true(ok);
    t.deepEqual(size, faultySize);
    for (const path of found) {
      await path.replay();
      await path.replay(start, again);
    }
  });

  test(`the same goes if interrupted attempts count: ${name}`, async (t) => {
    const { ok, found, size } = sizeOf({ ...options, ...FAULTS, delivery: 'exactly-once', countInterrupted: true });
    t.true(ok);
    t.deepEqual(size, countedSize);
    for (const path of found) {
      await path.replay();
    }
  });
}

const MANY = { maxConcurrency: 2, maxRetries: 1 };
const FEW = { maxConcurrency: 1, maxRetries: 0 };

for (const [what, own, other, countInterrupted, size] of [
  ['lower', MANY, FEW, false, { states: 343, transitions: 779, paths: 643 }],
  ['higher', FEW, MANY, false, { states: 343, transitions: 779, paths: 647 }],
  ['lower, and interrupted attempts count', MANY, FEW, true, { states: 319, transitions: 705, paths: 636 }],
] as const) {
  test(`the same goes if a resume may set limits that are ${what}`, async (t) => {
    const tasks = [task('a', [], { timeout: 10 }), task('b')];
    const {
      ok,
      found,
      size: actual,
    } = sizesOf(tasks, 'edges', {
      ...AT_ONCE,
      ...own,
      outcomes: ['returns', 'throws'],
      cancel: false,
      crash: 'anywhere',
      countInterrupted,
      resumeLimits: [other],
      reduce: { finishedContext: false },
    });
    t.true(ok);
    t.deepEqual(actual, size);
    for (const path of found) {
      await path.replay();
    }
  });
}

const [join] = DAGS;
const paths: readonly TestPath[] = testPaths(join!.tasks, { ...join!.options, ...FAULTS, cover: 'states' });

/** A store whose record another one changes as it is read. */
const rereading =
  (change: (attempts: Attempts) => Attempts): Resumer =>
  (tasks, id, options) => {
    const { store } = options;
    const changed: typeof store = {
      codec: store.codec,
      create: (...given) => store.create(...given),
      async acquire(...given) {
        const job = await store.acquire(...given);
        return { ...job, attempts: change(job.attempts) };
      },
      append: (...given) => store.append(...given),
      renew: (...given) => store.renew(...given),
      release: (...given) => store.release(...given),
      read: (...given) => store.read(...given),
      list: (...given) => store.list(...given),
      delete: (...given) => store.delete(...given),
    };
    return resume(tasks, id, { ...options, store: changed }) as Job;
  };

type Attempts = Awaited<ReturnType<Parameters<Resumer>[2]['store']['acquire']>>['attempts'];
type Outcome = NonNullable<Attempts[number]['outcome']>;

const without = (isLost: (outcome: Outcome) => boolean) =>
  rereading((attempts) =>
    attempts.map((one) => (one.outcome !== undefined && isLost(one.outcome) ? { ...one, outcome: undefined } : one)),
  );

test('a job that pauses after each entry it saves does the same', async (t) => {
  const pausing: Runner = (tasks, { store, ...options }) => {
    const append: JobStore['append'] = async (...given) => {
      await store?.append(...given);
      // Due after so many outcomes, which saves the time of a long one.
      Array.from({ length: 1000 }, countOutcome);
    };
    const slow = new Proxy(store as JobStore, {
      get: (target, key) => {
        const value = key === 'append' ? append : Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    return run(tasks, { ...options, store: slow }) as Job;
  };
  const saving = testPaths(join!.tasks, { ...join!.options, ...FAULTS, cover: 'edges' }).filter(
    ({ description }) => description.split('while the store is saving that a times out').length === 2,
  );
  t.true(saving.length > 50);
  for (const path of saving) {
    await path.replay(pausing);
  }
});

const broken: Readonly<Record<string, Resumer>> = {
  'forgets that tasks completed': without(({ type }) => type === 'attempt.succeeded'),
  'forgets that attempts failed': without(({ type }) => type === 'attempt.failed'),
  'forgets backoffs': rereading((attempts) =>
    attempts.map((one) => (one.outcome?.type === 'attempt.failed' ? { ...one, outcome: { ...one.outcome, retryAt: 0 } } : one)),
  ),
  'repeats what is not to be repeated': rereading((attempts) =>
    attempts.map((one) =>
      one.outcome?.type === 'attempt.failed' ? { ...one, outcome: { ...one.outcome, retryAt: one.outcome.retryAt ?? 0 } } : one,
    ),
  ),
  'counts interrupted attempts, unasked': (tasks, id, options) =>
    resume(tasks, id, { ...options, countInterrupted: true }) as Job,
  'has fewer slots': (tasks, id, options) => resume(tasks, id, { ...options, maxConcurrency: 1 }) as Job,
  'starts the job anew': (tasks, id, { store: _, executor: __, countInterrupted: ___, ...options }) =>
    run(tasks, { ...options, id, ...join!.options, timeout: 3_000_000 }) as Job,
};

for (const [name, resumer] of Object.entries(broken)) {
  test(`a replay finds a resume that ${name}`, async (t) => {
    const outcomes = await Promise.allSettled(paths.map((path) => path.replay(undefined, resumer)));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    t.true(errors.length > 0);
    t.true(errors.length < paths.length);
    for (const error of errors) {
      t.true(error instanceof ReplayError);
      t.regex(error.message, /^In step \d+, (expected .+, got |the job can't follow: )/);
    }
  });
}
