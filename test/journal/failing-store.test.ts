import test from 'ava';
import { type JobResult, JobStoreError, resume, run, workflow } from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const LEASE = 900;
const busy = (message = 'The database is busy') => new JobStoreError('STORE_FAILED', message, { isTransient: true });
const codeOf = (result: JobResult): string => (result.state === 'detached' ? result.error.code : result.state);

/** A store that fails in some calls, and reports its problems. */
function failingStore(fails: (what: string, call: number) => Error | undefined) {
  const problems: string[] = [];
  const calls = new Map<string, number>();
  const store = Object.assign(new MemoryStore(), { onError: ({ message }: Error) => problems.push(message) });
  store.before = (what) => {
    const call = (calls.get(what) ?? 0) + 1;
    calls.set(what, call);
    const error = fails(what, call);
    if (error !== undefined) {
      throw error;
    }
  };
  return { store, problems, calls };
}

const pair = workflow('pair')
  .task({ name: 'a', run: () => ({ a: 1 }) })
  .task({ name: 'b', run: () => ({ b: 2 }) })
  .task({ name: 'c', dependencies: ['a', 'b'], run: () => ({ c: 3 }) });

const WRITES = ['create', 'attempt.started', 'attempt.succeeded', 'job.ended'];

for (const what of WRITES) {
  test(`a store that fails for a while delays a job, and is reported once: ${what}`, async (t) => {
    const clock = new SteppedClock();
    const { store, problems } = failingStore((call, nth) => (call === what && nth <= 3 ? busy() : undefined));
    const job = run(pair, { id: 'one', store, clock, lease: LEASE });
    const result = await withTime(clock, job);
    t.is(result.state, 'completed', String((result as { error?: unknown }).error));
    t.deepEqual(problems, ['The database is busy']);
    t.is(store.rows.get('one')?.state, 'completed');
    t.is(clock.pending, 0);
  });

  test(`a store that fails for good ends the job in this process at once: ${what}`, async (t) => {
    const { store, problems } = failingStore((call) =>
      call === what ? new JobStoreError('STORE_FAILED', 'The file is read-only') : undefined,
    );
    const clock = new SteppedClock();
    const result = await run(pair, { id: 'one', store, clock, lease: LEASE });
    t.like(result, {
      state: 'detached',
      error: { code: 'STORE_FAILED', message: 'The file is read-only', isTransient: false },
    });
    t.deepEqual(problems, []);
    t.is(clock.now(), 0);
  });

  test(`a store that fails for longer than a lease ends the job in this process: ${what}`, async (t) => {
    const clock = new SteppedClock();
    const { store, problems } = failingStore((call) => (call === what ? busy('The disk is full') : undefined));
    const result = await withTime(clock, run(pair, { id: 'one', store, clock, lease: LEASE }));
    t.is(codeOf(result), 'STORE_FAILED');
    const unsaved = what === 'create' ? '; the job may not have been saved' : '';
    t.like(result, { state: 'detached', error: { message: `The disk is full${unsaved}`, isTransient: true } });
    t.true(problems.length > 0);
    t.true(clock.now() >= LEASE && clock.now() <= LEASE + LEASE / 2);
    t.is(store.rows.get('one')?.heldUntil, undefined);
  });
}

for (const what of ['create', 'append'] as const) {
  test(`a store that is silent for longer than a lease ends the job with an error that may pass: ${what}`, async (t) => {
    const clock = new SteppedClock();
    const { store } = failingStore(() => undefined);
    store[what] = () => new Promise<never>(() => {});
    const result = await withTime(clock, run(pair, { id: 'one', store, clock, lease: LEASE }));
    t.like(result, { state: 'detached', error: { code: 'STORE_FAILED', isTransient: true } });
    const unsaved = what === 'create' ? '; the job may not have been saved' : '';
    t.is(result.state === 'detached' && result.error.message, `The store did not answer before the lease expired${unsaved}`);
  });
}

