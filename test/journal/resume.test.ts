import test from 'ava';
import {
  deleteJobs,
  getJob,
  type InvalidWorkflowError,
  type Job,
  type JobEvent,
  JobStoreError,
  listJobs,
  resume,
  resumeAll,
  run,
  type TaskDefinition,
  WorkflowChangedError,
  workflow,
} from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { settle } from '../helpers/simulated-time.ts';

/** A chain a → b → c in which the functions say what they do; those that `stops` names never return. */
function chain(called: string[], stops: readonly string[] = [], version?: string) {
  const work = (name: string) => async (): Promise<{ [key: string]: string }> => {
    called.push(name);
    if (stops.includes(name)) {
      await new Promise(() => {});
    }
    return { [name]: name.toUpperCase() };
  };
  return workflow('chain', { version })
    .task({ name: 'a', run: work('a') })
    .task({ name: 'b', dependencies: ['a'], run: work('b') })
    .task({ name: 'c', dependencies: ['b'], run: work('c') });
}

/** Resolves when the job tells of an event. */
function heard(job: Pick<Job, 'on'>, type: JobEvent['type'], task: string): Promise<void> {
  const { promise, resolve } = deferred<void>();
  job.on(type, (event) => 'task' in event && event.task === task && resolve());
  return promise;
}

test('a job continues after a crash: completed tasks are not called again, interrupted ones are', async (t) => {
  const store = new MemoryStore();
  const before: string[] = [];
  const job = run(chain(before, ['b']), { id: 'one', store });
  await heard(job, 'task.running', 'b');
  await settle();
  const after: string[] = [];
  const result = await resume(chain(after), 'one', { store: store.crash() });
  t.deepEqual(before, ['a', 'b']);
  t.deepEqual(after, ['b', 'c']);
  t.is(result.state, 'completed');
  t.deepEqual<object, object>(result.context, { a: 'A', b: 'B', c: 'C' });
  t.is(result.tasks.get('b')?.attempts, 1);
});

test('the end of an attempt has no effect before it is saved', async (t) => {
  const store = new MemoryStore();
  const { promise: written, resolve: write } = deferred<void>();
  const reached = deferred<void>();
  store.before = (what) => {
    if (what === 'attempt.succeeded') {
      reached.resolve();
      return written;
    }
    return undefined;
  };
  const called: string[] = [];
  const job = run(chain(called), { store });
  await reached.promise;
  await settle();
  t.deepEqual(called, ['a']);
  t.is(job.snapshot().tasks.get('a')?.state, 'running');
  t.deepEqual<object, object>(job.snapshot().context, {});
  write();
  t.is((await job).state, 'completed');
  t.deepEqual(called, ['a', 'b', 'c']);
});

test('no function is called before its start is saved', async (t) => {
  const store = new MemoryStore();
  const called: string[] = [];
  store.before = (what) => {
    t.false(called.includes('a') && what === 'create');
    if (what === 'attempt.started') {
      called.push('record');
    }
  };
  await run(chain(called), { store });
  t.deepEqual(called, ['record', 'a', 'record', 'b', 'record', 'c']);
});

test('a resumed job emits past events again, marked as restored and with their original time', async (t) => {
  const store = new MemoryStore();
  let time = 1000;
  const clock = { now: () => time, setTimeout: (call: () => void, ms: number) => setTimeout(call, ms), clearTimeout };
  const job = run(chain([], ['b']), { id: 'one', store, clock });
  await heard(job, 'task.running', 'b');
  await settle();
  time = 5000;
  const told: string[] = [];
  const resumed = resume(chain([]), 'one', {
    store: store.crash(),
    clock,
    onEvent: ({ type, at, restored, ...event }) =>
      told.push(`${type} ${'task' in event ? event.task : ''} ${at}${restored ? ' restored' : ''}`),
  });
  const { tasks } = await resumed;
  t.deepEqual(told, [
    'job.running  1000 restored',
    'task.ready a 1000 restored',
    'task.running a 1000 restored',
    'task.completed a 1000 restored',
    'task.ready b 5000',
    'task.running b 5000',
    'task.completed b 5000',
    'task.ready c 5000',
    'task.running c 5000',
    'task.completed c 5000',
    'job.completed  5000',
  ]);
  t.is(tasks.get('a')?.endedAt, 1000);
});

