import { type Drawable, type DrawnJob, type DrawnTask, drawTasks, LOOKS } from './task-drawing.ts';

/**
 * Draws the tasks of a workflow in DOT, the Graphviz language, with the states and times of a job if you pass one. Tasks with
 * `continueOnFailure` have a dashed border.
 * @throws {InvalidWorkflowError} if the workflow is invalid
 * @example
 * console.log(toDot(workflow('greeting').task({ name: 'greet', run: () => ({ text: 'Hello' }) })));
 */
export function toDot(workflow: Drawable, job?: DrawnJob): string {
  const tasks = drawTasks(workflow, job);
  const lines = [
    'graph [rankdir=TB]',
    'node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif", fontsize=11]',
    ...tasks.map(nodeOf),
    ...tasks.flatMap(({ name, dependencies }) => dependencies.map((one) => `${quoted(one)} -> ${quoted(name)}`)),
  ];
  return ['digraph {', ...lines.map((line) => `  ${line}`), '}'].join('\n');
}

function nodeOf({ name, isOptional, state, note }: DrawnTask): string {
  const attributes = [
    `label=${quoted(note === undefined ? name : `${name}\n${note}`)}`,
    ...(isOptional ? ['style="rounded,filled,dashed"'] : []),
    ...(state === undefined ? [] : [`fillcolor="${LOOKS[state].colour}"`]),
  ];
  return `${quoted(name)} [${attributes.join(', ')}]`;
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