test('an error of another class that a store throws for longer than a lease is transient, too', async (t) => {
  const clock = new SteppedClock();
  const cause = new Error('ECONNRESET');
  const { store } = failingStore((what) => (what === 'create' ? cause : undefined));
  const result = await withTime(clock, run(pair, { id: 'one', store, clock, lease: LEASE }));
  const message = 'The store failed: Error: ECONNRESET; the job may not have been saved';
  t.like(result, { state: 'detached', error: { code: 'STORE_FAILED', message, cause, isTransient: true } });
});

test('a problem that comes again after the store has worked is reported again', async (t) => {
  const clock = new SteppedClock();
  const { store, problems } = failingStore((what, call) =>
    (what === 'create' || what === 'job.ended') && call === 1 ? busy() : undefined,
  );
  await withTime(clock, run(pair, { id: 'one', store, clock, lease: LEASE }));
  t.deepEqual(problems, ['The database is busy', 'The database is busy']);
});

test('what follows from entries happens in the order of the entries, also when one of them had to be repeated', async (t) => {
  const clock = new SteppedClock();
  const { store } = failingStore((what, call) => (what === 'attempt.succeeded' && call === 1 ? busy() : undefined));
  const job = run(pair, { id: 'one', store, clock, lease: LEASE });
  const completed: string[] = [];
  job.on('task.completed', ({ task }) => completed.push(task));
  await withTime(clock, job);
  t.deepEqual(completed, ['a', 'b', 'c']);
});

test('an end whose reply was lost is saved, and a job whose creation was is its own', async (t) => {
  const clock = new SteppedClock();
  const store = new MemoryStore();
  const lost = new Set<string>();
  /** Does what it is asked, and loses the first reply. */
  const losing = async (what: string, call: () => Promise<void>) => {
    await call();
    if (!lost.has(what)) {
      lost.add(what);
      throw busy('The connection was lost');
    }
  };
  const { create, append } = MemoryStore.prototype;
  store.create = (...given) => losing('create', () => create.apply(store, given));
  store.append = (...given) => losing(given[2].type, () => append.apply(store, given));
  const result = await withTime(clock, run(pair, { id: 'one', store, clock, lease: LEASE }));
  t.is(codeOf(result), 'completed');
  t.deepEqual([...lost], ['create', 'attempt.started', 'attempt.succeeded', 'job.ended']);
  t.deepEqual(
    store.rows.get('one')?.attempts.map(({ task }) => task),
    ['a', 'b', 'c'],
  );
});

test('an end that another process has saved is not taken for this one’s', async (t) => {
  const clock = new SteppedClock();
  const { store } = failingStore((what, call) => (what === 'job.ended' && call === 1 ? busy() : undefined));
  const { read } = MemoryStore.prototype;
  store.append = async (id, owner, entry) => {
    const { append } = MemoryStore.prototype;
    await append.call(store, id, owner, entry).catch((error) => {
      Object.assign(store.rows.get(id) ?? {}, { owner: 'another', state: 'failed', endedAt: 1 });
      throw error;
    });
  };
  store.read = (id) => read.call(store, id);
  t.is(codeOf(await withTime(clock, run(pair, { id: 'one', store, clock, lease: LEASE }))), 'LEASE_LOST');
});

/** A store that does not answer any more. */
function silentStore() {
  const store = new MemoryStore();
  const answers = deferred<void>();
  return {
    store,
    fallSilent: () => {
      store.before = () => answers.promise;
    },
    answer: () => {
      store.before = () => {};
      answers.resolve();
    },
  };
}

const ENDINGS = {
  'cancel()': ({ job }) => job.cancel('enough'),
  'its signal': ({ controller }) => controller.abort('enough'),
  'its timeout': ({ clock }) => clock.increment(250),
} satisfies Record<
  string,
  (started: { job: { cancel(reason: unknown): void }; controller: AbortController; clock: SteppedClock }) => void
>;

