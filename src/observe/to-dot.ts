import type { DrawnEdge } from './edge-drawing.ts';
import { DIM, type Drawable, type DrawnJob, type DrawnTask, drawTasks, LOOKS, linesOf } from './task-drawing.ts';

/**
 * Draws the tasks of a workflow in DOT, the Graphviz language, with the states and times of a job if you pass one. Tasks with
 * `continueOnFailure` have a dashed border. A dashed arrow means `settled`, a diamond `anyOf`; conditions are on the arrow or the task.
 * Skipped tasks are dimmed, finally tasks are in a box, and tasks that can be undone are marked.
 * @throws {InvalidWorkflowError} if the workflow is invalid
 * @example
 * console.log(toDot(workflow('greeting').task({ name: 'greet', run: () => ({ text: 'Hello' }) })));
 */
export function toDot(workflow: Drawable, job?: DrawnJob): string {
  const { tasks, unseen } = drawTasks(workflow, job);
  const finals = tasks.filter(({ isFinally }) => isFinally);
  const names = new Set(tasks.map(({ name }) => name));
  const lines = [
    'graph [rankdir=TB]',
    'node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif", fontsize=11]',
    ...(tasks.some(hasLabel) ? ['edge [fontname="sans-serif", fontsize=10]'] : []),
    ...tasks.filter(({ isFinally }) => !isFinally).map(nodeOf),
    ...(finals.length === 0 ? [] : group(finals.map(nodeOf))),
    ...tasks.flatMap(({ name, edges }) => edges.map((edge) => arrow(edge, name))),
    ...tasks.flatMap((task) => joinsOf(task, names)),
    ...unseen.map(({ from, to }) => `${quoted(from)} -> ${quoted(to)} [style=invis]`),
  ];
  return ['digraph {', ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

const hasLabel = ({ edges }: DrawnTask): boolean => edges.some(({ label }) => label !== undefined);

/** The finally tasks. Graphviz draws a box around a subgraph whose name begins like this. */
const group = (nodes: readonly string[]): string[] => [
  'subgraph cluster_finally {',
  ...['label="finally"', 'fontname="sans-serif"', 'fontsize=11', 'style="rounded,dashed"', 'color="#888888"', ...nodes].map(
    (line) => `  ${line}`,
  ),
  '}',
];

function nodeOf(task: DrawnTask): string {
  const { name, isOptional, state } = task;
  const attributes = [
    `label=${quoted(linesOf(task).join('\n'))}`,
    ...(isOptional ? ['style="rounded,filled,dashed"'] : []),
    ...(state === undefined ? [] : [`fillcolor="${LOOKS[state].colour}"`]),
    ...(state === 'skipped' ? DIMMED : []),
  ];
  return `${quoted(name)} [${attributes.join(', ')}]`;
}

const DIMMED = [`color="${DIM.line}"`, `fontcolor="${DIM.ink}"`];

function arrow({ from, isDashed, label, isDim }: DrawnEdge, to: string): string {
  const attributes = [
    ...(isDashed ? ['style=dashed'] : []),
    ...(label === undefined ? [] : [`label=${quoted(label)}`]),
    ...(isDim ? DIMMED : []),
  ];
  return `${quoted(from)} -> ${quoted(to)}${attributes.length === 0 ? '' : ` [${attributes.join(', ')}]`}`;
}

/** @param names those of all tasks, which no join may have */
function joinsOf({ name, joins }: DrawnTask, names: Set<string>): string[] {
  return joins.flatMap(({ edges, isDim }) => {
    let id = `any for ${name}`;
    while (names.has(id)) {
      id += "'";
    }
    names.add(id);
    const attributes = ['label="any"', 'shape=diamond', 'style=filled', 'margin=0', 'fontsize=9', ...(isDim ? DIMMED : [])];
    return [
      `${quoted(id)} [${attributes.join(', ')}]`,
      ...edges.map((edge) => arrow(edge, id)),
      arrow({ from: id, isDashed: false, label: undefined, isDim }, name),
    ];
  });
}

/**
 * A quoted DOT string. Graphviz decodes `&…;` as HTML does and stops at NUL; other symbols replace what it can't hold, to keep
 * names distinct.
 */
const quoted = (text: string): string => {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\0', '\u2400')
    .replaceAll('\r', '\u240d')
    .replaceAll('\n', '\\n');
  return `"${escaped}"`;
};
