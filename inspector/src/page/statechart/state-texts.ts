import { type AnyNode, type ChartTransition, labelOf } from './transitions.ts';

/** What a state does, as it stands in it. */
export const linesOf = (node: AnyNode): string[] => [
  ...node.invoke.map(({ src }) => `invokes ${nameOfSource(src)}`),
  ...line('entry', namesOf(node.onEntry)),
  ...line('exit', namesOf(node.onExit)),
];

const line = (when: string, actions: readonly string[]): string[] =>
  actions.length === 0 ? [] : [`${when} / ${actions.join(', ')}`];

/** XState starts and stops delays by actions of its own, which the transitions tell already. */
const namesOf = (actions: readonly { readonly type: unknown }[]): string[] =>
  actions.map(({ type }) => String(type)).filter((type) => !/^xstate\.(raise|send|cancel)$/.test(type));

const nameOfSource = (src: unknown): string =>
  typeof src === 'object' && src !== null && 'type' in src ? String(src.type) : String(src);

/** All that is known of a state, to be shown when it is pointed at. */
export const titleOf = (node: AnyNode): string =>
  [
    node.path.join(' › ') || node.key,
    ...(node.description === undefined ? [] : [node.description]),
    ...(node.tags.length === 0 ? [] : [`tags: ${node.tags.join(', ')}`]),
    ...linesOf(node),
  ].join('\n');

/** All that is known of a transition, but where it leads. */
export const conditionsOf = (transition: ChartTransition): string =>
  [
    labelOf(transition),
    ...(transition.actions.length === 0 ? [] : [`actions: ${transition.actions.join(', ')}`]),
    ...(transition.description === undefined ? [] : [transition.description]),
  ].join(' – ');
