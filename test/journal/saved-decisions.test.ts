import test from 'ava';
import { getJob, type Job, type JobEvent, type JobResult, JobStoreError, resume, run, type TaskDefinition } from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';
import { settle } from '../helpers/simulated-time.ts';

const boom = new RangeError('boom');
const nothing = () => {};
const forever = () => new Promise<undefined>(() => {});
const fail = () => {
  throw boom;
};

/** A diamond with a branch; `calls` are its conditions and functions, in order. */
function branches(calls: string[], when: (context: object) => boolean = () => true): TaskDefinition[] {
  const call = (name: string) => async () => {
    calls.push(name);
    return { [name]: name };
  };
  return [
    { name: 'x', run: call('x') },
    {
      name: 'taken',
      dependencies: ['x'],
      when: (context) => {
        calls.push('when');
        return when(context);
      },
      run: call('taken'),
    },
    { name: 'not taken', dependencies: ['x'], when: { x: { x: 'other' } }, run: call('not taken') },
    { name: 'join', dependencies: [{ anyOf: ['taken', 'not taken'] }], run: call('join') },
    { name: 'after', dependencies: ['not taken', 'join'], run: call('after') },
  ];
}

/** Resolves when the store is asked to save an entry of this type about a task; the entry is never saved. */
function stopsAt(store: MemoryStore, type: string, ofTask: string): Promise<void> {
  const { promise, resolve } = deferred<void>();
  store.before = (what, entry) => {
    if (what === type && entry !== undefined && 'task' in entry && entry.task === ofTask) {
      resolve(undefined);
      return new Promise(() => {});
    }
    return undefined;
  };
  return promise;
}

const endsOf = ({ tasks }: Pick<JobResult, 'tasks'>) =>
  Array.from(tasks.values(), ({ task, state, reason, origin }) => [task, state, reason, origin].filter(Boolean).join(' '));

const ENDS = [
  'x completed',
  'taken completed',
  'not taken skipped condition',
  'join completed',
  'after skipped dependency not taken',
];

test('a decision has no effect before it is saved', async (t) => {
  const store = new MemoryStore();
  const [saving, save] = [deferred<void>(), deferred<void>()];
  store.before = (what) => {
    if (what === 'condition.decided') {
      saving.resolve(undefined);
      return save.promise;
    }
    return undefined;
  };
  const calls: string[] = [];
  const job = run(branches(calls), { id: 'one', store });
  await saving.promise;
  await settle();
  t.deepEqual(calls, ['x', 'when']);
  t.deepEqual(job.why('taken'), { state: 'unscheduled', waitingFor: [] });
  t.deepEqual(job.why('not taken'), { state: 'unscheduled', waitingFor: [] });
  save.resolve(undefined);
  t.deepEqual(endsOf(await job), ENDS);
});

test('a failed condition has no effect before it is saved', async (t) => {
  const store = new MemoryStore();
  const [saving, save] = [deferred<void>(), deferred<void>()];
  store.before = (what) => {
    if (what === 'condition.failed') {
      saving.resolve(undefined);
      return save.promise;
    }
    return undefined;
  };
  const job = run([{ name: 'task', when: fail, run: nothing }], { id: 'one', store });
  await saving.promise;
  await settle();
  t.is(job.snapshot().tasks.get('task')?.state, 'unscheduled');
  save.resolve(undefined);
  t.like(await job, { state: 'failed', failure: { task: 'task', error: boom } });
});

test('a decision that was saved is not made again', async (t) => {
  const store = new MemoryStore();
  const stopped = stopsAt(store, 'attempt.started', 'taken');
  void run(branches([]), { id: 'one', store });
  await stopped;
  const calls: string[] = [];
  const result = await resume(
    branches(calls, () => false),
    'one',
    { store: store.crash() },
  );
  t.deepEqual(calls, ['taken', 'join']);
  t.deepEqual(endsOf(result), ENDS);
});

test('a skip that was saved is not decided again', async (t) => {
  const store = new MemoryStore();
  const stopped = stopsAt(store, 'attempt.started', 'join');
  void run(branches([]), { id: 'one', store });
  await stopped;
  const calls: string[] = [];
  const tasks = branches(calls).map((task) => (task.name === 'not taken' ? { ...task, when: fail } : task));
  t.deepEqual(endsOf(await resume(tasks, 'one', { store: store.crash() })), ENDS);
  t.deepEqual(calls, ['join']);
});

