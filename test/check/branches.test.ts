import test from 'ava';
import fc from 'fast-check';
import { InvalidWorkflowError, type TaskDefinition } from 'tintype';
import { always, type CheckOptions, checkWorkflow, sometimes, step, testPaths } from 'tintype/check';
import { readCheckOptions } from '../../src/check/check-options.ts';
import { describeChoice } from '../../src/check/model/choice.ts';
import { mentionedOutputs } from '../../src/check/model/model-outputs.ts';
import { explorePacked } from '../../src/check/packed/explore-packed.ts';
import { readTasks } from '../../src/workflow/validate-tasks.ts';
import { when } from './branch-graphs.ts';
import { AT_ONCE, DAGS, task } from './dags.ts';

const small: CheckOptions = { ...AT_ONCE, maxRetries: 0, outcomes: ['returns', 'throws'], cancel: false };

const branches = [
  task('risk'),
  task('review', ['risk'], { when: { risk: { route: 'manual' } } }),
  task('approve', ['risk'], { when: { risk: { route: 'auto' } } }),
  task('ship', [{ anyOf: ['review', 'approve'] }]),
];

/** What is chosen while tasks are in these states. */
function choicesIn(tasks: readonly TaskDefinition[], options: CheckOptions, states: string): string[] {
  const found = new Set<string>();
  const collect = step('collect', (before, choice) => {
    const isWanted = before.tasks.map(({ state }) => state).join() === states;
    return !isWanted || found.add(describeChoice(choice)).size > 0;
  });
  checkWorkflow(tasks, { ...options, properties: [collect] });
  return [...found];
}

test('a task whose output is read by conditions returns each value they name, or a different one', (t) => {
  t.deepEqual(choicesIn(branches, small, 'running,unscheduled,unscheduled,unscheduled'), [
    "risk returns {'route':'manual'}, and the condition of review holds, and the condition of approve does not hold",
    "risk returns {'route':'auto'}, and the condition of review does not hold, and the condition of approve holds",
    "risk returns {'route':'another value'}, and the condition of review does not hold, and the condition of approve does not hold",
    'risk throws',
  ]);
});

test('conditions that exclude each other never hold together, and properties see which tasks are skipped', (t) => {
  const report = checkWorkflow(branches, {
    ...small,
    properties: [
      always('one of the two is skipped', ({ task: of, state }) => {
        const areDecided = of('review').state !== 'unscheduled' && of('approve').state !== 'unscheduled';
        return !areDecided || state !== 'running' || of('review').state === 'skipped' || of('approve').state === 'skipped';
      }),
      sometimes('ship runs', (job) => job.task('ship').state === 'running'),
      sometimes('the job completes without it', (job) => job.state === 'completed' && job.task('ship').state === 'skipped'),
    ],
  });
  t.true(report.ok, String(report));
  t.deepEqual(report.terminal, { completed: 3, failed: 5 });
});

test('the values of several keys are combined', (t) => {
  const { graph } = readTasks([
    task('a'),
    task('b', ['a'], { when: { a: { x: [1, 2], y: undefined } } }),
    task('c', ['a'], { when: { a: { x: 2, z: Number.NaN } } }),
  ]);
  const outputs = mentionedOutputs(graph?.tasks ?? []).get('a') ?? [];
  t.is(outputs.length, 3 * 2 * 2);
  t.deepEqual(outputs[0], { shown: { x: 1, y: 'undefined', z: 'NaN' }, value: { x: 1, y: undefined, z: Number.NaN } });
  t.is(new Set(outputs.map(({ shown }) => JSON.stringify(shown))).size, outputs.length);
});

test('values that look the same are distinguished', (t) => {
  const values = ['another value', 'undefined', undefined, {}, {}, -0, 0, null, Symbol('x')];
  const { graph } = readTasks([task('a'), task('b', ['a'], { when: { a: { x: values } } })]);
  const outputs = mentionedOutputs(graph?.tasks ?? []).get('a') ?? [];
  t.is(outputs.length, values.length + 1);
  t.is(new Set(outputs.map(({ shown }) => JSON.stringify(shown))).size, outputs.length);
  t.true(values.every((value, index) => Object.is(outputs[index]?.value.x, value)));
  t.false(values.includes(outputs.at(-1)?.value.x as string));
});

