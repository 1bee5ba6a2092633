import test from 'ava';
import { type Condition, InvalidConditionError, type JobEvent, run, type TaskDefinition, type TaskReport } from 'tintype';
import { processEventsOf } from '../helpers/bad-input-harm.ts';
import { revoked, throwing, trapped } from '../helpers/bad-input-values.ts';
import { settle } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const nothing = () => {};
const fail = () => {
  throw boom;
};

const NAN_OUTPUT = { nan: Number.NaN, zero: 0, text: 'a', none: undefined, nothing: null, list: [1] };

/** Whether a task runs whose `when` is about what `x` returned. */
async function decided(when: Condition, output: object | undefined): Promise<boolean> {
  const { tasks, state } = await run([
    { name: 'x', run: () => output },
    { name: 'y', run: () => ({ key: 'y' }) },
    { name: 'task', dependencies: ['x', 'y'], when, run: nothing },
  ]);
  const { state: ofTask, reason, origin } = tasks.get('task') as TaskReport;
  if (state !== 'completed' || origin !== undefined || (ofTask === 'skipped') !== (reason === 'condition')) {
    throw new Error(`the job is ${state}, the task ${ofTask} because of ${reason}`);
  }
  return ofTask === 'completed';
}

for (const [title, when, holds] of [
  ['an equal string', { x: { text: 'a' } }, true],
  ['another string', { x: { text: 'b' } }, false],
  ['a list with the value', { x: { text: ['b', 'a'] } }, true],
  ['a list without the value', { x: { text: ['b', 'c'] } }, false],
  ['an empty list', { x: { text: [] } }, false],
  ['NaN, which equals itself', { x: { nan: Number.NaN } }, true],
  ['-0, which is not 0', { x: { zero: -0 } }, false],
  ['null, which is not undefined', { x: { nothing: undefined } }, false],
  ['null', { x: { nothing: null } }, true],
  ['undefined, of a key that is undefined', { x: { none: undefined } }, true],
  ['undefined, of a key that is absent', { x: { absent: undefined } }, true],
  ['undefined in a list, of a key that is absent', { x: { absent: ['a', undefined] } }, true],
  ['null, of a key that is absent', { x: { absent: null } }, false],
  ['a key of the prototype', { x: { toString: Object.prototype.toString } }, false],
  ['an equal array, which is another one', { x: { list: [[1]] } }, false],
  ['several keys that all match', { x: { text: 'a', zero: [0, 1] } }, true],
  ['several keys of which one does not match', { x: { text: 'a', zero: 1 } }, false],
  ['two dependencies that both match', { x: { text: 'a' }, y: { key: 'y' } }, true],
  ['two dependencies of which one does not match', { x: { text: 'a' }, y: { key: 'x' } }, false],
  ['a key of another dependency', { y: { text: 'a' } }, false],
  ['no key', { x: {} }, true],
  ['no dependency', {}, true],
  ['a dependency that is undefined', { x: undefined }, true],
] as const satisfies [string, Condition, boolean][]) {
  test(`a condition for ${title} ${holds ? 'holds' : 'does not hold'}`, async (t) => {
    t.is(await decided(when, NAN_OUTPUT), holds);
  });
}

test('every key of a task that returned nothing is undefined', async (t) => {
  t.true(await decided({ x: { text: undefined } }, undefined));
  t.false(await decided({ x: { text: 'a' } }, undefined));
});

test('a condition reads the output of a task, not the context', async (t) => {
  const { tasks } = await run(
    [
      { name: 'x', run: () => ({ key: 'x' }) },
      { name: 'y', dependencies: ['x'], run: () => ({ key: 'y' }) },
      { name: 'task', dependencies: ['x', 'y'], when: { x: { key: 'x' }, y: { initial: undefined } }, run: nothing },
    ],
    { context: { initial: 1 } },
  );
  t.is(tasks.get('task')?.state, 'completed');
});

test('every key of a task that did not complete is undefined', async (t) => {
  const { tasks } = await run([
    { name: 'skipped', run: () => ({ key: 1 }), when: () => false },
    { name: 'failed', run: fail, maxRetries: 0, continueOnFailure: true },
    {
      name: 'undefined',
      dependencies: [{ settled: 'skipped' }, { settled: 'failed' }],
      when: { skipped: { key: undefined }, failed: { key: undefined } },
      run: nothing,
    },
    { name: 'value', dependencies: [{ settled: 'skipped' }], when: { skipped: { key: 1 } }, run: nothing },
  ]);
  t.is(tasks.get('undefined')?.state, 'completed');
  t.like(tasks.get('value'), { state: 'skipped', reason: 'condition' });
});