test('a decision that was not saved is made again', async (t) => {
  const store = new MemoryStore();
  const stopped = stopsAt(store, 'condition.decided', 'taken');
  const before: string[] = [];
  void run(branches(before), { id: 'one', store });
  await stopped;
  t.deepEqual(before, ['x', 'when']);
  const calls: string[] = [];
  t.deepEqual(endsOf(await resume(branches(calls), 'one', { store: store.crash() })), ENDS);
  t.deepEqual(calls, ['when', 'taken', 'join']);
});

for (const [onFailure, ends] of [
  ['stop', ['running cancelled jobFailed', 'task failed exception', 'after skipped jobFailed']],
  ['keepGoing', ['running completed', 'task failed exception', 'after completed']],
] as const) {
  test(`a condition that failed fails again, with its error, and isn't called (${onFailure})`, async (t) => {
    const store = new MemoryStore();
    const release = deferred<void>();
    const tasks = (when: () => boolean, work: () => unknown): TaskDefinition[] => [
      { name: 'running', run: work },
      { name: 'task', when, run: nothing },
      { name: 'after', dependencies: [{ settled: 'task' }], run: nothing },
    ];
    const { promise, resolve } = deferred<void>();
    store.before = (what) => {
      if (what === 'job.ended' || (what === 'attempt.started' && store.calls.includes('condition.failed'))) {
        resolve();
        return new Promise(() => {});
      }
      return undefined;
    };
    void run(
      tasks(fail, () => release.promise),
      { id: 'one', store, onFailure },
    );
    await promise;
    await settle();
    const result = await resume(
      tasks(() => true, nothing),
      'one',
      { store: store.crash() },
    );
    t.deepEqual(endsOf(result), [...ends]);
    t.like(result, {
      state: 'failed',
      failure: { task: 'task', reason: 'exception', attempts: 0, error: { message: 'boom' } },
    });
  });
}

test('a task that has started needs no decision, even if its workflow has a `when` only now', async (t) => {
  const store = new MemoryStore();
  const plain: TaskDefinition[] = [{ name: 'task', run: forever }];
  const job = run(plain, { id: 'one', store });
  await settle();
  job.suspend();
  await job;
  const calls: string[] = [];
  const now = [{ name: 'task', when: fail, run: () => void calls.push('task') }];
  const result = await resume(now, 'one', { store, onChange: () => true });
  t.is(result.state, 'completed');
  t.deepEqual(calls, ['task']);
});

test('a decision of a task that no longer has a `when` is ignored', async (t) => {
  const store = new MemoryStore();
  const running: TaskDefinition = { name: 'running', run: forever };
  const job = run([running, { name: 'task', when: () => false, run: nothing }], { id: 'one', store });
  await settle();
  job.suspend();
  t.is((await job).tasks.get('task')?.state, 'skipped');
  const result = await resume(
    [
      { ...running, run: nothing },
      { name: 'task', run: nothing },
    ],
    'one',
    { store, onChange: () => true },
  );
  t.deepEqual(endsOf(result), ['running completed', 'task completed']);
});

test('a job that ended ends again as it did, with the same reasons and origins, and calls nothing', async (t) => {
  const flows: Record<string, [TaskDefinition[], object]> = {
    completed: [branches([]), {}],
    'kept going': [
      [
        { name: 'fails', maxRetries: 0, run: fail },
        { name: 'after', dependencies: ['fails'], run: nothing },
        { name: 'condition', when: fail, run: nothing },
        { name: 'both', dependencies: ['condition', 'after'], run: nothing },
        { name: 'join', dependencies: [{ settled: 'both' }], run: nothing },
      ],
      { onFailure: 'keepGoing' },
    ],
    stopped: [
      [
        { name: 'skipped', when: () => false, run: nothing },
        { name: 'after', dependencies: ['skipped'], run: nothing },
        { name: 'x', dependencies: [{ settled: 'after' }], run: nothing },
        { name: 'fails', dependencies: ['x'], maxRetries: 0, run: fail },
        { name: 'never', dependencies: ['fails'], when: () => true, run: nothing },
      ],
      {},
    ],
  };
  for (const [title, [tasks, options]] of Object.entries(flows)) {
    const store = new MemoryStore();
    const first = await run(tasks, { id: 'one', store, ...options });
    const calls = store.calls.length;
    const thrower = () => t.fail();
    const again = await resume(
      tasks.map((task) => ({ ...task, run: thrower, ...(typeof task.when === 'function' && { when: thrower as never }) })),
      'one',
      { store },
    );
    t.is(again.state, first.state, title);
    t.deepEqual(endsOf(again), endsOf(first), title);
    t.deepEqual(
      again.failures.map(({ task }) => task),
      first.failures.map(({ task }) => task),
      title,
    );
    t.deepEqual(store.calls.slice(calls), ['acquire'], title);
  }
});

