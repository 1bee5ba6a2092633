import test from 'ava';
import { deleteJobs, getJob, type JobStore, listJobs, resume, workflow } from 'tintype';
import { deadJob, die, leaseIn } from '../helpers/dead-jobs.ts';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

// One after another: a process has one place for suspects.

const flowOf = (log: string[] = []) =>
  workflow('flow')
    .task({ name: 'a', run: () => void log.push('a') })
    .task({ name: 'b', dependencies: ['a'], run: () => void log.push('b') });

/** Never ends, and calls back when a task begins. */
const hanging = (onCall: () => void = () => {}) =>
  workflow('flow')
    .task({
      name: 'a',
      run: () => {
        onCall();
        return new Promise<undefined>(() => {});
      },
    })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });

const FOUR = ['p', 'q', 'r!', 's!'] as const;

const stateOf = async (store: JobStore, id: string) => (await getJob(store, id))?.state;

const errorOf = (result: { readonly state: string; readonly error?: unknown }) => result.error as Error & { code: string };

test.serial('a job is continued after three deaths of its process in a row, and stuck after the fourth', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'lives', ['p', 'q', 'r!']);
  await deadJob(store, 'dies', FOUR);
  t.is((await resume(flowOf(), 'lives', { store })).state, 'completed');
  const log: string[] = [];
  const result = await resume(flowOf(log), 'dies', { store });
  t.is(result.state, 'detached');
  t.is(errorOf(result).code, 'JOB_STUCK');
  t.is(
    errorOf(result).message,
    'The job `dies` is stuck: its process died each time it ran (4 times in a row). Fix the cause, then resume it with `retryStuck: true`',
  );
  t.like((await listJobs(store, { state: 'stuck' })).jobs, [{ id: 'dies', state: 'stuck', heldUntil: undefined }]);
  t.is(errorOf(await resume(flowOf(log), 'dies', { store, whenHeld: 'wait', maxRecoveries: 100 })).code, 'JOB_STUCK');
  t.is(await deleteJobs(store, {}), 1);
  t.deepEqual(log, []);
});

test.serial('a stuck job is retried on request, and then has all its recoveries again', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'one', FOUR);
  t.is(errorOf(await resume(flowOf(), 'one', { store })).code, 'JOB_STUCK');
  const called = deferred<void>();
  const job = resume(hanging(called.resolve), 'one', { store, retryStuck: true });
  await called.promise;
  t.deepEqual(store.rows.get('one')?.deaths, []);
  job.suspend();
  await job;
  const log: string[] = [];
  t.is((await resume(flowOf(log), 'one', { store, retryStuck: true })).state, 'completed');
  t.deepEqual(log, ['a', 'b']);
  t.is((await resume(flowOf(log), 'one', { store, retryStuck: true })).state, 'completed');
});

for (const [maxRecoveries, deaths, state] of [
  [0, ['p'], 'stuck'],
  [1, ['p'], 'completed'],
  [1, ['p', 'q'], 'stuck'],
  [Infinity, ['p', 'q', ...Array.from({ length: 200 }, (_, index) => `x${index}!`)], 'completed'],
] as const) {
  test.serial(`with maxRecoveries of ${maxRecoveries}, a job is ${state} after ${deaths.length} deaths`, async (t) => {
    const store = new MemoryStore();
    await deadJob(store, 'one', deaths);
    await resume(flowOf(), 'one', { store, maxRecoveries });
    t.is(await stateOf(store, 'one'), state);
  });
}

for (const countInterrupted of [false, true]) {
  test.serial(`an outcome resets the count, an interruption doesn't (countInterrupted: ${countInterrupted})`, async (t) => {
    const store = new MemoryStore();
    await deadJob(store, 'one', ['p']);
    await store.append('one', 'p.one/4', { type: 'attempt.started', task: 'a', attempt: 1, at: 1 });
    await die(store, 'one', 'q');
    const outcomes: string[] = [];
    store.before = (what, entry) => {
      if (what === 'attempt.failed' || what === 'attempt.succeeded') {
        outcomes.push(`${what} ${entry !== undefined && 'clearsDeaths' in entry}`);
      }
    };
    t.is((await resume(flowOf(), 'one', { store, countInterrupted, backoff: 0 })).state, 'completed');
    const first = ['attempt.succeeded true', 'attempt.succeeded false'];
    t.deepEqual(outcomes, countInterrupted ? ['attempt.failed false', ...first] : first);
    t.deepEqual(store.rows.get('one')?.deaths, []);
  });
}

test.serial(
  'the death of a process with a suspect counts for the suspect alone, in whatever order jobs are taken',
  async (t) => {
    const store = new MemoryStore();
    await deadJob(store, 'poison', ['p', 'q', 'r!']);
    await deadJob(store, 'healthy', ['r']);
    await deadJob(store, 'waiting', ['p', 'q', 'r']);
    await deadJob(store, 'other', ['s']);
    const deathsAfter = async (id: string) => {
      const called = deferred<void>();
      const job = resume(hanging(called.resolve), id, { store });
      await called.promise;
      const { length } = store.rows.get(id)?.deaths ?? [];
      job.suspend();
      await job;
      return length;
    };
    t.is(await deathsAfter('healthy'), 0);
    t.is(await deathsAfter('poison'), 3);
    await die(store, 'healthy', 'r');
    t.is(await deathsAfter('healthy'), 0);
    t.is(await deathsAfter('waiting'), 2);
    t.is(await deathsAfter('other'), 1);
    await die(store, 'poison', 's!');
    await die(store, 'healthy', 's');
    t.is((await resume(flowOf(), 'poison', { store })).state, 'detached');
    t.is(await stateOf(store, 'poison'), 'stuck');
    t.is(await deathsAfter('healthy'), 0);
  },
);

