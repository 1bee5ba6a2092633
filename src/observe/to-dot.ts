import { type Drawable, type DrawnJob, type DrawnTask, drawTasks, LOOKS } from './task-drawing.ts';

/**
 * Draws the tasks of a workflow in DOT, the language of Graphviz, and how they stand in a job, if one is given. A task with
 * `continueOnFailure` has a dashed border.
 * @throws {InvalidWorkflowError}
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

/** A text as DOT takes it. Graphviz reads `&…;` as HTML has it, and ends a text at a NUL; what it can't take has a sign, so that no two names are one. */
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