for (const [what, end] of Object.entries(ENDINGS)) {
  for (const isSilent of [false, true]) {
    test(`${what} aborts attempts at once while the store is silent, and the result waits: ${isSilent ? 'for ever' : 'for an answer'}`, async (t) => {
      const clock = new SteppedClock();
      const controller = new AbortController();
      const { store, fallSilent, answer } = silentStore();
      const signals: AbortSignal[] = [];
      const called = deferred<void>();
      const wait = workflow('wait').task({
        name: 'a',
        run: (_, { signal }) => {
          signals.push(signal);
          called.resolve();
          return new Promise<undefined>(() => {});
        },
      });
      const job = run(wait, { id: 'one', store, clock, lease: LEASE, timeout: 250, signal: controller.signal });
      await called.promise;
      fallSilent();
      end({ job, controller, clock });
      await settle();
      t.true(signals[0]?.aborted);
      t.is(job.snapshot().state, 'running');
      t.is(job.snapshot().tasks.get('a')?.state, 'cancelled');
      if (isSilent) {
        t.is(codeOf(await withTime(clock, job)), 'STORE_FAILED');
        t.is(store.rows.get('one')?.state, 'running');
      } else {
        answer();
        const { state } = await job;
        t.is(state, what === 'its timeout' ? 'timedOut' : 'cancelled');
        t.is(String(store.rows.get('one')?.state), state);
      }
    });
  }
}

test('an outcome that was being saved when the job was cancelled counts, here and after a resume', async (t) => {
  const { store, fallSilent, answer } = silentStore();
  const paid = deferred<{ receipt: number }>();
  const flow = workflow('flow')
    .task({ name: 'pay', run: () => paid.promise })
    .task({ name: 'wait', run: () => new Promise<undefined>(() => {}) })
    .task({ name: 'ship', dependencies: ['pay'], run: () => t.fail() as never });
  const job = run(flow, { id: 'one', store });
  await settle();
  fallSilent();
  paid.resolve({ receipt: 1 });
  await settle();
  job.cancel('enough');
  await settle();
  answer();
  const result = await job;
  t.is(result.state, 'cancelled');
  t.deepEqual<object, object>(result.context, { receipt: 1 });
  t.is(result.tasks.get('ship')?.state, 'skipped');
  const again = await resume(flow, 'one', { store });
  t.is(again.state, 'cancelled');
  t.deepEqual<object, object>(again.context, { receipt: 1 });
});

test('a job is not opened by a store that is silent for as long as a lease', async (t) => {
  for (const open of [run, (_: unknown, { id, ...options }: { id: string }) => resume(pair, id, options as never)]) {
    const clock = new SteppedClock();
    const { store, fallSilent } = silentStore();
    fallSilent();
    const result = await withTime(clock, (open as typeof run)(pair, { id: 'one', store, clock, lease: LEASE }));
    t.is(codeOf(result), 'STORE_FAILED');
    t.true(clock.now() >= LEASE && clock.now() <= LEASE + 1);
  }
});

for (const [how, call] of [
  [
    'throws before it returns a promise',
    () => {
      throw new Error('no');
    },
  ],
  ['returns no promise', () => undefined],
] as const) {
  for (const method of ['append', 'renew', 'release', 'acquire'] as const) {
    test(`a store whose \`${method}\` ${how} harms only its own job`, async (t) => {
      const store = new MemoryStore();
      const endless = workflow('endless').task({ name: 'a', run: () => new Promise<object>(() => {}) });
      const first = run(endless, { id: 'one', store });
      await new Promise((resolve) => first.on('task.running', resolve));
      first.suspend();
      await first;
      await settle();
      Object.assign(store, { [method]: call });
      const job = resume(endless, 'one', { store, lease: 60 });
      // Otherwise the job loses its store.
      if (method === 'release' || how === 'returns no promise') {
        job.on('task.running', () => job.suspend());
      }
      t.is((await job).state, 'detached');
    });
  }
}