test('a condition is copied when the workflow is read', async (t) => {
  const values = ['a'];
  const keys = { text: values };
  const job = run([
    { name: 'x', run: () => ({ text: 'a' }) },
    { name: 'task', dependencies: ['x'], when: { x: keys }, run: nothing },
  ]);
  values[0] = 'b';
  Object.assign(keys, { text: 'b', other: 1 });
  t.is((await job).tasks.get('task')?.state, 'completed');
});

test('a function receives the context of the task, and the task as its `this`', async (t) => {
  const seen: unknown[] = [];
  const task = {
    name: 'task',
    dependencies: ['x'],
    when(this: { limit: number }, context: { x: number }) {
      seen.push({ ...context }, this.limit);
      return context.x < this.limit;
    },
    run: (context: object) => void seen.push({ ...context }),
  };
  const definitions: TaskDefinition[] = [
    { name: 'x', run: () => ({ x: 1 }) },
    { name: 'other', run: () => ({ other: 1 }) },
    // Unknown options are errors, so it is in the prototype.
    Object.setPrototypeOf(task, { limit: 3 }),
  ];
  const { state } = await run(definitions, { context: { initial: 1 } });
  t.is(state, 'completed');
  t.deepEqual(seen, [{ initial: 1, x: 1 }, 3, { initial: 1, x: 1 }]);
});

test('a function that changes the context fails its task', async (t) => {
  const when = (context: Record<string, unknown>) => {
    context.x = 2;
    return true;
  };
  const result = await run([{ name: 'task', when, run: nothing }], { context: { x: 1 } });
  t.like(result, { state: 'failed', failure: { reason: 'exception', attempts: 0, error: { code: 'READONLY_CONTEXT' } } });
});

test('a function is called once, after all dependencies have settled, and only if they let the task run', async (t) => {
  const calls: string[] = [];
  const asks = (name: string, answer: boolean) => () => {
    calls.push(name);
    return answer;
  };
  const attempts: number[] = [];
  const { tasks } = await run(
    [
      { name: 'x', when: asks('x', false), run: nothing },
      { name: 'blocked', dependencies: ['x'], when: asks('blocked', true), run: nothing },
      {
        name: 'retried',
        dependencies: [{ settled: 'x' }],
        when: asks('retried', true),
        run: (_, { attempt }) => {
          attempts.push(attempt);
          return attempt < 3 ? fail() : undefined;
        },
      },
    ],
    { backoff: 0, retryIf: true },
  );
  t.deepEqual(calls, ['x', 'retried']);
  t.deepEqual(attempts, [1, 2, 3]);
  t.like(tasks.get('blocked'), { state: 'skipped', reason: 'dependency', origin: 'x' });
});

test('a task waits for its condition without a slot', async (t) => {
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const { state } = await run(
    [
      { name: 'a', run: note('a') },
      {
        name: 'conditional',
        when: () => {
          order.push('when');
          return true;
        },
        run: note('conditional'),
      },
      { name: 'b', run: note('b') },
    ],
    { maxConcurrency: 1 },
  );
  t.is(state, 'completed');
  t.deepEqual(order.toSorted(), ['a', 'b', 'conditional', 'when']);
  t.true(order.indexOf('when') < order.indexOf('conditional'));
});

const INVALID: readonly (readonly [title: string, value: unknown, description: string])[] = [
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['1', 1, '1'],
  ['a text', 'true', 'the string "true"'],
  ['a promise', Promise.resolve(true), 'a promise'],
  ['an object', {}, 'an object'],
  ['a revoked proxy', revoked(), "an object that can't be inspected"],
  ['an object of which nothing can be read', trapped(), "an object that can't be inspected"],
  ['an object whose `then` throws', throwing('then'), 'an object'],
];