test('a job that has ended returns its result again, and calls nothing', async (t) => {
  const store = new MemoryStore();
  await run(chain([]), { id: 'one', store });
  const calls = store.calls.length;
  const called: string[] = [];
  const result = await resume(chain(called), 'one', { store });
  t.is(result.state, 'completed');
  t.deepEqual<object, object>(result.context, { a: 'A', b: 'B', c: 'C' });
  t.deepEqual(called, []);
  t.deepEqual(store.calls.slice(calls), ['acquire']);
});

test('failed, cancelled and timed-out jobs end again as they did', async (t) => {
  const store = new MemoryStore();
  const failing = workflow('failing').task({
    name: 'fail',
    maxRetries: 1,
    backoff: 0,
    retryIf: true,
    run: () => {
      throw new RangeError('no');
    },
  });
  await run(failing, { id: 'failed', store });
  const failed = await resume(failing, 'failed', { store, maxRetries: 9 });
  t.true(failed.state === 'failed' && (failed.failure.error as Error).message === 'no' && failed.failure.attempts === 2);

  const cancelled = run(chain([], ['b']), { id: 'cancelled', store });
  await heard(cancelled, 'task.running', 'b');
  cancelled.cancel('enough');
  await cancelled;
  const again = await resume(chain([]), 'cancelled', { store });
  t.true(again.state === 'cancelled' && again.reason === 'enough');
  t.is(again.tasks.get('a')?.state, 'completed');

  const timedOut = await run(chain([], ['b']), { id: 'timedOut', store, timeout: 1 });
  t.is(timedOut.state, 'timedOut');
  const late = await resume(chain([]), 'timedOut', { store });
  t.true(late.state === 'timedOut' && late.timeout === 1);
});

test('retries that were used stay used', async (t) => {
  const store = new MemoryStore();
  const attempts: number[] = [];
  const flaky = (stopAt: number) =>
    workflow('flaky').task({
      name: 'try',
      maxRetries: 2,
      backoff: 0,
      run: async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempt === stopAt) {
          await new Promise(() => {});
        }
        throw new Error(`attempt ${attempt}`);
      },
    });
  const job = run(flaky(2), { id: 'one', store });
  job.on('task.running', ({ attempt }) => attempt === 2 && setImmediate(resolve));
  const { promise, resolve } = deferred<void>();
  await promise;
  await settle();
  const result = await resume(flaky(0), 'one', { store: store.crash() });
  t.deepEqual(attempts, [1, 2, 2, 3]);
  t.true(result.state === 'failed' && result.failure.attempts === 3);
});

for (const [where, job, task] of [
  ['by its options', { maxRetries: 0 }, {}],
  ['by its tasks', {}, { maxRetries: 0 }],
] as const) {
  test(`what is saved still holds if a job is resumed with fewer retries ${where}`, async (t) => {
    const store = new MemoryStore();
    const called: string[] = [];
    const tasks = (isFirst: boolean, more: object): TaskDefinition[] => [
      {
        name: 'a',
        ...more,
        run: async (_, { attempt }) => {
          called.push(`a ${attempt}`);
          return attempt < 3 ? Promise.reject(new Error('a')) : undefined;
        },
      },
      {
        name: 'b',
        dependencies: ['a'],
        ...more,
        run: async (_, { attempt }) => {
          called.push(`b ${attempt}`);
          return isFirst && attempt === 2 ? new Promise(() => {}) : Promise.reject(new Error('b'));
        },
      },
    ];
    const first = run(tasks(true, {}), { id: 'one', store, maxRetries: 5, backoff: 0 });
    first.on('task.running', (event) => event.task === 'b' && event.attempt === 2 && setImmediate(resolve));
    const { promise, resolve } = deferred<void>();
    await promise;
    await settle();
    t.deepEqual(called.splice(0), ['a 1', 'a 2', 'a 3', 'b 1', 'b 2']);
    const result = await resume(tasks(false, task), 'one', { store: store.crash(), ...job });
    t.deepEqual(called, ['b 2'], 'the retry was decided before, and is the last one');
    t.is(result.tasks.get('a')?.state, 'completed');
    t.true(result.state === 'failed' && result.failure.task === 'b' && result.failure.attempts === 2);
  });
}

