import test from 'ava';
import {
  type Dependency,
  type Interpreter,
  type JobResult,
  type Outcomes,
  run,
  type TaskDefinition,
  type TaskReport,
} from 'tintype';
import { deferred } from '../helpers/deferred.ts';
import { settle } from '../helpers/simulated-time.ts';

const boom = new Error('boom');
const nothing = () => {};
const fail = () => {
  throw boom;
};
const never = () => false;

/** Options of a dependency `x`, and of its job, that end `x` in some way. */
const ENDS = {
  completed: [{ run: () => ({ x: 1 }) }, {}],
  skipped: [{ run: nothing, when: never }, {}],
  'failed, which is tolerated,': [{ run: fail, maxRetries: 0, continueOnFailure: true }, {}],
  'failed, in a job that keeps going,': [{ run: fail, maxRetries: 0 }, { onFailure: 'keepGoing' }],
} as const;

type End = keyof typeof ENDS;
type Decision = 'runs' | 'is skipped';

/** The table of docs/branches.md. */
const TABLE: readonly (readonly [
  edge: string,
  dependencies: readonly Dependency[],
  decisions: Readonly<Record<End, Decision>>,
])[] = [
  [
    "'x'",
    ['x'],
    {
      completed: 'runs',
      skipped: 'is skipped',
      'failed, which is tolerated,': 'is skipped',
      'failed, in a job that keeps going,': 'is skipped',
    },
  ],
  [
    "{ settled: 'x' }",
    [{ settled: 'x' }],
    {
      completed: 'runs',
      skipped: 'runs',
      'failed, which is tolerated,': 'runs',
      'failed, in a job that keeps going,': 'runs',
    },
  ],
  [
    "{ anyOf: ['x', 'skipped'] }",
    [{ anyOf: ['x', 'skipped'] }],
    {
      completed: 'runs',
      skipped: 'is skipped',
      'failed, which is tolerated,': 'is skipped',
      'failed, in a job that keeps going,': 'is skipped',
    },
  ],
  [
    "{ anyOf: ['x', 'completed'] }",
    [{ anyOf: ['x', 'completed'] }],
    {
      completed: 'runs',
      skipped: 'runs',
      'failed, which is tolerated,': 'runs',
      'failed, in a job that keeps going,': 'runs',
    },
  ],
];

const INTERPRETERS: readonly Interpreter[] = ['compiled', 'xstate'];

for (const [edge, dependencies, decisions] of TABLE) {
  for (const [end, decision] of Object.entries(decisions) as [End, Decision][]) {
    for (const interpreter of INTERPRETERS) {
      test(`a task with ${edge} ${decision} after x has ${end} (${interpreter})`, async (t) => {
        const [x, options] = ENDS[end];
        const result = await run(
          [
            { name: 'x', ...x },
            { name: 'skipped', run: nothing, when: never },
            { name: 'completed', run: nothing },
            { name: 'task', dependencies, run: () => ({ ran: true }) },
          ],
          { ...options, interpreter },
        );
        const { state, reason, origin } = result.tasks.get('task') as TaskReport;
        t.deepEqual(
          [state, reason, origin],
          decision === 'runs' ? ['completed', undefined, undefined] : ['skipped', 'dependency', 'x'],
        );
        t.is(result.context.ran, decision === 'runs' ? true : undefined);
        t.is(result.state, 'onFailure' in options ? 'failed' : 'completed');
      });
    }
  }
}

for (const [title, dependencies] of [
  ['a plain dependency', ['quick', 'slow']],
  ['a dependency that must settle', ['quick', { settled: 'slow' }]],
  ['one of several', [{ anyOf: ['quick', 'slow'] }]],
  ['several of which one is enough, beside another', ['quick', { anyOf: ['completed', 'slow'] }]],
] as const satisfies [string, readonly Dependency[]][]) {
  for (const [how, quick] of [
    ['one has completed', { run: nothing }],
    ['one has failed', { run: fail, maxRetries: 0, continueOnFailure: true }],
    ['one is skipped', { run: nothing, when: never }],
  ] as const) {
    test(`a task that waits for ${title} decides nothing when ${how}, only when all have settled`, async (t) => {
      const slow = deferred();
      const job = run([
        { name: 'quick', ...quick },
        { name: 'completed', run: nothing },
        { name: 'slow', run: () => slow.promise },
        { name: 'task', dependencies, run: nothing },
      ]);
      await settle();
      t.deepEqual(job.why('task'), { state: 'unscheduled', waitingFor: ['slow'] });
      t.is(job.snapshot().tasks.get('task')?.state, 'unscheduled');
      slow.resolve({});
      const { tasks } = await job;
      t.true(['completed', 'skipped'].includes(tasks.get('task')?.state ?? ''));
    });
  }
}

