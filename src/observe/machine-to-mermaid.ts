import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { labelOfEvent, labelOfGuard } from '../compiler/transition-labels.ts';
import { mermaidText } from '../workflow/mermaid-text.ts';

/**
 * Draws any XState machine as a Mermaid state diagram, with guards, delays and invoked actors. Transitions that stay in a state
 * are listed inside it.
 * @example
 * console.log(machineToMermaid(taskMachine));
 */
export function machineToMermaid(machine: AnyStateMachine): string {
  const root = machine.root as AnyStateNode;
  // Mermaid allows parallel regions only inside a state.
  const states = root.type === 'parallel' ? stateOf(root).map((line) => `  ${line}`) : inside(root);
  return ['stateDiagram-v2', ...states, ...arrowsOf(root)].join('\n');
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states as Record<string, AnyStateNode>);

/** Mermaid accepts only letters, digits and underscores. */
const idOf = ({ path, machine }: AnyStateNode): string =>
  (path.length === 0 ? [machine.id] : path)
    .map((key) => key.replace(/[^a-zA-Z0-9]/g, (character) => `_${character.charCodeAt(0)}_`))
    .join('__');

/** The children of a state and the arrow to the initial one. */
function inside(node: AnyStateNode): string[] {
  const children = childrenOf(node);
  const target = node.type === 'compound' ? (node.initial.target?.[0] as AnyStateNode | undefined) : undefined;
  const states = children.map(stateOf);
  const lines = node.type === 'parallel' ? states.flatMap((one, index) => (index === 0 ? one : ['--', ...one])) : states.flat();
  return [...(target === undefined ? [] : [`[*] --> ${idOf(target)}`]), ...lines].map((line) => `  ${line}`);
}

function stateOf(node: AnyStateNode): string[] {
  const id = idOf(node);
  const named = `state "${mermaidText(node.type === 'history' ? `${node.key} (history)` : node.key)}" as ${id}`;
  const isAtomic = childrenOf(node).length === 0;
  const texts = [
    ...node.invoke.map(({ src }) => `invokes ${nameOfActor(src)}`),
    ...(isAtomic ? transitionsFrom(node).flatMap(({ label, target }) => (target === undefined ? [label] : [])) : []),
  ];
  return [
    ...(isAtomic ? [named] : [`${named} {`, ...inside(node), '}']),
    ...texts.map((text) => `${id} : ${mermaidText(text)}`),
    ...(node.type === 'final' ? [`${id} --> [*]`] : []),
  ];
}

/** Actor logic defined inline has no name. */
const nameOfActor = (src: unknown): string => (String(src).startsWith('xstate.invoke.') ? 'an actor' : String(src));

interface Arrow {
  readonly label: string;
  /** Undefined if the state does not change. */
  readonly target: AnyStateNode | undefined;
}

function transitionsFrom(node: AnyStateNode): Arrow[] {
  return [...node.transitions.values(), node.always ?? []].flat().flatMap(({ target, eventType, guard }) => {
    const label = labelOfEvent(eventType) + (guard === undefined ? '' : ` [${labelOfGuard(guard)}]`);
    return (target ?? [undefined]).map((one) => ({ label, target: one as AnyStateNode | undefined }));
  });
}

/** The transitions of a state and its children: one arrow for all with the same target, since arrows would overlap. */
function arrowsOf(node: AnyStateNode): string[] {
  const labels = new Map<AnyStateNode, string[]>();
  for (const { label, target = childrenOf(node).length > 0 ? node : undefined } of transitionsFrom(node)) {
    if (target !== undefined) {
      labels.set(target, [...(labels.get(target) ?? []), mermaidText(label)]);
    }
  }
  const arrows = [...labels].map(([target, texts]) => `  ${idOf(node)} --> ${idOf(target)} : ${texts.join('<br/>')}`);
  return [...arrows, ...childrenOf(node).flatMap(arrowsOf)];
}