test('a condition that is a function may hold or not, or throw', (t) => {
  const tasks = [task('a'), task('b', ['a'], { when }), task('c', ['a'], { when, continueOnFailure: true })];
  const choices = choicesIn(tasks, small, 'running,unscheduled,unscheduled');
  const ways = ['holds', 'does not hold', 'throws'];
  const all = ways
    .slice(0, 2)
    .flatMap((b) => ways.map((c) => `a returns, and the condition of b ${b}, and the condition of c ${c}`));
  t.deepEqual([...choices].sort(), [...all, 'a returns, and the condition of b throws', 'a throws'].sort());
});

test('a saved job may be stopped while a decision is being saved, and its process may die right after', (t) => {
  const tasks = [task('a'), task('b', ['a'], { when })];
  const options: CheckOptions = { ...small, outcomes: ['returns'], cancel: 'between-steps', crash: 'anywhere' };
  const choices = choicesIn(tasks, options, 'running,unscheduled');
  const during = (way: string) => `while the store is saving that the condition of b ${way}, after a returns`;
  for (const way of ['holds', 'does not hold', 'throws']) {
    for (const choice of [
      `a returns, and the condition of b ${way}`,
      `the job leaves its process ${during(way)}`,
      `the job is cancelled ${during(way)}`,
      `the job is cancelled ${during(way)}, and the store is lost`,
      `the process dies right after saving that a returns and that the condition of b ${way}, and the job is resumed`,
      `the process dies right after saving that a returns, and the job is resumed, and the condition of b ${way}`,
    ]) {
      t.true(choices.includes(choice), choice);
    }
  }
});

test('a decision may be in flight while another task fails, or its outcome is saved when the process dies', (t) => {
  const tasks = [task('a'), task('b', ['a'], { when }), task('c')];
  const choices = choicesIn(tasks, { ...small, crash: 'anywhere' }, 'running,unscheduled,running');
  t.true(choices.includes('c throws while the store is saving that the condition of b does not hold, after a returns'));
  const both = 'right after saving that a returns and that the condition of b throws and that c returns';
  t.true(choices.includes(`the process dies ${both}, and the job is resumed`));
});

test('the decisions of roots follow from the start', (t) => {
  const roots = [task('a', [], { when }), task('b', [], { when })];
  const choices = choicesIn(roots, { ...small, outcomes: ['returns'], crash: 'anywhere' }, 'unscheduled,unscheduled');
  t.true(choices.includes('the job starts, and the condition of a does not hold, and the condition of b holds'));
  t.true(
    choices.includes(
      'the job leaves its process while the store is saving that the condition of b holds, after the job starts',
    ),
  );
});

test('`onFailure` decides what a failure stops', (t) => {
  const tasks = [task('a'), task('b'), task('c', ['a']), task('d', ['b'])];
  const ends = (onFailure: CheckOptions['onFailure']) => {
    const seen = new Set<string>();
    const collect = always(
      'collect',
      ({ state, tasks: all }) => state !== 'failed' || seen.add(all.map((one) => one.state).join()).size > 0,
    );
    const outcomes = { a: ['throws'], b: ['returns'], d: ['returns'] } as const;
    const report = checkWorkflow(tasks, { ...small, onFailure, outcomes, properties: [collect] });
    t.true(report.ok, String(report));
    return [...seen].sort();
  };
  t.deepEqual(ends(undefined), [
    'failed,cancelled,skipped,skipped',
    'failed,completed,skipped,cancelled',
    'failed,completed,skipped,completed',
  ]);
  t.deepEqual(ends('finishRunning'), ['failed,completed,skipped,completed', 'failed,completed,skipped,skipped']);
  t.deepEqual(ends('keepGoing'), ['failed,completed,skipped,completed']);
  t.throws(() => checkWorkflow(tasks, { onFailure: 'goOn' } as never), {
    instanceOf: InvalidWorkflowError,
    message: /`onFailure` must be 'stop', 'finishRunning' or 'keepGoing', got/,
  });
});

const hints = (tasks: readonly TaskDefinition[], options: CheckOptions = small) =>
  checkWorkflow(tasks, options).warnings.map(({ task: name, message }) => `${name}: ${message}`);

test('joins that can never run and branches that are never taken are named', (t) => {
  const never = [...branches.slice(0, 3), task('merge', ['review', 'approve']), task('after', ['merge'])];
  t.deepEqual(hints(never), ['merge: merge can never run: this join is skipped on every path']);
  const dead = [task('a'), task('b', ['a'], { when: { a: { x: [] } } })];
  t.deepEqual(hints(dead), ['b: b can never run: this branch is never taken']);
  t.deepEqual(hints(branches), []);
  t.deepEqual(hints(never, { ...small, search: { walks: 30, seed: 1 } }), [], 'walks prove nothing');
  t.deepEqual(hints(never, { ...small, limits: { states: 5 } }), [], 'neither does part of a search');
});

