import { type AnyNode, type ChartTransition, labelOf } from './transitions.ts';

/** The actions and invokes listed inside a state. */
export const linesOf = (node: AnyNode): string[] => [
  ...node.invoke.map(({ src }) => `invokes ${nameOfSource(src)}`),
  ...line('entry', namesOf(node.onEntry)),
  ...line('exit', namesOf(node.onExit)),
];

const line = (when: string, actions: readonly string[]): string[] =>
  actions.length === 0 ? [] : [`${when} / ${actions.join(', ')}`];

/** XState starts and stops delays with its own actions; the transitions already show these. */
const namesOf = (actions: readonly { readonly type: unknown }[]): string[] =>
  actions.map(({ type }) => String(type)).filter((type) => !/^xstate\.(raise|send|cancel)$/.test(type));

const nameOfSource = (src: unknown): string =>
  typeof src === 'object' && src !== null && 'type' in src ? String(src.type) : String(src);

/** The tooltip of a state. */
export const titleOf = (node: AnyNode): string =>
  [
    node.path.join(' › ') || node.key,
    ...(node.description === undefined ? [] : [node.description]),
    ...(node.tags.length === 0 ? [] : [`tags: ${node.tags.join(', ')}`]),
    ...linesOf(node),
  ].join('\n');

/** The description of a transition, without its target. */
export const conditionsOf = (transition: ChartTransition): string =>
  [
    labelOf(transition),
    ...(transition.actions.length === 0 ? [] : [`actions: ${transition.actions.join(', ')}`]),
    ...(transition.description === undefined ? [] : [transition.description]),
  ].join(' – ');