/** A job with two tasks of which one fails while the other, which has a dependent, still runs. */
function failsFirst(calls: string[], failing: Promise<never>, running: Promise<object>): TaskDefinition[] {
  const call = (name: string, work: () => unknown) => () => {
    calls.push(name);
    return work();
  };
  return [
    { name: 'running', run: call('running', () => running) },
    { name: 'failing', maxRetries: 0, run: call('failing', () => failing) },
    { name: 'after', dependencies: ['running'], run: call('after', nothing) },
    { name: 'conditional', dependencies: ['running'], when: () => true, run: call('conditional', nothing) },
  ];
}

test('a task that completed after the failure of its job has no dependents that are ready when the job is resumed', async (t) => {
  for (const died of [false, true]) {
    const store = new MemoryStore();
    let time = 1000;
    const clock = { now: () => time, setTimeout, clearTimeout };
    const [failing, running] = [deferred<never>(), deferred<object>()];
    const job = run(failsFirst([], failing.promise, running.promise), { id: 'one', store, clock, onFailure: 'finishRunning' });
    await settle();
    failing.reject(boom);
    await settle();
    time += 1;
    running.resolve({ running: 1 });
    const first = await job;
    const ends = ['running completed', 'failing failed exception', 'after skipped jobFailed', 'conditional skipped jobFailed'];
    t.deepEqual(endsOf(first), ends);
    if (died) {
      Object.assign(store.rows.get('one') ?? {}, { state: 'running', endedAt: undefined });
    }
    const calls: string[] = [];
    const again = await resume(failsFirst(calls, failing.promise, running.promise), 'one', { store: store.crash(), clock });
    t.deepEqual(endsOf(again), ends);
    t.deepEqual(calls, []);
    t.deepEqual({ ...again.context }, { running: 1 });
  }
});

test('a process that dies while running attempts end starts no other: the failure still ends the job', async (t) => {
  const store = new MemoryStore();
  const failing = deferred<never>();
  const job = run(failsFirst([], failing.promise, forever() as never), { id: 'one', store, onFailure: 'finishRunning' });
  await settle();
  failing.reject(boom);
  await settle();
  t.is(job.snapshot().state, 'running');
  const calls: string[] = [];
  const result = await resume(failsFirst(calls, failing.promise, forever() as never), 'one', { store: store.crash() });
  t.like(result, { state: 'failed', failure: { task: 'failing' } });
  t.deepEqual(calls, []);
});

test('the saved failure of a condition comes before attempts and decisions that are not saved', async (t) => {
  for (const onFailure of ['stop', 'finishRunning'] as const) {
    const store = new MemoryStore();
    const tasks = (work: () => unknown, when: () => boolean): TaskDefinition[] => [
      { name: 'running', run: work },
      { name: 'later', when: () => true, run: work },
      { name: 'x', run: nothing },
      { name: 'failing', dependencies: ['x'], when: fail, run: nothing },
      { name: 'undecided', dependencies: ['x'], when, run: nothing },
    ];
    const { promise, resolve } = deferred<void>();
    store.before = (what, entry) => {
      const isLast = what === 'job.ended' || (entry !== undefined && 'task' in entry && entry.task === 'undecided');
      return isLast ? new Promise(() => resolve(undefined)) : undefined;
    };
    void run(
      tasks(forever, () => true),
      { id: 'one', store, onFailure, maxConcurrency: 2 },
    );
    await promise;
    await settle();
    const calls: string[] = [];
    const note = (what: string) => () => {
      calls.push(what);
      return true;
    };
    const result = await resume(tasks(note('run'), note('when')), 'one', { store: store.crash(), maxConcurrency: 1 });
    t.like(result, { state: 'failed', failure: { task: 'failing' } });
    t.deepEqual(calls, [], onFailure);
  }
});