test('only workflows without branches are packed', (t) => {
  const isPacked = (tasks: readonly TaskDefinition[], options: CheckOptions = {}) =>
    explorePacked(readCheckOptions(tasks, { ...small, ...options })) !== undefined;
  t.true(DAGS.every(({ tasks, options }) => isPacked(tasks, options)));
  t.false(isPacked(branches));
  t.false(isPacked([task('a')], { onFailure: 'keepGoing' }));
  t.false(isPacked([task('a', [], { continueOnFailure: true }), task('b', ['a'])]));
});

test('random walks decide at random, the same for the same seed', (t) => {
  const tasks = [task('a', [], { when }), task('b', [{ settled: 'a' }], { when }), task('c', [{ settled: 'b' }], { when })];
  const walk = (seed: number) => {
    const seen: string[] = [];
    const collect = step('collect', (_, choice) => seen.push(describeChoice(choice)) > 0);
    const options: CheckOptions = { ...small, crash: 'anywhere', properties: [collect], search: { walks: 300, seed } };
    t.deepEqual(checkWorkflow(tasks, options).violations, []);
    return seen;
  };
  const seen = walk(1);
  t.deepEqual(walk(1), seen);
  for (const part of [
    'condition of a throws',
    'condition of b does not hold',
    'while the store is saving that the condition',
  ]) {
    t.true(
      seen.some((choice) => choice.includes(part)),
      part,
    );
  }
});

type Shape = readonly ('none' | 'completed' | 'settled' | 'anyOf')[];

const conditions = fc.constantFrom<TaskDefinition['when'] | 'data'>(undefined, undefined, when, 'data');

const workflows = fc.record({
  edges: fc.array(
    fc.array(fc.constantFrom('none', 'completed', 'settled', 'anyOf'), { minLength: 3, maxLength: 3 }) as fc.Arbitrary<Shape>,
    { minLength: 2, maxLength: 4 },
  ),
  more: fc.array(fc.record({ condition: conditions, continueOnFailure: fc.boolean() }), { minLength: 4, maxLength: 4 }),
  options: fc.record({
    onFailure: fc.constantFrom('stop' as const, 'finishRunning' as const, 'keepGoing' as const),
    maxConcurrency: fc.constantFrom(1, 2, Infinity),
    maxRetries: fc.constantFrom(0, 1),
    timeout: fc.constantFrom(undefined, 100),
    crash: fc.constantFrom(false as const, 'anywhere' as const),
    countInterrupted: fc.boolean(),
  }),
});

type Sample = Parameters<Parameters<(typeof workflows)['map']>[0]>[0];

const tasksOf = ({ edges, more }: Sample): TaskDefinition[] =>
  edges.map((row, index) => {
    const named = (kind: string) => row.slice(0, index).flatMap((one, other) => (one === kind ? [`t${other}`] : []));
    const anyOf = named('anyOf');
    const [first] = [...named('completed'), ...named('settled'), ...anyOf];
    const { condition, continueOnFailure = false } = more[index] ?? {};
    const data = first === undefined ? undefined : { [first]: { x: ['p', undefined] } };
    return task(
      `t${index}`,
      [...named('completed'), ...named('settled').map((settled) => ({ settled })), ...(anyOf.length > 0 ? [{ anyOf }] : [])],
      { continueOnFailure, when: condition === 'data' ? data : condition },
    );
  });

test('the laws hold with branches, and a real job does what was checked, in random workflows', async (t) => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(workflows, async (sample) => {
      const tasks = tasksOf(sample);
      const { countInterrupted, ...rest } = sample.options;
      const options: CheckOptions = {
        ...AT_ONCE,
        ...rest,
        ...(rest.crash !== false && { countInterrupted }),
        outcomes: ['returns', 'throws'],
      };
      const report = checkWorkflow(tasks, options);
      t.true(report.ok, String(report));
      const full = checkWorkflow(tasks, { ...options, reduce: { finishedContext: false, symmetry: false } });
      t.true(full.ok, String(full));
      t.deepEqual({ ...full.terminal }, { ...report.terminal });
      for (const path of testPaths(tasks, { ...options, cover: 'edges', maxPaths: 40 })) {
        await path.replay();
        replayed += 1;
      }
    }),
    { numRuns: 25 },
  );
  t.true(replayed > 100);
});
