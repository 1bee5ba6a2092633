import test from 'ava';
import fc from 'fast-check';
import type { TaskDefinition } from 'tintype';
import { always, type CheckOptions, type CheckReport, checkWorkflow, eventually, sometimes, step } from 'tintype/check';
import { task } from './dags.ts';
import { checkMachines, DEFECTS } from './planted-defects.ts';

interface Sample {
  readonly tasks: readonly TaskDefinition[];
  readonly options: CheckOptions;
}

const optionsOfTask = fc.record({
  timeout: fc.constantFrom(undefined, undefined, 10),
  backoff: fc.constantFrom(0, 0, 5, undefined),
});

const samples: fc.Arbitrary<Sample> = fc
  .record({
    edges: fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 2, maxLength: 4 }),
    more: fc.array(optionsOfTask, { minLength: 4, maxLength: 4 }),
    maxConcurrency: fc.constantFrom(1, 2, Infinity),
    maxRetries: fc.constantFrom(0, 1),
    timers: fc.constantFrom('anytime' as const, 'idle' as const),
    outcomes: fc.constantFrom<CheckOptions['outcomes']>(undefined, ['returns', 'throws'], ['returns', 'never']),
  })
  .map(({ edges, more, ...options }) => ({
    tasks: edges.map((row, index) =>
      task(
        `t${index}`,
        edges.slice(0, index).flatMap((_, other) => (row[other] ? [`t${other}`] : [])),
        more[index],
      ),
    ),
    options: { ...options, cancel: 'between-steps' },
  }));

const REDUCTIONS = [
  { finishedContext: true, symmetry: false },
  { finishedContext: false, symmetry: true },
  { finishedContext: true, symmetry: true },
];

const verdict = ({ complete, terminal, violations, warnings }: CheckReport) => ({
  complete,
  terminal,
  laws: violations.map(({ property }) => property).sort(),
  mayRest: warnings.length > 0,
});

test('with and without reductions the verdicts and the numbers of ends are the same, on 30 random workflows', (t) => {
  let merged = 0;
  fc.assert(
    fc.property(samples, ({ tasks, options }) => {
      const full = checkWorkflow(tasks, { ...options, reduce: { finishedContext: false, symmetry: false } });
      for (const reduce of REDUCTIONS) {
        const reduced = checkWorkflow(tasks, { ...options, reduce });
        t.deepEqual(verdict(reduced), verdict(full));
        t.true(reduced.states <= full.states);
        merged += full.states - reduced.states;
      }
    }),
    { numRuns: 30, seed: 20261125 },
  );
  t.true(merged > 0);
});

test('with and without reductions the same defects are found', (t) => {
  const tasks = [task('a'), task('b', ['a'], { backoff: 5 }), task('c', ['a'], { backoff: 5 }), task('d', ['b', 'c'])];
  for (const { name, machines } of DEFECTS) {
    const find = (reduce: NonNullable<CheckOptions['reduce']>) =>
      checkMachines(tasks, machines, { maxRetries: 1, maxConcurrency: 2, cancel: 'between-steps', reduce }).violations.length >
      0;
    const full = find({ finishedContext: false, symmetry: false });
    for (const reduce of REDUCTIONS) {
      t.is(find(reduce), full, name);
    }
  }
});

/** Layers of interchangeable tasks. */
const layered: fc.Arbitrary<Sample> = fc
  .record({
    widths: fc.constantFrom([3], [1, 3], [3, 1], [2, 2], [1, 2, 1]),
    more: fc.array(optionsOfTask, { minLength: 3, maxLength: 3 }),
    maxConcurrency: fc.constantFrom(1, 2, Infinity),
    maxRetries: fc.constantFrom(0, 1),
    timeout: fc.constantFrom(undefined, 100),
    cancel: fc.constantFrom('anywhere' as const, false as const),
    outcomes: fc.constantFrom<CheckOptions['outcomes']>(undefined, ['returns', 'throws'], ['returns', 'never']),
  })
  .map(({ widths, more, ...options }) => {
    const layers = widths.map((width, layer) => Array.from({ length: width }, (_, place) => `t${layer}${place}`));
    const tasks = layers.flatMap((names, layer) => names.map((name) => task(name, layers[layer - 1] ?? [], more[layer])));
    return { tasks, options };
  });

const PROPERTIES = [
  always('nobody queues behind another', (job) => job.queue.length < 2),
  always('one is enough', (job) => job.in('completed').length < 2),
  sometimes('two back off', (job) => job.in('backingOff').length === 2),
  step(
    'no timer makes a task ready',
    (before, { kind }, after) => kind !== 'timer' || after.in('ready').length <= before.in('ready').length,
  ),
  eventually('one is done, and none runs', (job) => job.in('completed').length === 1 && job.in('running').length === 0),
];

test('properties that do not tell tasks apart are violated as soon with symmetry, in ways that jobs can go', async (t) => {
  let violated = 0;
  let merged = 0;
  await fc.assert(
    fc.asyncProperty(layered, fc.boolean(), async ({ tasks, options }, finishedContext) => {
      const check = (symmetry: boolean) =>
        checkWorkflow(tasks, { ...options, properties: PROPERTIES, reduce: { finishedContext, symmetry } });
      const lengths = ({ violations }: CheckReport) =>
        violations.map(({ property, steps }) => `${property}: ${steps.length}`).sort();
      const [full, reduced] = [check(false), check(true)];
      t.deepEqual(lengths(reduced), lengths(full));
      for (const violation of reduced.violations) {
        await violation.replay();
        violated += 1;
      }
      merged += full.states - reduced.states;
    }),
    { numRuns: 25, seed: 20261127 },
  );
  t.true(violated > 50, String(violated));
  t.true(merged > 500, String(merged));
});