test('failures that are saved together count even if a job is resumed with fewer slots', async (t) => {
  const store = new MemoryStore();
  const at = 0;
  const failed = { type: 'attempt.failed', attempt: 1, at, reason: 'exception', error: '"no"', retryAt: undefined } as const;
  const names = ['a', 'b', 'c'];
  const job = run(
    names.map((name) => ({ name, run: () => new Promise<undefined>(() => {}) })),
    { id: 'one', store, maxRetries: 0 },
  );
  await heard(job, 'task.running', 'c');
  await settle();
  const owner = store.rows.get('one')?.owner as string;
  for (const task of ['a', 'b']) {
    await store.append('one', owner, { ...failed, task });
  }
  const called: string[] = [];
  const tasks = names.map((name) => ({ name, run: () => void called.push(name) }));
  const result = await resume(tasks, 'one', { store: store.crash(), maxConcurrency: 1 });
  t.deepEqual(called, []);
  t.deepEqual(
    [...result.tasks.values()].map(({ state }) => state),
    ['failed', 'failed', 'cancelled'],
  );
  t.true(result.state === 'failed' && result.failure.task === 'a');
});

test('an interrupted attempt can be counted as a failed one', async (t) => {
  const store = new MemoryStore();
  const job = run(chain([], ['b']), { id: 'one', store, maxRetries: 0 });
  await heard(job, 'task.running', 'b');
  await settle();
  const called: string[] = [];
  const result = await resume(chain(called), 'one', { store: store.crash(), countInterrupted: true });
  t.deepEqual(called, []);
  t.true(result.state === 'failed' && result.failure.task === 'b');
  t.is(result.state === 'failed' && (result.failure.error as { code?: string }).code, 'ATTEMPT_INTERRUPTED');
});

test('the keys of an attempt are the same after a resume', async (t) => {
  const store = new MemoryStore();
  const keys: string[] = [];
  const one = (stops: boolean) =>
    workflow('keys').task({
      name: 'pay/%',
      run: async (_, { job, idempotencyKey, attemptKey }) => {
        keys.push(`${job} ${idempotencyKey} ${attemptKey}`);
        if (stops) {
          await new Promise(() => {});
        }
      },
    });
  const job = run(one(true), { id: 'order 1', store });
  await heard(job, 'task.running', 'pay/%');
  await settle();
  await resume(one(false), 'order 1', { store: store.crash() });
  const key = 'order 1 order%201/pay%2F%25 order%201/pay%2F%25/1';
  t.deepEqual(keys, [key, key]);
});

