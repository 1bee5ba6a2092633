import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { NotCompilableError } from './not-compilable-error.ts';

const OWN_EVENTS = /^xstate\.(init|stop|error)(\.|$)/;

/** @throws {NotCompilableError} if a state contains something the table does not support */
export function refuseUnknownParts(machine: AnyStateMachine, nodes: readonly AnyStateNode[]): void {
  const root = machine.root as AnyStateNode;
  for (const node of nodes) {
    const unknown = partsOf(node, root).find(([isThere]) => isThere);
    if (unknown !== undefined) {
      throw new NotCompilableError(machine.id, node.id, unknown[1]);
    }
  }
}

function partsOf(node: AnyStateNode, root: AnyStateNode): [isThere: boolean, name: string][] {
  const events = [...node.transitions.keys()];
  const transitions = [...node.transitions.values(), node.always ?? []].flat();
  return [
    [node.type === 'parallel', 'parallel states'],
    [node.type === 'history', 'a history state'],
    [node.type === 'final' && node.parent !== root, 'a final state inside another state'],
    [node.output !== undefined, 'an `output`'],
    [node.invoke.length > 0, 'an `invoke`'],
    [node.type === 'compound' && node.initial.actions.length > 0, 'actions on its `initial` transition'],
    [events.some((type) => type.endsWith('*')), 'a wildcard event'],
    [events.includes('xstate.route'), 'a `route`'],
    [events.some((type) => OWN_EVENTS.test(type)), 'an event reserved by XState'],
    [transitions.some(({ target = [] }) => target[0] === root), 'a transition to the whole machine'],
    [transitions.some(({ target = [] }) => target.length > 1), 'a transition with several targets'],
    [node === root && node.type === 'atomic', 'no states'],
    [node === root && node.machine.options?.maxIterations !== Infinity, 'the option `maxIterations`'],
    [node === root && transitions.some(({ reenter }) => reenter), 'a reentering transition of the whole machine'],
  ];
}
