import type { AnyStateMachine } from 'xstate';
import { conditionsOf, linesOf, titleOf } from './state-texts.ts';
import { type AnyNode, type ChartTransition, labelOf, transitionsOf } from './transitions.ts';

/** A state to draw, as plain data. */
export interface ChartState {
  /** Unique within the chart; a letter and a number. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history' | 'deep history';
  /** Whether it is its parent's initial state. */
  readonly isInitial: boolean;
  /** The lines inside it: its actions, and events it handles without an arrow. */
  readonly lines: readonly string[];
  readonly title: string;
  readonly states: readonly ChartState[];
}

/** All transitions from one state to another, drawn as one arrow since separate ones would overlap. */
export interface ChartArrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
  readonly title: string;
}

export interface Chart {
  readonly root: ChartState;
  readonly arrows: readonly ChartArrow[];
}

/** Returns the chart of a machine. Machines with equal charts look the same. */
export function chartOf(machine: AnyStateMachine): Chart {
  const root = machine as unknown as AnyNode;
  const ids = new Map([...nodesIn(root)].map((node, index) => [node, `s${index}`]));
  return { root: stateOf(root, false, ids), arrows: arrowsOf(ids) };
}

function* nodesIn(node: AnyNode): Generator<AnyNode> {
  yield node;
  for (const child of childrenOf(node)) {
    yield* nodesIn(child);
  }
}

const childrenOf = (node: AnyNode): AnyNode[] => Object.values(node.states);

function stateOf(node: AnyNode, isInitial: boolean, ids: ReadonlyMap<AnyNode, string>): ChartState {
  const inside = transitionsOf(node).flatMap((one) => textsInside(node, one));
  return {
    id: ids.get(node) as string,
    name: node.key,
    kind: kindOf(node),
    isInitial,
    lines: [...new Set([...linesOf(node), ...inside])],
    title: titleOf(node),
    states: childrenOf(node).map((child) => stateOf(child, child.key === node.initial, ids)),
  };
}

function kindOf(node: AnyNode): ChartState['kind'] {
  if (childrenOf(node).length > 0) {
    return node.type === 'parallel' ? 'parallel' : 'compound';
  }
  if (node.type === 'history') {
    return node.history === 'deep' ? 'deep history' : 'history';
  }
  return node.type === 'final' ? 'final' : 'atomic';
}

/** An arrow between a state and one inside it would be impossible to follow. */
function textsInside(node: AnyNode, transition: ChartTransition): string[] {
  const label = labelOf(transition);
  if (transition.targets.length === 0) {
    return [label];
  }
  return transition.targets
    .filter((target) => !isArrow(node, target))
    .map((target) => (target === node ? `${label} ↺` : `${label} → ${target.key}`));
}

const isArrow = (from: AnyNode, to: AnyNode): boolean => !isIn(from, to) && !isIn(to, from);

const isIn = (node: AnyNode, other: AnyNode): boolean =>
  node === other || (node.parent !== undefined && isIn(node.parent, other));

function arrowsOf(ids: ReadonlyMap<AnyNode, string>): ChartArrow[] {
  return [...ids].flatMap(([node, from]) =>
    [...byTarget(node)].map(([target, transitions]) => ({
      id: `${from}_${ids.get(target)}`,
      from,
      to: ids.get(target) as string,
      labels: [...new Set(transitions.map(labelOf))],
      title: [`${node.key} → ${target.key}`, ...transitions.map(conditionsOf)].join('\n'),
    })),
  );
}

function byTarget(node: AnyNode): Map<AnyNode, ChartTransition[]> {
  const found = new Map<AnyNode, ChartTransition[]>();
  for (const transition of transitionsOf(node)) {
    for (const target of transition.targets.filter((one) => isArrow(node, one))) {
      found.set(target, [...(found.get(target) ?? []), transition]);
    }
  }
  return found;
}