test('what followed a tolerated failure of a condition was saved before the failure of the job, and comes back before it', async (t) => {
  const store = new MemoryStore();
  const failing = deferred<never>();
  const tasks = (work: () => unknown): TaskDefinition[] => [
    { name: 'failing', maxRetries: 0, run: () => failing.promise },
    { name: 'tolerated', when: fail, run: nothing, continueOnFailure: true },
    { name: 'join', dependencies: [{ settled: 'tolerated' }], run: work },
    { name: 'after', dependencies: ['join'], run: work },
  ];
  const job = run(
    tasks(() => ({ done: 1 })),
    { id: 'one', store },
  );
  await settle();
  failing.reject(boom);
  const ends = ['failing failed exception', 'tolerated failed exception', 'join completed', 'after completed'];
  t.deepEqual(endsOf(await job), ends);
  const again = await resume(
    tasks(() => t.fail()),
    'one',
    { store },
  );
  t.deepEqual(endsOf(again), ends);
});

test('failures come back in the order they happened', async (t) => {
  const store = new MemoryStore();
  let time = 1000;
  const clock = { now: () => time, setTimeout, clearTimeout };
  const ends = [deferred<never>(), deferred<never>()];
  const tasks = [...ends.entries()].map(([index, { promise }]) => ({ name: `t${index}`, maxRetries: 0, run: () => promise }));
  const job = run([...tasks, { name: 'last', maxRetries: 0, run: forever }], {
    id: 'one',
    store,
    onFailure: 'keepGoing',
    clock,
  });
  for (const index of [1, 0]) {
    await settle();
    time += 1000;
    ends[index]?.reject(boom);
  }
  await settle();
  t.is(job.snapshot().state, 'running');
  const result = await resume([...tasks, { name: 'last', maxRetries: 0, run: fail }], 'one', { store: store.crash(), clock });
  t.deepEqual(
    result.failures.map(({ task }) => task),
    ['t1', 't0', 'last'],
  );
  t.is(result.state === 'failed' && result.failure.task, 't1');
});

test('`onFailure` is kept with the job', async (t) => {
  for (const [onFailure, after] of [
    ['stop', 'after skipped jobFailed'],
    ['finishRunning', 'after skipped jobFailed'],
    ['keepGoing', 'after completed'],
  ] as const) {
    const store = new MemoryStore();
    const tasks = (work: () => unknown): TaskDefinition[] => [
      { name: 'fails', maxRetries: 0, run: work },
      { name: 'after', dependencies: [{ settled: 'fails' }], run: nothing },
    ];
    const job = run(tasks(forever), { id: 'one', store, onFailure });
    await settle();
    job.suspend();
    await job;
    const policy = store.rows.get('one')?.retryPolicy?.onFailure;
    t.is(policy, onFailure === 'stop' ? undefined : onFailure);
    const result = await resume(tasks(fail), 'one', { store });
    t.deepEqual(endsOf(result), ['fails failed exception', after]);
  }
});

test('`onFailure` is not an option of `resume`', (t) => {
  t.throws(() => resume([], 'one', { store: new MemoryStore(), onFailure: 'keepGoing' } as never), {
    message: 'The job: there is no option `onFailure` here: it comes from the saved job',
  });
});

test('`getJob` returns decisions as `conditions`, and no attempts for them', async (t) => {
  const store = new MemoryStore();
  const clock = { now: () => 5, setTimeout, clearTimeout };
  const failing: TaskDefinition = { name: 'failing', dependencies: ['x'], when: fail, run: nothing, continueOnFailure: true };
  await run([...branches([]), failing], { id: 'one', store, clock });
  const job = await getJob(store, 'one');
  const conditions = [...(job?.conditions ?? [])].sort((one, other) => one.task.localeCompare(other.task));
  t.like(conditions, [
    { task: 'failing', at: 5, error: { name: 'RangeError', message: 'boom' } },
    { task: 'not taken', at: 5, holds: false },
    { task: 'taken', at: 5, holds: true },
  ]);
  t.deepEqual(
    job?.attempts.map(({ task, attempt }) => `${task} ${attempt}`),
    ['x 1', 'taken 1', 'join 1'],
  );
});