for (const [title, value, description] of INVALID) {
  test(`a condition that returns ${title} fails its task, which has no attempt and is not retried`, async (t) => {
    const calls: string[] = [];
    const result = await run(
      [
        {
          name: 'task',
          when: () => {
            calls.push('when');
            return value as boolean;
          },
          run: () => void calls.push('run'),
          retryIf: () => {
            calls.push('retryIf');
            return true;
          },
        },
      ],
      { backoff: 0 },
    );
    t.deepEqual(calls, ['when']);
    t.like(result, { state: 'failed', failure: { task: 'task', reason: 'exception', attempts: 0 } });
    const { error } = (result as { failure: { error: unknown } }).failure;
    t.true(error instanceof InvalidConditionError);
    t.like(error, { code: 'INVALID_CONDITION', task: 'task' });
    t.is((error as InvalidConditionError).value, value);
    t.is(
      (error as Error).message.replace('an instance of Promise', 'a promise'),
      `The \`when\` of task \`task\` must return true or false, got ${description}`,
    );
  });
}

test.serial('a condition that returns a promise that rejects leaves no unhandled rejection', async (t) => {
  const events = await processEventsOf(() =>
    run([{ name: 'task', when: (() => Promise.reject(boom)) as never, run: nothing }]),
  );
  t.deepEqual(events, []);
});

for (const thrown of [boom, undefined, 'text', new TypeError('type')]) {
  test(`a condition that throws ${thrown} fails its task with that`, async (t) => {
    const events: JobEvent[] = [];
    const when = () => {
      throw thrown;
    };
    const result = await run([{ name: 'task', when, run: nothing }], { onEvent: (event) => events.push(event) });
    t.like(result, { state: 'failed', failure: { task: 'task', reason: 'exception', attempts: 0 } });
    t.is(result.state === 'failed' && result.failure.error, thrown);
    t.like(events[1], {
      type: 'task.failed',
      from: 'unscheduled',
      to: 'failed',
      attempt: 0,
      reason: 'exception',
      error: thrown,
    });
    t.like(result.tasks.get('task'), { state: 'failed', attempts: 0, reason: 'exception', error: thrown });
    t.is(result.tasks.get('task')?.startedAt, undefined);
  });
}

test('a failed condition is tolerated like a failed attempt, and frees no slot', async (t) => {
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await settle();
    running -= 1;
  };
  const result = await run(
    [
      { name: 'first', run: work },
      ...['a', 'b', 'c'].map((name) => ({ name, when: fail, run: nothing, continueOnFailure: true })),
      ...['d', 'e', 'f'].map((name) => ({ name, run: work })),
      { name: 'after', dependencies: [{ settled: 'a' }], run: work },
      { name: 'plain', dependencies: ['a'], run: work },
    ],
    { maxConcurrency: 1 },
  );
  t.is(result.state, 'completed');
  t.is(most, 1);
  t.deepEqual(result.failures, []);
  t.is(result.tasks.get('after')?.state, 'completed');
  t.like(result.tasks.get('plain'), { state: 'skipped', origin: 'a' });
});

test('a condition that cancels the job is not asked again, and its task is stopped', async (t) => {
  let calls = 0;
  const job = run([
    {
      name: 'task',
      when: () => {
        calls += 1;
        job.cancel('enough');
        return true;
      },
      run: nothing,
    },
  ]);
  t.is((await job).state, 'cancelled');
  t.is(calls, 1);
});

test('events of a branch: the decision of a condition has no event', async (t) => {
  const lines: string[] = [];
  await run(
    [
      { name: 'x', run: () => ({ route: 'manual' }) },
      { name: 'manual', dependencies: ['x'], when: { x: { route: 'manual' } }, run: nothing },
      { name: 'auto', dependencies: ['x'], when: { x: { route: 'auto' } }, run: nothing },
      { name: 'join', dependencies: [{ anyOf: ['manual', 'auto'] }], run: nothing },
    ],
    { onEvent: ({ sequence: _, at: __, ...event }) => lines.push(JSON.stringify(event)) },
  );
  const skipped = { type: 'task.skipped', from: 'unscheduled', to: 'skipped', task: 'auto', attempt: 0, reason: 'condition' };
  t.true(lines.includes(JSON.stringify(skipped)));
  t.deepEqual(
    lines.map((line) => JSON.parse(line)).map(({ task, to }) => `${task ?? 'JOB'} ${to}`),
    [
      'JOB running',
      'x ready',
      'x running',
      'x completed',
      'manual ready',
      'manual running',
      'auto skipped',
      'manual completed',
      'join ready',
      'join running',
      'join completed',
      'JOB completed',
    ],
  );
});
