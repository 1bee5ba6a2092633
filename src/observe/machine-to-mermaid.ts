import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { labelOfEvent, labelOfGuard } from '../compiler/transition-labels.ts';
import { mermaidText } from '../workflow/mermaid-text.ts';

/**
 * Draws any XState machine as a Mermaid state diagram, with guards, delays and invoked actors. Transitions that stay in a state
 * are listed inside it; what a state with children invokes, and its transitions to them, follow its name.
 * @example
 * console.log(machineToMermaid(taskMachine));
 */
export function machineToMermaid(machine: AnyStateMachine): string {
  const root = machine.root as AnyStateNode;
  const hasOwn = root.invoke.length + transitionsFrom(root).length > 0;
  // Mermaid allows parallel regions only inside a state.
  const isState = hasOwn || root.type !== 'compound';
  const states = isState ? stateOf(root).map((line) => `  ${line}`) : inside(root);
  return ['stateDiagram-v2', ...states, ...arrowsOf(root)].join('\n');
}

const childrenOf = (node: AnyStateNode): AnyStateNode[] => Object.values(node.states as Record<string, AnyStateNode>);

const isInside = (node: AnyStateNode, parent: AnyStateNode) =>
  node !== parent && parent.path.every((key, index) => node.path[index] === key);

/** Ids that Mermaid takes for something else. */
const KEYWORDS = /^(?:accDescr|accTitle|class|classDef|click|default|href|note|root|scale|state|stateDiagram|style)$/i;
// Mermaid looks states up in plain objects.
const isReserved = (id: string) => KEYWORDS.test(id) || id in {};

/** Mermaid accepts only letters, digits and underscores. No key ends in a single one, so it can tell apart what would clash. */
function idOf(node: AnyStateNode): string {
  const { path, machine } = node;
  const id = (path.length === 0 ? [machine.id] : path)
    .map((key) => key.replace(/[^a-zA-Z0-9]/g, (character) => `_${character.charCodeAt(0)}_`))
    .join('__');
  const isTaken = path.length === 0 && childrenOf(node).some((child) => child.key === machine.id);
  return id + (isReserved(id) ? '_' : '') + (isTaken ? '_' : '');
}

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
  const key = node.type === 'history' ? `${node.key} (history)` : node.key;
  const named = (name: string) => `state "${mermaidText(name)}" as ${id}`;
  const texts = [...node.invoke.map(({ src }) => `invokes ${nameOfActor(src)}`), ...movesWithin(node)];
  if (childrenOf(node).length > 0) {
    // Mermaid allows no text but the name of a state with children, and hides the labels of arrows from it to them.
    return [`${named(texts.length === 0 ? key : `${key} (${texts.join(', ')})`)} {`, ...inside(node), '}'];
  }
  const inner = texts.map((text) => `${id} : ${mermaidText(text)}`);
  return [named(key), ...inner, ...(node.type === 'final' ? [`${id} --> [*]`] : [])];
}

/** The transitions that no arrow shows. */
function movesWithin(node: AnyStateNode): string[] {
  const isAtomic = childrenOf(node).length === 0;
  return transitionsFrom(node).flatMap(({ label, target }) => {
    if (target === undefined) {
      return isAtomic ? [label] : [];
    }
    return isInside(target, node) ? [`${label} → ${target.path.slice(node.path.length).join('.')}`] : [];
  });
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
    if (target !== undefined && !isInside(target, node)) {
      labels.set(target, [...(labels.get(target) ?? []), mermaidText(label)]);
    }
  }
  const arrows = [...labels].map(([target, texts]) => `  ${idOf(node)} --> ${idOf(target)} : ${texts.join('<br/>')}`);
  return [...arrows, ...childrenOf(node).flatMap(arrowsOf)];
}
