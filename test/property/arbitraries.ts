import fc from 'fast-check';
import type { AttemptPlan, CancelPlan, Scenario, TaskPlan } from './scenario.ts';

export const SHAPES = ['isolated', 'chained', 'layered', 'sparse', 'dense', 'fanned'] as const;
export type Shape = (typeof SHAPES)[number];

/** Which of the tasks may fail the job. In a large job a few are enough to end it early. */
const TROUBLES = ['none', 'some', 'all'] as const;
const LARGE = 100;

type RawTask = Omit<TaskPlan, 'name' | 'dependencies'> & { readonly links: readonly number[]; readonly rank: number };

/** A value now and then; shrinks to none. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, chance: number): fc.Arbitrary<T | undefined> {
  const none = { arbitrary: fc.constant(undefined), weight: 100 - chance };
  return fc.oneof({ withCrossShrink: true }, none, { arbitrary, weight: chance });
}

const attempt: fc.Arbitrary<AttemptPlan> = fc.record({
  does: fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant('object' as const), weight: 4 },
    { arbitrary: fc.constantFrom('nothing' as const, 'throws' as const), weight: 6 },
    { arbitrary: fc.constant('throwsTypeError' as const), weight: 1 },
    { arbitrary: fc.constantFrom('never' as const, 'untilAborted' as const, 'garbage' as const), weight: 3 },
  ),
  after: fc.oneof({ withCrossShrink: true }, fc.constant('sync' as const), fc.constant(0), fc.integer({ min: 1, max: 20 })),
});

const calmBackoff = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: fc.nat(30), weight: 4 },
  { arbitrary: fc.record({ initial: fc.nat(10), factor: fc.integer({ min: 1, max: 3 }), max: fc.nat(40) }), weight: 3 },
  { arbitrary: fc.record({ perAttempt: fc.nat(10) }), weight: 3 },
);

const backoff = fc.oneof(
  { withCrossShrink: true },
  { arbitrary: calmBackoff, weight: 10 },
  { arbitrary: fc.constantFrom('throws' as const, 'invalid' as const), weight: 1 },
);

const calmRetryIf = fc.constantFrom(
  'every' as const,
  'always' as const,
  'timeouts' as const,
  'exceptions' as const,
  'never' as const,
);

const rawTask: fc.Arbitrary<RawTask> = fc.record({
  links: fc.array(fc.nat(999), { maxLength: 8, size: 'max' }),
  attempts: fc.array(attempt, { maxLength: 4, size: 'max' }),
  timeout: rarely(fc.integer({ min: 1, max: 15 }), 40),
  maxRetries: rarely(fc.nat(3), 40),
  backoff: rarely(backoff, 40),
  retryIf: rarely(
    fc.oneof(
      { withCrossShrink: true },
      { arbitrary: calmRetryIf, weight: 5 },
      { arbitrary: fc.constant('throws' as const), weight: 1 },
    ),
    25,
  ),
  continueOnFailure: fc.boolean(),
  rank: fc.nat(999),
});

const moment: fc.Arbitrary<CancelPlan['when']> = fc.oneof(
  fc.record({ event: fc.integer({ min: 1, max: 150 }) }),
  fc.record({ call: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ time: fc.integer({ min: 1, max: 60 }) }),
  fc.constant('beforeStart' as const),
);

/** Scenarios of up to `max` tasks whose dependencies have a shape. */
export function scenarios(shape: Shape, max: number): fc.Arbitrary<Scenario> {
  const raw = fc.record({
    tasks: fc.array(rawTask, { maxLength: max, size: 'max' }),
    width: fc.nat(11),
    trouble: fc.constantFrom(...(max < LARGE ? TROUBLES : TROUBLES.slice(0, 2))),
    shuffled: fc.boolean(),
    maxConcurrency: rarely(fc.integer({ min: 1, max: 8 }), 75),
    maxRetries: rarely(fc.nat(3), 30),
    backoff: rarely(fc.oneof(fc.constant(0), calmBackoff), 70),
    retryIf: rarely(calmRetryIf, 25),
    timeout: rarely(fc.integer({ min: 1, max: 150 }), 20),
    cancel: rarely(fc.record({ when: moment, by: fc.constantFrom('cancel' as const, 'signal' as const, 'stop' as const) }), 25),
    faultyListener: fc.boolean(),
    hurry: rarely(
      fc.oneof(fc.record({ event: fc.integer({ min: 1, max: 40 }) }), fc.record({ ask: fc.integer({ min: 1, max: 3 }) })),
      30,
    ),
  });
  return raw.map(({ tasks, width, trouble, shuffled, ...options }) => {
    const links = tasks.map((task, index) => [...new Set(link(shape, task.links, index, tasks.length, width))]);
    const needed = new Set(links.flat());
    const rescued =
      options.timeout !== undefined || (typeof options.cancel?.when === 'object' && 'time' in options.cancel.when);
    const plans = tasks.map(({ links: _, rank, ...task }, index) => {
      const continueOnFailure = task.continueOnFailure && !needed.has(index);
      const dependencies = (links[index] as number[]).map((other) => `t${other}`);
      const plan = endable({ ...task, name: `t${index}`, dependencies, continueOnFailure }, rescued);
      const calm = trouble === 'none' || (trouble === 'some' && rank % (max < LARGE ? 20 : 100) !== 0);
      return { rank, plan: calm && !continueOnFailure ? calmed(plan, options.retryIf) : plan };
    });
    const ordered = shuffled ? plans.sort((one, other) => one.rank - other.rank) : plans;
    return { ...options, tasks: ordered.map(({ plan }) => plan) };
  });
}

/** Which earlier tasks a task depends on. */
function link(shape: Shape, links: readonly number[], index: number, length: number, width: number): number[] {
  if (index === 0) {
    return [];
  }
  const earlier = links.map((number) => number % index);
  switch (shape) {
    case 'isolated':
      return [];
    case 'chained':
      return index > width % 4 ? [index - 1 - (width % 4)] : [];
    case 'layered': {
      const start = Math.floor(index / (width + 1) - 1) * (width + 1);
      return start < 0 ? [] : links.map((number) => start + (number % (width + 1)));
    }
    case 'sparse':
      return earlier.slice(0, 2);
    case 'dense':
      return [...earlier, index - 1].slice(-8);
    case 'fanned': {
      const size = [300, 60, 10, 4][width % 4] as number;
      const place = index % size;
      const isLast = place === size - 1 || index === length - 1;
      return isLast && place > 0
        ? Array.from({ length: place }, (_, other) => index - 1 - other)
        : [index - Math.max(place, 1)];
    }
  }
}

/** A task whose function surely ends, or is surely ended. */
function endable(plan: TaskPlan, rescued: boolean): TaskPlan {
  if (rescued || plan.timeout !== undefined) {
    return plan;
  }
  const attempts = plan.attempts.map((attempt) => (isEndless(attempt) ? { ...attempt, does: 'nothing' as const } : attempt));
  return { ...plan, attempts };
}

const isEndless = ({ does }: AttemptPlan): boolean => does === 'never' || does === 'untilAborted';

/** A task that completes in the end, if it is given the time. */
function calmed(plan: TaskPlan, ofJob: Scenario['retryIf']): TaskPlan {
  const attempts = plan.attempts.map((attempt) =>
    ['garbage', 'throwsTypeError'].includes(attempt.does) ? { ...attempt, does: 'throws' as const } : attempt,
  );
  const backoff = typeof plan.backoff === 'string' ? undefined : plan.backoff;
  return { ...plan, attempts, backoff, retryIf: (plan.retryIf ?? ofJob) && 'always', maxRetries: attempts.length };
}
