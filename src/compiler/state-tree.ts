import type { AnyStateNode } from 'xstate';

/** A state and all its descendants. */
export function withChildren(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states as Record<string, AnyStateNode>).flatMap(withChildren)];
}

/** A state and its ancestors, outermost first. */
export function ancestorsOf(node: AnyStateNode): AnyStateNode[] {
  return node.parent === undefined ? [node] : [...ancestorsOf(node.parent), node];
}

/** The atomic state a machine ends up in when it enters this state. */
export function leafOf(node: AnyStateNode): AnyStateNode {
  const initial = node.initial?.target?.[0];
  return initial === undefined ? node : leafOf(initial as AnyStateNode);
}

/** The innermost state that a transition does not exit; it exits the states inside. */
export function domainOf(source: AnyStateNode, target: AnyStateNode, reenter: boolean): AnyStateNode {
  const around = ancestorsOf(target);
  if (!reenter && around.includes(source)) {
    return source;
  }
  const outside = ancestorsOf(source).slice(0, -1);
  return around.slice(0, -1).findLast((node) => outside.includes(node)) ?? (source.machine.root as AnyStateNode);
}