const reportsOf = ({ tasks }: JobResult) =>
  Object.fromEntries(Array.from(tasks.values(), ({ task, state, reason, origin }) => [task, [state, reason, origin]]));

test('a skip spreads to all plain dependents and names its origin', async (t) => {
  const result = await run([
    { name: 'root', run: nothing, when: never },
    { name: 'a', dependencies: ['root'], run: nothing },
    { name: 'b', dependencies: ['a'], run: nothing },
    { name: 'join', dependencies: [{ settled: 'b' }], run: nothing },
    { name: 'after', dependencies: ['join'], run: nothing },
  ]);
  t.deepEqual(reportsOf(result), {
    root: ['skipped', 'condition', undefined],
    a: ['skipped', 'dependency', 'root'],
    b: ['skipped', 'dependency', 'root'],
    join: ['completed', undefined, undefined],
    after: ['completed', undefined, undefined],
  });
  t.is(result.state, 'completed');
});

/** Two tasks that end a job's branches in either order, and one that depends on both. */
async function originOf(dependencies: readonly Dependency[], order: readonly ('first' | 'second')[], options: object = {}) {
  const ends = { first: deferred(), second: deferred() };
  const ending = (name: 'first' | 'second'): TaskDefinition => ({
    name,
    run: () => ends[name].promise,
    maxRetries: 0,
    continueOnFailure: true,
  });
  const job = run(
    [
      ending('first'),
      ending('second'),
      { name: 'chained', dependencies: ['second'], run: nothing },
      { name: 'task', dependencies, run: nothing },
    ],
    options,
  );
  for (const name of order) {
    await settle();
    ends[name].reject(boom);
  }
  return (await job).tasks.get('task');
}

for (const [title, dependencies] of [
  ['plain dependencies', ['second', 'first']],
  ['a group', [{ anyOf: ['second', 'first'] }]],
  ['a group and a plain dependency', [{ anyOf: ['second'] }, 'first']],
  ['two groups', [{ anyOf: ['second'] }, { anyOf: ['first'] }]],
  ['a plain dependency whose branch began with another', ['chained', 'first']],
] as const satisfies [string, readonly Dependency[]][]) {
  for (const order of [
    ['first', 'second'],
    ['second', 'first'],
  ] as const) {
    for (const interpreter of INTERPRETERS) {
      test(`of two causes in ${title}, a skip names the first in workflow order when ${order[0]} fails first (${interpreter})`, async (t) => {
        t.like(await originOf(dependencies, order, { interpreter }), {
          state: 'skipped',
          reason: 'dependency',
          origin: 'first',
        });
      });
    }
  }
}

test('the first in workflow order need not be defined first', async (t) => {
  const failing = { run: fail, maxRetries: 0, continueOnFailure: true };
  const result = await run([
    { name: 'late', dependencies: ['early'], ...failing },
    { name: 'task', dependencies: ['late', 'other'], run: nothing },
    { name: 'other', ...failing },
    { name: 'early', run: nothing },
  ]);
  t.deepEqual(reportsOf(result).task, ['skipped', 'dependency', 'other']);
});

test('only what blocks a task is named: not a task that only has to settle, nor one of a group in which another completed', async (t) => {
  const result = await run([
    { name: 'settled', run: fail, maxRetries: 0, continueOnFailure: true },
    { name: 'one', run: nothing, when: never },
    { name: 'other', run: nothing },
    { name: 'blocks', run: nothing, when: never },
    { name: 'task', dependencies: [{ settled: 'settled' }, { anyOf: ['one', 'other'] }, 'blocks'], run: nothing },
  ]);
  t.deepEqual(reportsOf(result).task, ['skipped', 'dependency', 'blocks']);
});

test('every group needs one that completed', async (t) => {
  const result = await run([
    { name: 'a', run: nothing },
    { name: 'b', run: nothing, when: never },
    { name: 'c', run: nothing, when: never },
    { name: 'd', run: nothing, when: never },
    { name: 'e', run: nothing },
    { name: 'two met', dependencies: [{ anyOf: ['a', 'b'] }, { anyOf: ['c', 'e'] }], run: nothing },
    { name: 'one met', dependencies: [{ anyOf: ['a', 'b'] }, { anyOf: ['c', 'd'] }], run: nothing },
  ]);
  t.is(result.tasks.get('two met')?.state, 'completed');
  t.deepEqual(reportsOf(result)['one met'], ['skipped', 'dependency', 'c']);
});