test('a job that has changed is refused with all that differs, and nothing is called', async (t) => {
  const store = new MemoryStore();
  const job = run(chain([], ['b'], 'v1'), { id: 'one', store });
  await heard(job, 'task.running', 'b');
  await settle();
  const crashed = store.crash();
  const called: string[] = [];
  const work = () => {
    called.push('called');
  };
  const changed = workflow('chain', { version: 'v2' })
    .task({ name: 'a', run: work })
    .task({ name: 'c', dependencies: ['a'], run: work })
    .task({ name: 'd', continueOnFailure: true, run: work });
  const refused = await resume(changed, 'one', { store: crashed });
  t.deepEqual(called, []);
  t.is(refused.state, 'detached');
  const { error } = refused as { error: Error };
  t.true(error instanceof WorkflowChangedError);
  t.is(
    error.message,
    `Job \`one\` can't be resumed because its workflow has changed:
- it was started with version \`v1\`, and the workflow now has version \`v2\`
- task \`c\` also depends on \`a\`, and no longer depends on \`b\`
- task \`d\` is new
- task \`b\` is gone
Pass the workflow it was started with, or return true from \`onChange\`.`,
  );
  const accepted = await resume(changed, 'one', { store: crashed, onChange: (changes) => changes.length === 4 });
  t.is(accepted.state, 'completed');
  t.deepEqual(called, ['called', 'called']);
  t.is(crashed.rows.get('one')?.version, 'v2');
});

test('the same id twice is refused, also at the same time', async (t) => {
  const store = new MemoryStore();
  const jobs = [run(chain([]), { id: 'one', store }), run(chain([]), { id: 'one', store })];
  const results = await Promise.all(jobs.map(async (job) => job));
  t.deepEqual(
    results.map((result) => (result.state === 'detached' ? result.error.code : result.state)),
    ['completed', 'JOB_EXISTS'],
  );
});

test('a job that another process holds is refused, or waited for', async (t) => {
  const store = new MemoryStore();
  const job = run(chain([], ['b']), { id: 'one', store });
  await heard(job, 'task.running', 'b');
  const refused = await resume(chain([]), 'one', { store });
  t.is(refused.state === 'detached' && refused.error.code, 'JOB_HELD');
  const waiting = resume(chain([]), 'one', { store, lease: 30, whenHeld: 'wait' });
  job.suspend();
  t.is((await waiting).state, 'completed');
});

test('a suspended job no longer waits for its record', async (t) => {
  const store = new MemoryStore();
  const job = run(chain([], ['b']), { id: 'one', store });
  await heard(job, 'task.running', 'b');
  const waiting = resume(chain([]), 'one', { store, lease: 30, whenHeld: 'wait' });
  await settle();
  waiting.suspend();
  t.is((await waiting).state, 'detached');
  await waiting.drained;
  t.is(store.rows.get('one')?.state, 'running');
  t.is(job.snapshot().state, 'running');
  job.suspend();
});

test('saved jobs are listed, read and deleted', async (t) => {
  const store = new MemoryStore();
  const failing = run([{ name: 'a', maxRetries: 0, run: () => Promise.reject(new RangeError('no')) }], {
    id: 'failed',
    context: { n: 1 },
    store,
  });
  await failing;
  await run(chain([]), { id: 'done', store });
  t.deepEqual((await listJobs(store)).jobs.map(({ id, state }) => [id, state]).sort(), [
    ['done', 'completed'],
    ['failed', 'failed'],
  ]);
  const failed = await getJob(store, 'failed');
  t.deepEqual(failed?.context, { n: 1 });
  t.like(failed?.attempts[0], { task: 'a', attempt: 1, outcome: { state: 'failed', reason: 'exception' } });
  const done = await getJob(store, 'done');
  t.deepEqual(
    done?.attempts.map(({ outcome }) => outcome?.state === 'completed' && outcome.output),
    [{ a: 'A' }, { b: 'B' }, { c: 'C' }],
  );
  t.is(await getJob(store, 'none'), undefined);
  t.is(await deleteJobs(store, { state: 'failed' }), 1);
  t.is((await listJobs(store)).jobs.length, 1);
});

test('a job that is not there is refused', async (t) => {
  const result = await resume(chain([]), 'none', { store: new MemoryStore() });
  t.is(result.state === 'detached' && result.error.code, 'JOB_NOT_FOUND');
});

