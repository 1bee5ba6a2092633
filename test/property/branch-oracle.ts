import { type BranchStory, type BranchTask, type DataCondition, holdsFor, outputOf, type Values } from './branch-stories.ts';

/** How a task ends if nothing stops it, worked out from the definition of edges and conditions alone. */
export interface Fate {
  readonly task: BranchTask;
  readonly state: 'completed' | 'failed' | 'skipped';
  readonly reason: 'exception' | 'condition' | 'dependency' | undefined;
  /** Why it is skipped, if the reason is `dependency`. */
  readonly origin: string | undefined;
  /** The message of its error. */
  readonly error: string | undefined;
  /** What its function and its condition see, if they are called. */
  readonly seen: Values;
  readonly outcomes: Readonly<Record<string, { readonly state: string; readonly error?: string }>>;
  readonly output: Values;
  readonly isCalled: boolean;
  readonly isAsked: boolean;
  readonly isFatal: boolean;
}

/** The fates of all tasks, in workflow order: repeatedly the first in definition order whose dependencies have all been taken. */
export function fatesOf({ tasks, initial }: BranchStory): ReadonlyMap<string, Fate> {
  const fates = new Map<string, Fate>();
  while (fates.size < tasks.length) {
    const next = tasks.find((task) => !fates.has(task.name) && edgesOf(task).every((name) => fates.has(name))) as BranchTask;
    fates.set(next.name, fateOf(next, fates, initial));
  }
  return fates;
}

export const edgesOf = ({ completed, settled, anyOf }: BranchTask): readonly string[] => [
  ...completed,
  ...settled,
  ...anyOf.flat(),
];

function fateOf(task: BranchTask, before: ReadonlyMap<string, Fate>, initial: Values): Fate {
  const get = (name: string) => before.get(name) as Fate;
  const hasCompleted = (name: string) => get(name).state === 'completed';
  const ancestors = ancestorsOf(task, get);
  const outputs = [...before.values()].filter((one) => ancestors.has(one.task.name)).map(({ output }) => output);
  const named = [...task.settled, ...task.anyOf.flat()];
  const outcomes = named.map((name) => {
    const { state, error } = get(name);
    return [name, error === undefined ? { state } : { state, error }];
  });
  const common = {
    task,
    origin: undefined,
    error: undefined,
    seen: Object.assign({}, initial, ...outputs) as Values,
    outcomes: Object.fromEntries(outcomes),
    output: {},
    isCalled: false,
    isAsked: false,
    isFatal: false,
  };

  const unmet = task.anyOf.filter((group) => !group.some(hasCompleted)).flat();
  const blockers = [...task.completed, ...unmet].filter((name) => !hasCompleted(name)).map((name) => get(name).origin ?? name);
  if (blockers.length > 0) {
    const order = [...before.keys()];
    const origin = blockers.reduce((one, other) => (order.indexOf(one) <= order.indexOf(other) ? one : other));
    return { ...common, state: 'skipped', reason: 'dependency', origin };
  }
  const isAsked = typeof task.when === 'string';
  const isFatal = !task.continueOnFailure;
  if (task.when === 'throws' || task.when === 'invalid') {
    const error =
      task.when === 'throws'
        ? `${task.name}?`
        : `The \`when\` of task \`${task.name}\` must return true or false, got the string "yes"`;
    return { ...common, isAsked, state: 'failed', reason: 'exception', error, isFatal };
  }
  if (!allows(task, common.seen, get)) {
    return { ...common, isAsked, state: 'skipped', reason: 'condition' };
  }
  if (task.fails) {
    return { ...common, isAsked, isCalled: true, state: 'failed', reason: 'exception', error: task.name, isFatal };
  }
  const output = outputOf(task, common.seen) ?? {};
  return { ...common, isAsked, isCalled: true, state: 'completed', reason: undefined, output };
}

function ancestorsOf(task: BranchTask, get: (name: string) => Fate): Set<string> {
  const found = new Set<string>();
  const visit = (one: BranchTask): void => {
    for (const name of edgesOf(one)) {
      found.add(name);
      visit(get(name).task);
    }
  };
  visit(task);
  return found;
}

function allows(task: BranchTask, seen: Values, get: (name: string) => Fate): boolean {
  switch (task.when) {
    case undefined:
    case 'yes':
      return true;
    case 'no':
    case 'throws':
    case 'invalid':
      return false;
    case 'byContext':
      return holdsFor(task, seen);
    default:
      return lastOfEach(task.when).every(({ task: name, key, values }) => values.includes(get(name).output[key]));
  }
}

/** Of several conditions for the same key of a task, the last counts. */
const lastOfEach = (conditions: readonly DataCondition[]): readonly DataCondition[] =>
  conditions.filter(
    ({ task, key }, index) => !conditions.slice(index + 1).some((later) => later.task === task && later.key === key),
  );
