import type { Blocker, DependencySettled } from './messages.ts';

/** The state of an `anyOf` so far. */
export interface AnyOf {
  /** Whether one of its tasks completed. */
  readonly isMet: boolean;
  /** Of the blockers of the others, the first in the workflow order. */
  readonly blockedBy: Blocker | null;
}

/** The state of a task's dependencies so far. */
export interface Edges {
  /** The number of `dependency.settled` messages still to come. */
  readonly waitingFor: number;
  /** Of the blockers of dependencies that had to complete and didn't, the first in the workflow order. */
  readonly blockedBy: Blocker | null;
  /** One for each `anyOf` of the task. */
  readonly anyOf: readonly AnyOf[];
}

/** The first in the workflow order. */
function firstOf(one: Blocker | null, other: Blocker | null): Blocker | null {
  if (one === null || other === null) {
    return one ?? other;
  }
  return one.position <= other.position ? one : other;
}

/** Of the blockers that remain after a dependency has settled, the first in the workflow order. */
export function blockerAfter({ blockedBy, anyOf }: Edges, message: DependencySettled): Blocker | null {
  let blocker = requiresCompletion(message) ? firstOf(blockedBy, message.blocker) : blockedBy;
  for (let group = 0; group < anyOf.length; group += 1) {
    const after = anyOfAfter(anyOf[group] as AnyOf, group, message);
    blocker = after.isMet ? blocker : firstOf(blocker, after.blockedBy);
  }
  return blocker;
}

/** The blockers of the dependencies that had to complete, after one has settled. */
export const blockedByAfter = ({ blockedBy }: Edges, message: DependencySettled): Blocker | null =>
  requiresCompletion(message) ? firstOf(blockedBy, message.blocker) : blockedBy;

/** Each `anyOf` after a dependency has settled. */
export const allAnyOfAfter = ({ anyOf }: Edges, message: DependencySettled): readonly AnyOf[] =>
  message.edge === 'anyOf' ? anyOf.map((one, group) => anyOfAfter(one, group, message)) : anyOf;

const requiresCompletion = ({ edge, blocker }: DependencySettled): boolean => edge === 'completed' && blocker !== null;

function anyOfAfter(before: AnyOf, group: number, message: DependencySettled): AnyOf {
  if (message.edge !== 'anyOf' || message.group !== group) {
    return before;
  }
  const { blocker } = message;
  return { isMet: before.isMet || blocker === null, blockedBy: firstOf(before.blockedBy, blocker) };
}