test('events of decisions and skips are restored, with their times', async (t) => {
  const store = new MemoryStore();
  let time = 1000;
  const clock = { now: () => time, setTimeout, clearTimeout };
  const stopped = stopsAt(store, 'attempt.started', 'join');
  const heard: string[] = [];
  const tell = ({ type, at, restored, ...event }: JobEvent) =>
    'task' in event && heard.push(`${type} ${event.task} ${at}${restored ? ' restored' : ''}`);
  const flow = [
    ...branches([]),
    { name: 'blocked', dependencies: ['x', { anyOf: ['not taken'] }], run: nothing } satisfies TaskDefinition,
  ];
  void run(flow, { id: 'one', store, clock });
  await stopped;
  time = 5000;
  const job: Job = resume(flow, 'one', { store: store.crash(), clock, onEvent: tell });
  await job;
  const skips = heard.filter((line) => line.startsWith('task.skipped'));
  t.deepEqual(skips, ['task.skipped not taken 1000 restored', 'task.skipped blocked 1000 restored', 'task.skipped after 5000']);
});

test('a skip is restored with the time of the dependency that led to it, even if another dependent is ready before', async (t) => {
  const store = new MemoryStore();
  let time = 1000;
  const clock = { now: () => time, setTimeout, clearTimeout };
  const stopped = stopsAt(store, 'attempt.started', 'ready');
  const flow: TaskDefinition[] = [
    { name: 'skipped', when: () => false, run: nothing },
    { name: 'x', dependencies: [{ settled: 'skipped' }], run: nothing },
    { name: 'blocked', dependencies: ['x', { anyOf: ['skipped'] }], run: nothing },
    // It has a dependent, so it is told first.
    { name: 'ready', dependencies: ['x'], run: nothing },
    { name: 'last', dependencies: ['ready'], run: nothing },
  ];
  void run(flow, { id: 'one', store, clock });
  await stopped;
  time = 5000;
  const heard: string[] = [];
  await resume(flow, 'one', {
    store: store.crash(),
    clock,
    onEvent: (event) => 'task' in event && heard.push(`${event.task} ${event.to} ${event.at} ${event.restored}`),
  });
  t.true(heard.indexOf('ready ready 5000 undefined') < heard.indexOf('blocked skipped 1000 true'));
  t.true(heard.includes('ready ready 5000 undefined'));
});

test('a cancel while a decision is being saved counts after it', async (t) => {
  for (const [when, state] of [
    [() => true, 'cancelled'],
    [() => false, 'skipped'],
  ] as const) {
    const store = new MemoryStore();
    const [saving, save] = [deferred<void>(), deferred<void>()];
    store.before = (what) => {
      if (what === 'condition.decided') {
        saving.resolve(undefined);
        return save.promise;
      }
      return undefined;
    };
    const running: TaskDefinition = { name: 'running', run: forever };
    const job = run([running, { name: 'task', when, run: nothing }], { id: 'one', store });
    await saving.promise;
    job.cancel('enough');
    await settle();
    t.is(job.snapshot().tasks.get('task')?.state, 'unscheduled');
    save.resolve(undefined);
    const result = await job;
    t.is(result.state, 'cancelled');
    t.like(result.tasks.get('task'), { state, reason: state === 'skipped' ? 'condition' : 'jobCancelled' });
  }
});

test('a decision that can’t be saved detaches the job, whose task is skipped here', async (t) => {
  const store = new MemoryStore();
  store.before = (what) => {
    if (what === 'condition.decided') {
      throw new JobStoreError('STORE_FAILED', 'The disk is full');
    }
  };
  const result = await run([{ name: 'task', when: () => true, run: nothing }], { id: 'one', store });
  t.is(result.state, 'detached');
  t.like(result.tasks.get('task'), { state: 'skipped', reason: 'jobDetached' });
  t.is(store.rows.get('one')?.state, 'running');
});