test.serial('a suspect that has made progress is no longer one when its process dies', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'was', ['p', 'q', 'r!']);
  await store.append('was', leaseIn('r!', 'was').owner, {
    type: 'attempt.succeeded',
    task: 'a',
    attempt: 1,
    at: 2,
    output: undefined,
    clearsDeaths: true,
  });
  await deadJob(store, 'beside', ['r']);
  const called = deferred<void>();
  const job = resume(hanging(called.resolve), 'beside', { store });
  await called.promise;
  t.is(store.rows.get('beside')?.deaths.length, 1);
  job.suspend();
  await job;
});

test.serial('a process runs one suspect at a time, beside healthy jobs, until it has an outcome', async (t) => {
  const store = new MemoryStore();
  const running = new Set<string>();
  const gates = new Map<string, () => void>();
  const flow = workflow('flow')
    .context<{ id: string }>()
    .task({
      name: 'a',
      run: async ({ id }) => {
        running.add(id);
        await new Promise<void>((resolve) => gates.set(id, resolve));
        running.delete(id);
      },
    })
    .task({ name: 'b', dependencies: ['a'], run: () => new Promise<undefined>(() => {}) });
  for (const id of ['one', 'two', 'three', 'healthy']) {
    await deadJob(store, id, id === 'healthy' ? ['p'] : ['p', 'q'], { id });
  }
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) {
      await new Promise(setImmediate);
    }
  };
  const ownerOf = (id: string) => store.rows.get(id)?.owner;
  const one = resume(flow, 'one', { store });
  await until(() => gates.has('one'));
  const two = resume(flow, 'two', { store });
  const three = resume(flow, 'three', { store });
  const healthy = resume(flow, 'healthy', { store });
  await until(() => gates.has('healthy'));
  // Those that wait are free for other processes, and can leave.
  await until(() => store.rows.get('two')?.deaths.length === 2 && store.rows.get('three')?.deaths.length === 2);
  await until(() => ownerOf('two') === undefined && ownerOf('three') === undefined);
  t.deepEqual([...running].sort(), ['healthy', 'one']);
  two.suspend();
  t.is((await two).state, 'detached');
  gates.get('one')?.();
  await until(() => gates.has('three'));
  t.is(one.snapshot().state, 'running');
  const again = resume(flow, 'two', { store });
  three.suspend();
  gates.get('three')?.();
  await until(() => gates.has('two'));
  t.deepEqual([...running].sort(), ['healthy', 'two']);
  for (const job of [one, healthy, again]) {
    job.suspend();
    await job;
  }
});

test.serial('one crash delays nobody', async (t) => {
  const store = new MemoryStore();
  const ids = Array.from({ length: 20 }, (_, index) => `job ${index}`);
  const all = deferred<void>();
  let calls = 0;
  const flow = workflow('flow')
    .task({
      name: 'a',
      run: async () => {
        calls += 1;
        if (calls === ids.length) {
          all.resolve();
        }
        await all.promise;
      },
    })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });
  for (const id of ids) {
    await deadJob(store, id, ['p']);
  }
  const results = await Promise.all(ids.map((id) => resume(flow, id, { store })));
  t.true(results.every(({ state }) => state === 'completed'));
});

test.serial('a suspect that another process has taken meanwhile is refused, and the next one runs', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'one', ['p', 'q']);
  await deadJob(store, 'two', ['p', 'q']);
  const acquire = store.acquire.bind(store);
  store.acquire = (id, lease) => {
    if (id === 'one' && lease.owner.includes('!')) {
      Object.assign(store.rows.get('one') as object, { owner: 'z.1/10000', heldUntil: Date.now() + 9000 });
    }
    return acquire(id, lease);
  };
  t.is(errorOf(await resume(flowOf(), 'one', { store })).code, 'JOB_HELD');
  t.is((await resume(flowOf(), 'two', { store })).state, 'completed');
});

test.serial('a lease that this process itself lost is no death', async (t) => {
  const store = new MemoryStore();
  await deadJob(store, 'one', []);
  const called = deferred<void>();
  const { store: silent, silence } = silenceable(store);
  const first = resume(hanging(called.resolve), 'one', { store: silent, lease: 20 });
  await called.promise;
  silence();
  const stayAlive = setInterval(() => {}, 1000);
  t.is((await first).state, 'detached');
  clearInterval(stayAlive);
  const again = deferred<void>();
  const job = resume(hanging(again.resolve), 'one', { store, whenHeld: 'wait' });
  await again.promise;
  t.deepEqual(store.rows.get('one')?.deaths, []);
  job.suspend();
  await job;
});

/** A store that can stop to answer. */
function silenceable(store: MemoryStore): { store: JobStore; silence: () => void } {
  let isSilent = false;
  const wrapped = new Proxy(store, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      return typeof member !== 'function'
        ? member
        : (...args: unknown[]) => (isSilent ? new Promise(() => {}) : member.apply(target, args));
    },
  });
  const silence = () => {
    isSilent = true;
  };
  return { store: wrapped, silence };
}

test.serial('a store that keeps no deaths works as before', async (t) => {
  const whole = new MemoryStore();
  await deadJob(whole, 'one', [...FOUR, 't!']);
  const store = new Proxy(whole, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (key === 'suspects') {
        return undefined;
      }
      if (key === 'acquire') {
        return async (...args: Parameters<JobStore['acquire']>) => ({ ...(await target.acquire(...args)), deaths: undefined });
      }
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  t.is((await resume(flowOf(), 'one', { store })).state, 'completed');
});
