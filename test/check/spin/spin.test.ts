import test from 'ava';
import type { TaskDefinition } from 'tintype';
import { checkWorkflow } from 'tintype/check';
import { AT_ONCE, task } from '../dags.ts';
import { type ModeledOptions, promelaOf } from './promela.ts';
import { type Counts, countsOf, missingPrograms } from './run-spin.ts';

interface Sample {
  readonly tasks: readonly TaskDefinition[];
  readonly options: ModeledOptions;
}

const BETWEEN = { cancel: 'between-steps' } as const;

const SAMPLES = {
  'chain of 5': {
    tasks: [task('a'), task('b', ['a']), task('c', ['b']), task('d', ['c']), task('e', ['d'])],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 2 },
  },
  'fan-out to 4': {
    tasks: [task('a'), task('b', ['a']), task('c', ['a']), task('d', ['a']), task('e', ['a'])],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1 },
  },
  'fan-in of 4': {
    tasks: [task('a'), task('b'), task('c'), task('d'), task('e', ['a', 'b', 'c', 'd'])],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1 },
  },
  'diamond of 4, never cancelled': {
    tasks: [task('a'), task('b', ['a']), task('c', ['a']), task('d', ['b', 'c'])],
    options: { ...AT_ONCE, cancel: false, maxRetries: 2 },
  },
  '3 layers of 2': {
    tasks: [task('a'), task('b'), task('c', ['a', 'b']), task('d', ['a', 'b']), task('e', ['c', 'd']), task('f', ['c', 'd'])],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1 },
  },
  '4 independent tasks with retries, timeouts and backoffs': {
    tasks: [task('a'), task('b', [], { timeout: 10 }), task('c', [], { backoff: 5 }), task('d', [], { maxRetries: 3 })],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1 },
  },
  'diamond of 5, a task may fail': {
    tasks: [
      task('a'),
      task('b', ['a']),
      task('c', ['a']),
      task('d', ['a'], { continueOnFailure: true }),
      task('e', ['b', 'c']),
    ],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1 },
  },
  'two slots, and tasks of which the last has the most dependents': {
    tasks: [task('a'), task('b'), task('c'), task('d', ['b', 'c']), task('e', ['c']), task('f', ['c', 'a'], { backoff: 5 })],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1, maxConcurrency: 2 },
  },
  'one slot': {
    tasks: [task('a', [], { backoff: 5 }), task('b'), task('c'), task('d', ['a']), task('e', ['a', 'b'])],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1, maxConcurrency: 1 },
  },
  'job with a timeout': {
    tasks: [task('a'), task('b', ['a'], { timeout: 10 }), task('c', ['a'], { continueOnFailure: true }), task('d', ['b'])],
    options: { ...AT_ONCE, ...BETWEEN, maxRetries: 1, timeout: 100 },
  },
  'cancelled in the middle of steps': {
    tasks: [task('a'), task('b', ['a']), task('c', ['a']), task('d'), task('e', ['b', 'c', 'd'])],
    options: { ...AT_ONCE, cancel: 'anywhere', maxRetries: 1, timeout: 100, maxConcurrency: 2 },
  },
  'default retry policy': {
    tasks: [task('a', [], { timeout: 10 }), task('b', ['a']), task('c', ['a'], { timeout: 10 }), task('d', ['b', 'c'])],
    options: { ...BETWEEN, maxRetries: 1 },
  },
  'policies that are functions, and functions that end in one way': {
    tasks: [
      task('a', [], { timeout: 10, retryIf: () => true }),
      task('b', [], { timeout: 10, backoff: () => 5, maxRetries: 2 }),
      task('c', ['a'], { backoff: 5 }),
    ],
    options: {
      ...AT_ONCE,
      ...BETWEEN,
      maxRetries: 1,
      outcomes: { a: ['throws'], b: ['returns', 'throws'], c: ['returns', 'garbage'] },
    },
  },
} satisfies Record<string, Sample>;

/** Mistakes in the model, each with a sample whose counts it changes. */
const MISTAKES: readonly { readonly name: keyof typeof SAMPLES; readonly from: string; readonly to: string }[] = [
  { name: 'fan-in of 4', from: 'job == idle || job == started', to: 'job == started' },
  { name: 'default retry policy', from: 'delayed[t] = true', to: 'delayed[t] = false' },
  { name: 'two slots, and tasks of which the last has the most dependents', from: 'in_use < SLOTS', to: 'in_use <= SLOTS' },
  { name: 'one slot', from: 'queue!t', to: 'queue!!t' },
  {
    name: 'two slots, and tasks of which the last has the most dependents',
    from: 'i : 0 .. TASKS - 1',
    to: 'i : 0 .. TASKS - 2',
  },
  { name: 'diamond of 5, a task may fail', from: ':: continues(t) ->', to: ':: continues(t) && false ->' },
  { name: 'job with a timeout', from: 'JOB_TIMEOUT && job == started', to: 'JOB_TIMEOUT && job == idle' },
];

/** What the checker counts. Without reductions, and without laws: other tests check those. */
function checked({ tasks, options }: Sample): Counts {
  const reduce = { finishedContext: false, symmetry: false };
  const { complete, states, transitions } = checkWorkflow(tasks, { ...options, reduce, builtins: false });
  if (!complete) {
    throw new Error('The checker did not visit all states');
  }
  return { states, steps: transitions };
}

/** In the model, a step can be cancelled in one place; for the checker, it may have several. */
const comparable = ({ states, steps }: Counts, { cancel }: ModeledOptions) =>
  cancel === 'anywhere' ? { states } : { states, steps };

if (missingPrograms.length > 0) {
  test('the counts are not compared with those of SPIN', (t) => {
    t.log(`NOT RUN: ${missingPrograms.join(' and ')} not installed`);
    t.falsy(process.env.CI, 'CI must have them');
  });
} else {
  for (const [name, sample] of Object.entries<Sample>(SAMPLES)) {
    test.serial(`SPIN counts the same states and steps: ${name}`, async (t) => {
      const { tasks, options } = sample;
      const counts = await countsOf(promelaOf(tasks, options));
      t.log(`${counts.states} states`);
      t.deepEqual(comparable(checked(sample), options), comparable(counts, options));
    });
  }

  for (const { name, from, to } of MISTAKES) {
    test.serial(`SPIN counts other states in a model with a mistake: ${to}`, async (t) => {
      const sample: Sample = SAMPLES[name];
      const model = promelaOf(sample.tasks, sample.options);
      t.true(model.includes(from));
      t.notDeepEqual(await countsOf(model.replaceAll(from, to)), checked(sample));
    });
  }
}
