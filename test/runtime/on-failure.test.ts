import test from 'ava';
import { type Interpreter, JobFailedError, type JobResult, type OnFailure, run, type TaskDefinition } from 'tintype';
import { type Deferred, deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const nothing = () => {};
const forever = () => new Promise<undefined>(() => {});
const fail = () => {
  throw boom;
};

/** `task: state reason origin` of each task. */
const endsOf = ({ tasks }: JobResult) =>
  Array.from(tasks.values(), ({ task, state, reason, origin }) => [task, state, reason, origin].filter(Boolean).join(' '));

interface Scene {
  readonly job: ReturnType<typeof run>;
  readonly clock: SteppedClock;
  readonly failing: Deferred<object | undefined>;
  readonly running: Deferred<object | undefined>;
  readonly signals: AbortSignal[];
  readonly calls: string[];
}

/** A job with a task in every state, one of which will fail when told. */
function scene(onFailure: OnFailure | undefined, interpreter: Interpreter, more: object = {}): Scene {
  const clock = new SteppedClock();
  const [failing, running] = [deferred(), deferred()];
  const signals: AbortSignal[] = [];
  const calls: string[] = [];
  const call = (name: string, work: () => unknown = nothing) => ({
    name,
    run: (_: object, { attempt, signal }: { attempt: number; signal: AbortSignal }) => {
      calls.push(`${name} ${attempt}`);
      if (name === 'running') {
        signals.push(signal);
      }
      return work();
    },
  });
  const tasks: TaskDefinition[] = [
    { ...call('failing', () => failing.promise), maxRetries: 0 },
    { ...call('running', () => running.promise), retryIf: true, backoff: 0 },
    { ...call('backingOff', fail), retryIf: true, backoff: 1000, maxRetries: 1, continueOnFailure: true },
    { ...call('ready', () => ({ ready: 1 })) },
    { ...call('after failing'), dependencies: ['failing'] },
    { ...call('after running'), dependencies: ['running'] },
    { ...call('join'), dependencies: [{ settled: 'after failing' }, { settled: 'after running' }] },
  ];
  const job = run(tasks, { clock, interpreter, maxConcurrency: 2, ...(onFailure && { onFailure }), ...more });
  return { job, clock, failing, running, signals, calls };
}

for (const interpreter of ['compiled', 'xstate'] as const) {
  for (const onFailure of [undefined, 'stop'] as const) {
    test(`stop${onFailure === undefined ? ', the default,' : ''} stops every task (${interpreter})`, async (t) => {
      const { job, failing, signals } = scene(onFailure, interpreter, { maxConcurrency: 3 });
      await settle();
      failing.reject(boom);
      const result = await job;
      t.deepEqual(endsOf(result), [
        'failing failed exception',
        'running cancelled jobFailed',
        'backingOff cancelled jobFailed',
        'ready completed',
        'after failing skipped jobFailed',
        'after running skipped jobFailed',
        'join skipped jobFailed',
      ]);
      t.true(signals[0]?.reason instanceof JobFailedError);
      t.is(result.failures.length, 1);
    });
  }

  test(`finishRunning lets running attempts end, and starts no other (${interpreter})`, async (t) => {
    const { job, failing, running, signals, calls, clock } = scene('finishRunning', interpreter, { maxConcurrency: 3 });
    await settle();
    failing.reject(boom);
    await settle();
    t.is(job.snapshot().state, 'running');
    t.is(job.why('running').state, 'running');
    t.deepEqual(job.why('after running'), { state: 'skipped', reason: 'jobFailed', waitingFor: ['running'] });
    t.deepEqual(job.why('backingOff'), { state: 'cancelled', reason: 'jobFailed' });
    t.is(clock.pending, 0);
    running.resolve({ late: 1 });
    const result = await job;
    t.deepEqual(endsOf(result), [
      'failing failed exception',
      'running completed',
      'backingOff cancelled jobFailed',
      'ready completed',
      'after failing skipped jobFailed',
      'after running skipped jobFailed',
      'join skipped jobFailed',
    ]);
    t.deepEqual(result.context, { ready: 1, late: 1 });
    t.false(signals[0]?.aborted);
    t.deepEqual(calls, ['failing 1', 'running 1', 'backingOff 1', 'ready 1']);
    t.like(result, { state: 'failed', failure: { task: 'failing' } });
  });

  test(`finishRunning stops a task that waits for a slot (${interpreter})`, async (t) => {
    const { job, failing, running, calls } = scene('finishRunning', interpreter);
    await settle();
    t.is(job.why('ready').state, 'ready');
    failing.reject(boom);
    await settle();
    t.deepEqual(job.why('ready'), { state: 'cancelled', reason: 'jobFailed' });
    running.resolve({});
    t.is((await job).state, 'failed');
    t.deepEqual(calls, ['failing 1', 'running 1']);
  });

  test(`finishRunning does not retry an attempt that fails meanwhile (${interpreter})`, async (t) => {
    const { job, failing, running, calls } = scene('finishRunning', interpreter);
    await settle();
    failing.reject(boom);
    await settle();
    const other = new Error('other');
    running.reject(other);
    const result = await job;
    t.like(result.tasks.get('running'), { state: 'cancelled', reason: 'jobFailed', error: other, attempts: 1 });
    t.deepEqual(calls, ['failing 1', 'running 1']);
    t.deepEqual(
      result.failures.map(({ task }) => task),
      ['failing'],
    );
  });

  test(`finishRunning ends at once if nothing runs (${interpreter})`, async (t) => {
    const { job, failing } = scene('finishRunning', interpreter, { maxConcurrency: 1 });
    await settle();
    failing.reject(boom);
    t.deepEqual(endsOf(await job), [
      'failing failed exception',
      ...['running', 'backingOff', 'ready'].map((name) => `${name} cancelled jobFailed`),
      ...['after failing', 'after running', 'join'].map((name) => `${name} skipped jobFailed`),
    ]);
  });

  test(`keepGoing runs everything that does not depend on the failure (${interpreter})`, async (t) => {
    const { job, clock, failing, running, calls } = scene('keepGoing', interpreter);
    await settle();
    failing.reject(boom);
    await settle();
    t.is(job.snapshot().state, 'running');
    t.deepEqual(job.why('after failing'), { state: 'skipped', reason: 'dependency', origin: 'failing', waitingFor: [] });
    running.resolve({ done: 1 });
    const result = await withTime(clock, job);
    t.deepEqual(endsOf(result), [
      'failing failed exception',
      'running completed',
      'backingOff failed exception',
      'ready completed',
      'after failing skipped dependency failing',
      'after running completed',
      'join completed',
    ]);
    t.like(result, { state: 'failed', failure: { task: 'failing', error: boom }, context: { ready: 1, done: 1 } });
    t.true(calls.includes('backingOff 2'));
  });

  test(`the failures of a job that keeps going are in the order they happened (${interpreter})`, async (t) => {
    const ends = [deferred(), deferred(), deferred()];
    const errors = ends.map((_, index) => new Error(`${index}`));
    const job = run(
      [
        ...ends.map(({ promise }, index) => ({ name: `t${index}`, maxRetries: 0, run: () => promise })),
        { name: 'tolerated', run: fail, maxRetries: 0, continueOnFailure: true },
        { name: 'condition', when: fail, run: nothing },
      ],
      { onFailure: 'keepGoing', interpreter },
    );
    for (const index of [2, 0, 1]) {
      await settle();
      ends[index]?.reject(errors[index]);
    }
    const result = await job;
    const expected = [
      { task: 'condition', reason: 'exception', error: boom, attempts: 0 },
      ...[2, 0, 1].map((index) => ({ task: `t${index}`, reason: 'exception', error: errors[index], attempts: 1 })),
    ];
    t.deepEqual(result.failures, expected as never);
    t.true(Object.isFrozen(result.failures));
    t.is(result.state === 'failed' && result.failure, result.failures[0] as never);
    const error = await t.throwsAsync(job.unwrap(), { instanceOf: JobFailedError });
    t.is(error.cause, boom);
  });

  test(`job.failed describes the first failure (${interpreter})`, async (t) => {
    const [first, second] = [deferred(), deferred()];
    const job = run(
      [
        { name: 'second', maxRetries: 0, run: () => second.promise },
        { name: 'first', maxRetries: 0, run: () => first.promise },
      ],
      { onFailure: 'keepGoing', interpreter },
    );
    const ends: object[] = [];
    job.on('job.failed', (event) => ends.push(event));
    await settle();
    first.reject(boom);
    await settle();
    second.resolve([] as never);
    await job;
    t.like(ends, [{ failedTask: 'first', reason: 'exception', error: boom }]);
  });

  for (const [phase, onFailure, fails, expected] of [
    ['nothing has failed', 'finishRunning', false, 'cancelled'],
    ['running attempts end', 'finishRunning', true, 'failed'],
    ['nothing has failed', 'keepGoing', false, 'cancelled'],
    ['it keeps going', 'keepGoing', true, 'cancelled'],
  ] as const) {
    test(`a job with ${onFailure} that is cancelled while ${phase} ends as ${expected} (${interpreter})`, async (t) => {
      const { job, failing, signals } = scene(onFailure, interpreter);
      await settle();
      if (fails) {
        failing.reject(boom);
        await settle();
      }
      job.cancel('enough');
      const result = await job;
      t.is(result.state, expected);
      t.is(signals[0]?.aborted, true);
      t.like(result.tasks.get('running'), { state: 'cancelled', reason: 'jobCancelled' });
      t.deepEqual(
        result.failures.map(({ task }) => task),
        fails ? ['failing'] : [],
      );
      t.deepEqual(signals[0]?.reason.code, 'JOB_CANCELLED');
    });

    const timeout = expected === 'cancelled' ? 'timedOut' : 'failed';
    test(`a job with ${onFailure} that times out while ${phase} ends as ${timeout} (${interpreter})`, async (t) => {
      const { job, clock, failing, signals } = scene(onFailure, interpreter, { timeout: 500 });
      await settle();
      if (fails) {
        failing.reject(boom);
        await settle();
      }
      clock.increment(500);
      const result = await job;
      t.is(result.state, timeout);
      t.like(result.tasks.get('running'), { state: 'cancelled', reason: 'jobTimedOut' });
      t.deepEqual(
        result.failures.map(({ task }) => task),
        fails ? ['failing'] : [],
      );
      t.is(signals[0]?.reason.code, 'JOB_TIMED_OUT');
      t.is(clock.pending, 0);
    });
  }

  test(`an attempt that times out while running attempts end is not retried (${interpreter})`, async (t) => {
    const clock = new SteppedClock();
    const failing = deferred();
    const tasks: TaskDefinition[] = [
      { name: 'failing', maxRetries: 0, run: () => failing.promise },
      { name: 'slow', timeout: 10, maxRetries: 3, run: forever },
    ];
    const job = run(tasks, { clock, onFailure: 'finishRunning', interpreter, backoff: 0 });
    await settle();
    failing.reject(boom);
    const result = await withTime(clock, job);
    t.like(result.tasks.get('slow'), { state: 'cancelled', reason: 'jobFailed', attempts: 1 });
    t.is(clock.now(), 10);
  });

  test(`a second failure while running attempts end is listed, a tolerated one is not (${interpreter})`, async (t) => {
    const ends = { first: deferred(), second: deferred(), tolerated: deferred() };
    const job = run(
      Object.entries(ends).map(([name, { promise }]) => ({
        name,
        maxRetries: 0,
        continueOnFailure: name === 'tolerated',
        run: () => promise,
      })),
      { onFailure: 'finishRunning', interpreter },
    );
    for (const name of ['first', 'tolerated', 'second'] as const) {
      await settle();
      ends[name].reject(boom);
    }
    const result = await job;
    t.deepEqual(
      result.failures.map(({ task }) => task),
      ['first', 'second'],
    );
    t.is(result.tasks.get('tolerated')?.state, 'failed');
  });

  test(`a condition that fails ends a job like an attempt that fails (${interpreter})`, async (t) => {
    for (const [onFailure, ofRunning, ofAfter] of [
      ['stop', 'running cancelled jobFailed', 'after skipped jobFailed'],
      ['finishRunning', 'running completed', 'after skipped jobFailed'],
      ['keepGoing', 'running completed', 'after completed'],
    ] as const) {
      const running = deferred();
      const tasks: TaskDefinition[] = [
        { name: 'running', run: () => running.promise },
        { name: 'x', run: nothing },
        { name: 'failing', dependencies: ['x'], when: fail, run: nothing },
        { name: 'after', dependencies: [{ settled: 'failing' }], run: nothing },
      ];
      const job = run(tasks, { onFailure, interpreter });
      await settle();
      running.resolve({});
      const result = await job;
      t.deepEqual(endsOf(result), [ofRunning, 'x completed', 'failing failed exception', ofAfter]);
      t.like(result, { state: 'failed', failure: { task: 'failing', attempts: 0 } });
    }
  });
}

test('with each policy, a job without failures completes, and has none', async (t) => {
  for (const onFailure of ['stop', 'finishRunning', 'keepGoing'] as const) {
    const result = await run(
      [
        { name: 'a', run: nothing },
        { name: 'tolerated', run: fail, maxRetries: 0, continueOnFailure: true },
        { name: 'skipped', when: () => false, run: nothing },
      ],
      { onFailure },
    );
    t.is(result.state, 'completed');
    t.deepEqual(result.failures, []);
    t.true(Object.isFrozen(result.failures));
  }
});

test('a dependent of a tolerated failure names that task, with each policy', async (t) => {
  for (const onFailure of ['stop', 'finishRunning', 'keepGoing'] as const) {
    const job = run(
      [
        { name: 'tolerated', run: fail, maxRetries: 0, continueOnFailure: true },
        { name: 'task', dependencies: ['tolerated'], run: nothing },
      ],
      { onFailure },
    );
    t.is((await job).state, 'completed');
    t.deepEqual(job.why('task'), { state: 'skipped', reason: 'dependency', origin: 'tolerated', waitingFor: [] });
  }
});

test('`why` names what a task waited for when its job ended, and nothing if its condition skipped it', async (t) => {
  const job = run([
    { name: 'skipped', when: () => false, run: nothing },
    { name: 'running', run: forever },
    { name: 'waiting', dependencies: ['running', { settled: 'skipped' }], run: nothing },
    { name: 'waits too', dependencies: [{ anyOf: ['waiting', 'skipped'] }], run: nothing },
  ]);
  await settle();
  t.deepEqual(job.why('skipped'), { state: 'skipped', reason: 'condition', waitingFor: [] });
  t.deepEqual(job.why('waits too'), { state: 'unscheduled', waitingFor: ['waiting'] });
  job.cancel();
  await job;
  t.deepEqual(job.why('waiting'), { state: 'skipped', reason: 'jobCancelled', waitingFor: ['running'] });
  t.deepEqual(job.why('waits too'), { state: 'skipped', reason: 'jobCancelled', waitingFor: ['waiting'] });
});
