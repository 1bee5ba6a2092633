import type { AnyStateMachine, AnyTransitionDefinition } from 'xstate';
import { labelOfEvent, labelOfGuard } from '../../compiler/transition-labels.ts';

/** All transitions of a machine, each with its name. */
export function transitionsOf(machine: AnyStateMachine): Map<AnyTransitionDefinition, string> {
  const names = new Map<AnyTransitionDefinition, string>();
  const visit = (node: AnyStateMachine['root']): void => {
    for (const transition of [...node.transitions.values(), node.always ?? []].flat()) {
      names.set(transition, `${machine.id}: ${nameOf(transition)}`);
    }
    for (const child of Object.values(node.states)) {
      visit(child);
    }
  };
  visit(machine.root);
  return names;
}

/** A name that is unique within the machine. */
export function nameOf({ source, eventType, guard, target }: AnyTransitionDefinition): string {
  const pathOf = (node: { readonly path: readonly string[] }) => node.path.join('.');
  const condition = guard === undefined ? '' : ` [${labelOfGuard(guard)}]`;
  const end = target === undefined ? 'stays' : target.map(pathOf).join(', ');
  return `${pathOf(source)} --${labelOfEvent(eventType)}${condition}--> ${end}`;
}
