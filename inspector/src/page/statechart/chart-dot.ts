import type { Chart, ChartArrow, ChartState } from './chart.ts';
import { boxSize, headerSize, labelSize, type Size } from './sizes.ts';
import type { Measure } from './text-size.ts';

/**
 * Converts a chart to DOT, so Graphviz can lay it out. Labels are replaced by placeholders of the same size: Graphviz can't measure the
 * page's fonts, and can't misread text it never sees.
 */
export function chartDot({ root, arrows }: Chart, measure: Measure): string {
  const writing: Writing = {
    measure,
    states: new Map(statesById(root)),
    left: new Set(arrows.map(({ from }) => from)),
    reached: new Set(arrows.map(({ to }) => to)),
  };
  const lines = [
    ...(arrows.length > MOST_CURVES ? [`graph [${QUICK}]`] : []),
    `graph [compound=true, newrank=true, rankdir=TB, ranksep=0.35, nodesep=0.3, pad=0, ${PLACEHOLDER}, labeljust=l]`,
    'node [shape=box, fixedsize=true, label=""]',
    `edge [${PLACEHOLDER}]`,
    ...(hasFrame(root) ? stateLines(root, writing) : insideLines(root, writing)),
    ...arrows.map((arrow) => arrowLine(arrow, writing)),
  ];
  return ['digraph {', ...lines.map(indented), '}'].join('\n');
}

/** With more arrows, routing curves around all labels takes many seconds; straight lines don't. */
const MOST_CURVES = 140;
const QUICK = 'splines=line, nslimit=0.5, nslimit1=0.5, mclimit=0.1';

interface Writing {
  readonly measure: Measure;
  readonly states: ReadonlyMap<string, ChartState>;
  /** The states that have outgoing arrows. */
  readonly left: ReadonlySet<string>;
  /** The states that have incoming arrows. */
  readonly reached: ReadonlySet<string>;
}

/** A monospaced font. */
const LETTER = { width: 6, height: 12 };
const PLACEHOLDER = 'fontname="Courier", fontsize=10';

/** A text of the same size as the one it stands for. */
function placeholder({ width, height }: Size): string {
  const line = 'x'.repeat(Math.ceil(width / LETTER.width));
  return `label="${Array.from({ length: Math.ceil(height / LETTER.height) }, () => line).join('\\n')}"`;
}

/** The machine itself only gets a frame if there is something to show in it. */
export const hasFrame = ({ kind, lines, states }: ChartState): boolean =>
  lines.length > 0 || kind === 'parallel' || states.length === 0;

const stateLines = (state: ChartState, writing: Writing): string[] =>
  state.states.length === 0
    ? [`${state.id} [${sizeOf(boxSize(state, writing.measure))}]`]
    : [
        `subgraph cluster_${state.id} {`,
        ...[`graph [${placeholder(headerSize(state, writing.measure))}, margin=12]`, ...insideLines(state, writing)].map(
          indented,
        ),
        '}',
      ];

function insideLines(state: ChartState, writing: Writing): string[] {
  const initial = initialIn(state);
  return [
    ...(initial === undefined ? [] : [...initialLines(state, initial), ...belowLines(state, initial, writing)]),
    ...state.states.flatMap((child) => stateLines(child, writing)),
    ...(writing.left.has(state.id) ? exitLines(state, writing) : []),
  ];
}

const initialIn = ({ kind, states }: ChartState): ChartState | undefined =>
  kind === 'compound' ? states.find(({ isInitial }) => isInitial) : undefined;

/** The initial dot of a state, and the arrow from it. */
const initialLines = ({ id }: ChartState, initial: ChartState): string[] => [
  `${dotOf(id)} [${sizeOf({ width: 10, height: 10 })}]`,
  `${dotOf(id)} -> ${entryOf(initial)} [${[`id="${dotOf(id)}"`, 'weight=4', ...clipped('lhead', initial)].join(', ')}]`,
];

/** States without an arrow from above would end up above the dot, among the labels of its arrows. */
const belowLines = ({ id, states }: ChartState, initial: ChartState, writing: Writing): string[] =>
  states
    .filter((state) => state !== initial && (isHistory(state) || !isReached(state, writing)))
    .map((state) => `${dotOf(id)} -> ${entryOf(state)} [id="${dotOf(state.id)}_below", style=invis, weight=0]`);

const isReached = ({ id, states }: ChartState, writing: Writing): boolean =>
  writing.reached.has(id) || states.some((state) => isReached(state, writing));

const isHistory = ({ kind }: ChartState): boolean => kind.endsWith('history');

/** The name of a state's initial dot, and of the arrow from it. */
export const dotOf = (id: string): string => `${id}_initial`;

/** A point below the nested states, so arrows from their parent don't start among them. */
const exitLines = (state: ChartState, writing: Writing): string[] => [
  `${pointOf(state.id)} [${sizeOf({ width: 1, height: 1 })}]`,
  ...state.states.map(
    (child) => `${exitOf(child, writing)} -> ${pointOf(state.id)} [id="${pointOf(child.id)}", style=invis, weight=0]`,
  ),
];

const pointOf = (id: string): string => `${id}_exit`;

function arrowLine({ id, from, to, labels }: ChartArrow, writing: Writing): string {
  const [tail, head] = [from, to].map((end) => writing.states.get(end)) as [ChartState, ChartState];
  const size = placeholder(labelSize(labels, writing.measure));
  // An arrow back to a history state must not affect the ranks.
  const rank = isHistory(head) ? ['constraint=false'] : [];
  const attributes = [`id="${id}"`, size, ...rank, ...clipped('ltail', tail), ...clipped('lhead', head)];
  return `${exitOf(tail, writing)} -> ${entryOf(head)} [${attributes.join(', ')}]`;
}

/** Graphviz draws arrows between boxes, and can clip them at the frame around a box. */
const clipped = (end: 'ltail' | 'lhead', { id, states }: ChartState): string[] =>
  states.length === 0 ? [] : [`${end}=cluster_${id}`];

/** The box where arrows to a state end. */
function entryOf(state: ChartState): string {
  const [first] = state.states;
  if (first === undefined) {
    return state.id;
  }
  return initialIn(state) === undefined ? entryOf(first) : dotOf(state.id);
}

/** The box where arrows from a state start. */
function exitOf(state: ChartState, writing: Writing): string {
  const last = state.states.at(-1);
  if (last === undefined) {
    return state.id;
  }
  return writing.left.has(state.id) ? pointOf(state.id) : exitOf(last, writing);
}

/** Graphviz uses inches of 72 pixels. */
const sizeOf = ({ width, height }: Size): string => `width=${(width / 72).toFixed(3)}, height=${(height / 72).toFixed(3)}`;

const statesById = (state: ChartState): [string, ChartState][] => [[state.id, state], ...state.states.flatMap(statesById)];

const indented = (line: string): string => `  ${line}`;
