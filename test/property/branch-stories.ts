import fc from 'fast-check';
import type { Condition, Dependency, OnFailure, Outcomes, TaskDefinition } from 'tintype';
import type { SteppedClock } from '../helpers/simulated-time.ts';

/** What `when` requires of one dependency; `values` are alternatives. */
export interface DataCondition {
  readonly task: string;
  readonly key: string;
  readonly values: readonly (string | undefined)[];
}

export type FunctionCondition = 'byContext' | 'yes' | 'no' | 'throws' | 'invalid';

/** A task of a random graph, as data. */
export interface BranchTask {
  readonly name: string;
  readonly completed: readonly string[];
  readonly settled: readonly string[];
  /** None of them is empty. */
  readonly anyOf: readonly (readonly string[])[];
  readonly when: FunctionCondition | readonly DataCondition[] | undefined;
  /** The keys of its output; none if it returns nothing. */
  readonly keys: readonly string[];
  /** How many of its attempts fail first. */
  readonly failures: number;
  /** Whether all its attempts fail. */
  readonly fails: boolean;
  readonly continueOnFailure: boolean;
}

export type Values = Readonly<Record<string, string>>;

/** A process: how long each call takes in turn, and after how many calls of its store it dies. */
export interface BranchProcess {
  readonly delays: readonly number[];
  readonly maxConcurrency: number;
  readonly death: { readonly call: number; readonly isLate: boolean };
}

export interface BranchStory {
  /** In the order of definition. */
  readonly tasks: readonly BranchTask[];
  readonly initial: Values;
  readonly onFailure: OnFailure;
  /** After how many events the job is cancelled, if it has no store. */
  readonly cancelAfter: number | undefined;
  /** Those that die, if the job has a store. */
  readonly processes: readonly BranchProcess[];
  readonly last: BranchProcess;
}

const KEYS = ['k0', 'k1', 'route'];
const MAX_TASKS = 8;
export const RETRIES = 2;

const LINKS = ['none', 'none', 'none', 'completed', 'completed', 'settled', 'anyOf 0', 'anyOf 0', 'anyOf 1'] as const;

const requirement = fc.record({
  pick: fc.nat(99),
  key: fc.constantFrom('route', 'route', 'route', 'k0', 'absent'),
  values: fc.subarray(['r0', 'r1', undefined]),
});

const rawTask = fc.record({
  /** How it depends on each task before it, by rank. */
  links: fc.array(fc.constantFrom(...LINKS), { minLength: MAX_TASKS, maxLength: MAX_TASKS }),
  when: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 4, arbitrary: fc.array(requirement, { maxLength: 2 }) },
    { weight: 2, arbitrary: fc.constantFrom('byContext' as const, 'yes' as const, 'no' as const) },
    { weight: 1, arbitrary: fc.constantFrom('throws' as const, 'invalid' as const) },
  ),
  keys: fc.subarray(KEYS),
  failures: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(RETRIES) }),
  fails: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  continueOnFailure: fc.boolean(),
  /** Where it is defined, which need not be after its dependencies. */
  place: fc.nat(99),
});

/** @param prefix what the names of the tasks begin with */
export const branchTasks = (prefix: string, minLength: number, maxLength: number): fc.Arbitrary<BranchTask[]> =>
  fc.array(rawTask, { minLength, maxLength }).map((raw) =>
    raw
      .map(({ links, when, place, ...task }, rank) => {
        const linked = (kind: (typeof LINKS)[number]) =>
          links.slice(0, rank).flatMap((link, earlier) => (link === kind ? [`${prefix}${earlier}`] : []));
        const anyOf = [linked('anyOf 0'), linked('anyOf 1')].filter((group) => group.length > 0);
        const edges = { completed: linked('completed'), settled: linked('settled'), anyOf };
        const all = [...edges.completed, ...edges.settled, ...anyOf.flat()];
        const ofData = (
          conditions: readonly (typeof requirement extends fc.Arbitrary<infer R> ? R : never)[],
        ): DataCondition[] =>
          all.length === 0 ? [] : conditions.map(({ pick, ...rest }) => ({ ...rest, task: all[pick % all.length] as string }));
        const read = typeof when === 'object' ? ofData(when) : when;
        return { place, task: { ...task, ...edges, name: `${prefix}${rank}`, when: read } };
      })
      .sort((a, b) => a.place - b.place)
      .map(({ task }) => task),
  );

