import type { TableState } from './table-machine.ts';

/** A state and all its descendants. */
export function withChildren(node: TableState): TableState[] {
  return [node, ...Object.values(node.states).flatMap(withChildren)];
}

/** A state and its ancestors, outermost first. */
export function ancestorsOf(node: TableState): TableState[] {
  return node.parent === undefined ? [node] : [...ancestorsOf(node.parent), node];
}

/** The atomic state a machine ends up in when it enters this state. */
export function leafOf(node: TableState): TableState {
  const initial = node.initial?.target?.[0];
  return initial === undefined ? node : leafOf(initial);
}

/** The innermost state that a transition does not exit; it exits the states inside. */
export function domainOf(source: TableState, target: TableState, reenter: boolean): TableState {
  const around = ancestorsOf(target);
  if (!reenter && around.includes(source)) {
    return source;
  }
  const outside = ancestorsOf(source).slice(0, -1);
  return around.slice(0, -1).findLast((node) => outside.includes(node)) ?? (ancestorsOf(source)[0] as TableState);
}
