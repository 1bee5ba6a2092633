import type { StateNode } from 'xstate';

// biome-ignore lint/suspicious/noExplicitAny: any machine can be drawn.
export type AnyNode = StateNode<any, any, any, any, any, any>;

/** The parts of a transition that are used here. */
export interface ChartTransition {
  readonly event: string;
  readonly guard: string | undefined;
  readonly targets: readonly AnyNode[];
  readonly actions: readonly string[];
  readonly description: string | undefined;
}

/** Returns the transitions of a state; XState checks whether targets exist only when they are read. */
export function transitionsOf(node: AnyNode): ChartTransition[] {
  try {
    return node.transitions.map(({ eventType, cond, target, actions, description }) => ({
      event: String(eventType).replace(node.id, () => node.key),
      guard: cond && nameOfGuard(cond),
      targets: target ?? [],
      actions: actions.map(({ type }) => String(type)),
      description,
    }));
  } catch {
    return [];
  }
}

const nameOfGuard = ({ name, type }: { name?: unknown; type: unknown }): string => String(name || type);

/** The label of a transition, such as `slot.granted [hasTimeout]`. */
export const labelOf = ({ event, guard }: ChartTransition): string =>
  guard === undefined ? labelOfEvent(event) : `${labelOfEvent(event)} [${guard}]`;

/** A readable name for an event of XState 4 or 5, such as `after backoff`, `done of fetch` or `always`. */
export function labelOfEvent(event: string): string {
  if (event === '' || event === '*') {
    return event === '' ? 'always' : 'any event';
  }
  const after = /^xstate\.after[(.](.*?)[).]/s.exec(event)?.[1];
  if (after !== undefined) {
    return /^\d+$/.test(after) ? `after ${after} ms` : `after ${after}`;
  }
  return event
    .replace(/^xstate\.snapshot\./, 'snapshot of ')
    .replace(/^(?:xstate\.)?(done|error)\.(?:actor|state|invoke|platform)\./, '$1 of ')
    .replace(/^(done|error|snapshot) of \d+\./, '$1 of the actor of ');
}