const process: fc.Arbitrary<BranchProcess> = fc.record({
  delays: fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }),
  maxConcurrency: fc.integer({ min: 1, max: 4 }),
  death: fc.record({ call: fc.integer({ min: 2, max: 30 }), isLate: fc.boolean() }),
});

export const branchStories: fc.Arbitrary<BranchStory> = fc.record({
  tasks: branchTasks('t', 2, MAX_TASKS),
  initial: fc.dictionary(fc.constantFrom('k0', 'own'), fc.constant('initial'), { noNullPrototype: true }),
  onFailure: fc.constantFrom('stop' as const, 'finishRunning' as const, 'keepGoing' as const, 'keepGoing' as const),
  cancelAfter: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }) },
  ),
  processes: fc.array(process, { maxLength: 3 }),
  last: process,
});

/** What a task returns when it sees some values: each of its keys, with a value that depends on all it sees. */
export function outputOf({ name, keys }: BranchTask, seen: Values): Values | undefined {
  const valueAt = (key: string) => (key === 'route' ? `r${hash(seen, name) % 2}` : `${name}.${key}.${hash(seen, key)}`);
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, valueAt(key)]));
}

/** Whether a condition `byContext` holds. */
export const holdsFor = ({ name }: BranchTask, seen: Values): boolean => hash(seen, `${name}?`) % 2 === 0;

function hash(values: Values, salt: string): number {
  let state = 5381;
  for (const character of salt + JSON.stringify(Object.entries(values).sort())) {
    state = (Math.imul(state, 33) + character.charCodeAt(0)) | 0;
  }
  return state >>> 1;
}

/** What user code is called with. */
export interface Calls {
  onCall(task: string, seen: Values, outcomes: Outcomes): void;
  onCondition(task: string, seen: Values): void;
}

/** The tasks as a process has them. */
export function definitions(
  story: BranchStory,
  { delays }: BranchProcess,
  clock: SteppedClock,
  calls: Calls,
): TaskDefinition[] {
  let count = 0;
  return story.tasks.map((task) => ({
    name: task.name,
    dependencies: dependenciesOf(task),
    when: conditionOf(task, calls),
    continueOnFailure: task.continueOnFailure,
    maxRetries: RETRIES,
    run: (context: Values, { attempt, outcomes }) => {
      const seen = { ...context };
      calls.onCall(task.name, seen, outcomes);
      const delay = delays[count % delays.length] as number;
      count += 1;
      const end = () => {
        if (task.fails || attempt <= task.failures) {
          throw new Error(task.name);
        }
        return outputOf(task, seen);
      };
      return delay === 0 ? end() : new Promise<void>((resolve) => clock.setTimeout(() => resolve(), delay)).then(end);
    },
  }));
}

const dependenciesOf = ({ completed, settled, anyOf }: BranchTask): Dependency[] => [
  ...anyOf.map((names) => ({ anyOf: names })),
  ...completed,
  ...settled.map((name) => ({ settled: name })),
];

function conditionOf(task: BranchTask, { onCondition }: Calls): Condition | undefined {
  const { name, when } = task;
  if (typeof when !== 'string') {
    return when && dataOf(when);
  }
  return (context: Values) => {
    const seen = { ...context };
    onCondition(name, seen);
    switch (when) {
      case 'byContext':
        return holdsFor(task, seen);
      case 'throws':
        throw new Error(`${name}?`);
      case 'invalid':
        return 'yes' as unknown as boolean;
      default:
        return when === 'yes';
    }
  };
}

/** The last condition for a key of a task wins, as in an object. */
function dataOf(conditions: readonly DataCondition[]): Condition {
  const when: Record<string, Record<string, unknown>> = {};
  for (const { task, key, values } of conditions) {
    when[task] = { ...when[task], [key]: values.length === 1 ? values[0] : values };
  }
  return when;
}
