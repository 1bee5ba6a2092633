import type { Chart, ChartArrow, ChartState } from './chart.ts';
import { boxSize, headerSize, labelSize, type Size } from './sizes.ts';
import type { Measure } from './text-size.ts';

/**
 * Writes a chart in DOT, for Graphviz to find places. It has sizes instead of texts: Graphviz can't measure the fonts of the page, and
 * what it is not told it can't take for something else.
 */
export function chartDot({ root, arrows }: Chart, measure: Measure): string {
  const states = new Map(statesById(root));
  const lines = [
    `graph [compound=true, newrank=true, rankdir=TB, ranksep=0.35, nodesep=0.3, pad=0, ${PLACEHOLDER}, labeljust=l]`,
    'node [shape=box, fixedsize=true, label=""]',
    `edge [${PLACEHOLDER}]`,
    ...(hasFrame(root) ? stateLines(root, measure) : insideLines(root, measure)),
    ...arrows.map((arrow) => arrowLine(arrow, states, measure)),
  ];
  return ['digraph {', ...lines.map(indented), '}'].join('\n');
}

/** A font whose every letter is as wide. */
const LETTER = { width: 6, height: 12 };
const PLACEHOLDER = 'fontname="Courier", fontsize=10';

/** A text that is as large as one that it stands for. */
function placeholder({ width, height }: Size): string {
  const line = 'x'.repeat(Math.ceil(width / LETTER.width));
  return `label="${Array.from({ length: Math.ceil(height / LETTER.height) }, () => line).join('\\n')}"`;
}

/** The machine itself is drawn only if there is something to say of it. */
export const hasFrame = ({ kind, lines, states }: ChartState): boolean =>
  lines.length > 0 || kind === 'parallel' || states.length === 0;

const stateLines = (state: ChartState, measure: Measure): string[] =>
  state.states.length === 0
    ? [`${state.id} [${sizeOf(boxSize(state, measure))}]`]
    : [
        `subgraph cluster_${state.id} {`,
        ...[`graph [${placeholder(headerSize(state, measure))}, margin=12]`, ...insideLines(state, measure)].map(indented),
        '}',
      ];

function insideLines(state: ChartState, measure: Measure): string[] {
  const initial = state.kind === 'compound' ? state.states.find(({ isInitial }) => isInitial) : undefined;
  return [
    ...(initial === undefined ? [] : initialLines(state, initial)),
    ...state.states.flatMap((child) => stateLines(child, measure)),
  ];
}

/** The dot where a state begins, and the arrow from there. */
const initialLines = ({ id }: ChartState, initial: ChartState): string[] => [
  `${dotOf(id)} [${sizeOf({ width: 10, height: 10 })}]`,
  `${dotOf(id)} -> ${entryOf(initial)} [${[`id="${dotOf(id)}"`, 'weight=4', ...clipped('lhead', initial)].join(', ')}]`,
];

/** How the dot where a state begins, and the arrow from it, are called. */
export const dotOf = (id: string): string => `${id}_initial`;

function arrowLine({ id, from, to, labels }: ChartArrow, states: ReadonlyMap<string, ChartState>, measure: Measure): string {
  const [tail, head] = [states.get(from) as ChartState, states.get(to) as ChartState];
  const size = placeholder(labelSize(labels, measure));
  const attributes = [`id="${id}"`, size, ...clipped('ltail', tail), ...clipped('lhead', head)];
  return `${exitOf(tail)} -> ${entryOf(head)} [${attributes.join(', ')}]`;
}

/** Graphviz draws arrows from box to box, and can cut them off at the frame around one. */
const clipped = (end: 'ltail' | 'lhead', { id, states }: ChartState): string[] =>
  states.length === 0 ? [] : [`${end}=cluster_${id}`];

function entryOf(state: ChartState): string {
  const [first] = state.states;
  if (first === undefined) {
    return state.id;
  }
  return state.kind === 'compound' && state.states.some(({ isInitial }) => isInitial) ? dotOf(state.id) : entryOf(first);
}

function exitOf(state: ChartState): string {
  const last = state.states.at(-1);
  return last === undefined ? state.id : exitOf(last);
}

/** Graphviz has inches, of 72 pixels. */
const sizeOf = ({ width, height }: Size): string => `width=${(width / 72).toFixed(3)}, height=${(height / 72).toFixed(3)}`;

const statesById = (state: ChartState): [string, ChartState][] => [[state.id, state], ...state.states.flatMap(statesById)];

const indented = (line: string): string => `  ${line}`;