test('a suspended job is continued as if its process had died', async (t) => {
  const store = new MemoryStore();
  const job = run(chain([], ['b']), { id: 'one', store });
  await heard(job, 'task.running', 'b');
  job.suspend();
  const result = await job;
  t.is(result.state === 'detached' && result.error.code, 'JOB_SUSPENDED');
  t.is(store.rows.get('one')?.state, 'running');
  t.is((await resume(chain([]), 'one', { store })).state, 'completed');
  t.throws(() => run(chain([])).suspend(), { code: 'INVALID_ARGUMENT' });
});

test('a job ends when it can’t be recorded, and its record can be continued', async (t) => {
  const store = new MemoryStore();
  store.before = (what, entry) => {
    if (what === 'attempt.succeeded' && entry?.type === 'attempt.succeeded' && entry.task === 'b') {
      throw new JobStoreError('STORE_FAILED', 'The disk is full');
    }
  };
  const result = await run(chain([]), { id: 'one', store });
  t.is(result.state === 'detached' && result.error.message, 'The disk is full');
  t.is(store.rows.get('one')?.state, 'running');
  store.before = () => {};
  const called: string[] = [];
  t.is((await resume(chain(called), 'one', { store })).state, 'completed');
  t.deepEqual(called, ['b', 'c']);
});

test('a job whose lease was lost ends, and saves nothing more', async (t) => {
  const store = new MemoryStore();
  const release = deferred<void>();
  const slow = (wait: Promise<void> | undefined) =>
    workflow('slow').task({
      name: 'a',
      run: async () => {
        await wait;
        return { from: wait === undefined ? 'second' : 'first' };
      },
    });
  const first = run(slow(release.promise), { id: 'one', store });
  await heard(first, 'task.running', 'a');
  await settle();
  Object.assign(store.rows.get('one') ?? {}, { owner: undefined, heldUntil: undefined });
  const second = await resume(slow(undefined), 'one', { store });
  t.deepEqual<object, object>(second.context, { from: 'second' });
  release.resolve();
  const result = await first;
  t.is(result.state === 'detached' && result.error.code, 'LEASE_LOST');
  t.is(store.rows.get('one')?.state, 'completed');
});

test('a result that can’t be saved fails the task, with its path', async (t) => {
  const result = await run([{ name: 'a', run: () => ({ db: () => {} }) }], { store: new MemoryStore() });
  t.true(result.state === 'failed');
  const { failure } = result as { failure: { reason: string; error: Error } };
  t.is(failure.reason, 'invalidResult');
  t.is(failure.error.message, "Task `a` returned a value that can't be saved: `.db` can't be stored: it is a function");
});