test('`execution.outcomes` has the state and error of each task that need not complete', async (t) => {
  const seen: Outcomes[] = [];
  await run([
    { name: 'plain', run: () => ({ plain: 1 }) },
    { name: 'done', run: () => ({ done: 1 }) },
    { name: 'skipped', run: nothing, when: never },
    { name: 'failed', run: fail, maxRetries: 0, continueOnFailure: true },
    {
      name: 'task',
      dependencies: ['plain', { settled: 'failed' }, { settled: 'skipped' }, { anyOf: ['done'] }],
      run: (_, { outcomes }) => void seen.push(outcomes),
    },
  ]);
  t.deepEqual(seen, [
    { failed: { state: 'failed', error: boom }, skipped: { state: 'skipped' }, done: { state: 'completed' } },
  ]);
  t.is(seen[0]?.failed?.error, boom);
  t.true(Object.isFrozen(seen[0]));
});

test('a task whose dependencies must all complete has no outcomes', async (t) => {
  const seen: unknown[] = [];
  const look = (_: unknown, execution: { outcomes: object }) =>
    void seen.push([execution.outcomes, Object.keys({ ...execution })]);
  await run([
    { name: 'a', run: look },
    { name: 'b', dependencies: ['a'], run: look },
  ]);
  const own = ['job', 'task', 'attempt', 'isActive', 'signal'];
  t.deepEqual(seen, [
    [{}, own],
    [{}, own],
  ]);
});

test('outcomes are the same in each attempt, and an executor gets them', async (t) => {
  const seen: unknown[] = [];
  await run(
    [
      { name: '__proto__', run: fail, maxRetries: 0, continueOnFailure: true },
      {
        name: 'task',
        dependencies: [{ settled: '__proto__' }],
        retryIf: true,
        backoff: 0,
        run: (_, { attempt, outcomes }) => {
          seen.push(JSON.stringify(outcomes), Object.keys(outcomes));
          return attempt < 2 ? fail() : undefined;
        },
      },
    ],
    {
      executor: ({ task, outcomes, run }) => {
        seen.push(`${task}: ${Object.keys(outcomes)}`);
        return run();
      },
    },
  );
  const outcomes = ['{"__proto__":{"state":"failed","error":{}}}', ['__proto__']];
  t.deepEqual(seen, ['__proto__: ', 'task: __proto__', ...outcomes, 'task: __proto__', ...outcomes]);
});

test('a task sees what its completed dependencies returned, through any kind of edge', async (t) => {
  const seen: object[] = [];
  await run(
    [
      { name: 'a', run: () => ({ a: 1, key: 'a' }) },
      { name: 'b', dependencies: [{ settled: 'a' }], run: () => ({ b: 1, key: 'b' }) },
      { name: 'c', dependencies: ['a'], when: never, run: () => ({ c: 1 }) },
      { name: 'd', run: () => ({ d: 1 }) },
      { name: 'e', dependencies: [{ anyOf: ['b', 'c'] }], run: (context) => void seen.push({ ...context }) },
    ],
    { context: { initial: 1, key: 'initial' } },
  );
  t.deepEqual(seen, [{ initial: 1, a: 1, b: 1, key: 'b' }]);
});

test('tasks that depend on one task in different ways all decide when it has settled', async (t) => {
  const result = await run(
    [
      { name: 'x', run: fail, maxRetries: 0 },
      ...Array.from({ length: 30 }, (_, index): TaskDefinition => {
        const dependency = (['x', { settled: 'x' }, { anyOf: ['x'] }] as const)[index % 3] as Dependency;
        return { name: `t${index}`, dependencies: [dependency], run: nothing };
      }),
    ],
    { onFailure: 'keepGoing' },
  );
  const states = Array.from(result.tasks.values(), ({ state }) => state).slice(1);
  t.deepEqual(
    states,
    Array.from({ length: 30 }, (_, index) => (index % 3 === 1 ? 'completed' : 'skipped')),
  );
});

test('a chain of 20,000 tasks is skipped without a stack overflow', async (t) => {
  const tasks = Array.from({ length: 20_000 }, (_, index): TaskDefinition => {
    const dependencies = index === 0 ? [] : [`t${index - 1}`];
    return { name: `t${index}`, dependencies, run: nothing, ...(index === 0 && { when: never }) };
  });
  const result = await run(tasks);
  t.is(result.state, 'completed');
  t.like(result.tasks.get('t19999'), { state: 'skipped', reason: 'dependency', origin: 't0' });
});