test('a context that can’t be saved is rejected at once', (t) => {
  const start = () => run([{ name: 'a', run: () => {} }], { context: { db: () => {} }, store: new MemoryStore() });
  t.throws(start, { message: /`context` must be storable: `\.db` can't be stored: it is a function/ });
});

test('wrong options of resume are refused at once, with all that is wrong', (t) => {
  const options = { whenHeld: 'never', timeout: 1, maxRetries: -1 } as unknown as Parameters<typeof resume>[2];
  const error = t.throws(() => resume(chain([]), '', options));
  t.regex(error?.message ?? '', /whenHeld[\s\S]*timeout[\s\S]*store[\s\S]*maxRetries[\s\S]*id/);
});

test('resumeAll continues the jobs of the given workflows that have not ended', async (t) => {
  const store = new MemoryStore();
  await run(chain([]), { id: 'done', store });
  const job = run(chain([], ['b']), { id: 'open', store });
  void run([{ name: 'x', run: () => new Promise<undefined>(() => {}) }], { id: 'other', store });
  await heard(job, 'task.running', 'b');
  await settle();
  const jobs = await resumeAll([chain([])], { store: store.crash() });
  t.deepEqual(
    jobs.map(({ id }) => id),
    ['open'],
  );
  t.is((await jobs[0]?.unwrap())?.c, 'C');
});

test('an interrupted attempt of a job that ends without it does not count, whatever the job ended as', async (t) => {
  const until = deferred<never>();
  const failing = (names: readonly string[]) =>
    names.map((name) => ({
      name,
      maxRetries: 0,
      run: () => {
        if (name === 'fails') {
          throw new RangeError('no');
        }
        return until.promise;
      },
    }));
  for (const names of [
    ['fails', 'stays'],
    ['stays', 'fails'],
  ]) {
    const store = new MemoryStore();
    t.is((await run(failing(names), { id: 'one', store })).state, 'failed');
    const ended = await resume(failing(names), 'one', { store, countInterrupted: true });
    t.true(ended.state === 'failed' && ended.failure.task === 'fails');
    t.is(ended.tasks.get('stays')?.state, 'cancelled');

    // Its process died before the end was on record.
    Object.assign(store.rows.get('one')!, { state: 'running', endedAt: undefined });
    const died = await resume(failing(names), 'one', { store, countInterrupted: true });
    t.is(died.state, 'failed');
  }
});

test('a job that has timed out has done so also where interrupted attempts count', async (t) => {
  const store = new MemoryStore();
  const slow = [{ name: 'slow', run: () => new Promise<undefined>(() => {}) }];
  t.is((await run(slow, { id: 'one', store, timeout: 5 })).state, 'timedOut');
  t.is((await resume(slow, 'one', { store, countInterrupted: true })).state, 'timedOut');
});

test('an `onChange` that throws is the cause of the refusal, not a failure of the store', async (t) => {
  const store = new MemoryStore();
  const flow = workflow('flow').task({ name: 'a', run: () => new Promise<object>(() => {}) });
  const job = run(flow, { id: 'one', store });
  job.suspend();
  await job;
  const changed = workflow('flow').task({ name: 'b', run: () => ({}) });
  const boom = new Error('boom');
  const result = await resume(changed, 'one', {
    store,
    onChange: () => {
      throw boom;
    },
  });
  t.like(result, { state: 'detached', error: { code: 'WORKFLOW_CHANGED', cause: boom } });
  t.regex((result as { error: Error }).error.message, /`onChange` threw Error: boom\.$/);
});

test('a backoff that is restored has its whole length, counted from when it began', async (t) => {
  const store = new MemoryStore();
  let now = 1000;
  const clock = { setTimeout, clearTimeout, now: () => now };
  const fails = workflow('flow').task({
    name: 'a',
    maxRetries: 1,
    backoff: 60_000,
    run: () => {
      throw new Error('no');
    },
  });
  const job = run(fails, { id: 'one', store, clock });
  await new Promise((resolve) => job.on('task.backingOff', resolve));
  job.suspend();
  await job;
  now = 31_000;
  const resumed = resume(fails, 'one', { store, clock });
  const { at, delay } = await new Promise<JobEvent & { type: 'task.backingOff' }>((resolve) =>
    resumed.on('task.backingOff', resolve),
  );
  t.deepEqual([at, delay], [1000, 60_000]);
  t.like(resumed.why('a'), { state: 'backingOff', until: 61_000 });
  resumed.suspend();
  await resumed;
});

test('options of `resume` and `resumeAll` that do not exist are refused, with those that do', async (t) => {
  const store = new MemoryStore();
  const flow = workflow('flow').task({ name: 'a', run: () => ({}) });
  const error = t.throws<InvalidWorkflowError>(() => resume(flow, 'one', { store, leese: 1 } as never));
  t.is(error.problems.length, 1);
  t.regex(
    error.message,
    /^The job: there is no option `leese`; the options are maxConcurrency, .*, store, lease, onChange, whenHeld, /,
  );
  await t.throwsAsync(resumeAll(flow as never, { store }), { message: /^`resumeAll` needs an array of workflows, got / });
  await t.throwsAsync(resumeAll([flow], { store, whenHeld: 'wait' } as never), {
    message: /^`resumeAll` has no option `whenHeld`/,
  });
});
