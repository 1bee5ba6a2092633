import { TASK_STATES } from '../machines/events.ts';
import { mermaidText } from '../workflow/mermaid-text.ts';
import type { DrawnEdge } from './edge-drawing.ts';
import { DIM, type Drawable, type DrawnJob, type DrawnTask, drawTasks, LOOKS, linesOf } from './task-drawing.ts';

/**
 * Draws the tasks of a workflow as a Mermaid flowchart, with the states and times of a job if you pass one. Tasks with
 * `continueOnFailure` have a dashed border. A dashed arrow means `settled`, a diamond `anyOf`; conditions are on the arrow or the task.
 * Skipped tasks are dimmed, finally tasks are in a box, and tasks that can be undone are marked.
 * @throws {InvalidWorkflowError} if the workflow is invalid
 * @example
 * console.log(toMermaid(workflow('greeting').task({ name: 'greet', run: () => ({ text: 'Hello' }) })));
 */
export function toMermaid(workflow: Drawable, job?: DrawnJob): string {
  const { tasks, unseen } = drawTasks(workflow, job);
  const ids = new Map(tasks.map(({ name }, index) => [name, `t${index}`]));
  const idOf = (name: string) => ids.get(name) as string;
  const finals = tasks.filter(({ isFinally }) => isFinally);
  const nodes = (those: readonly DrawnTask[]) => those.map((task) => nodeOf(task, idOf(task.name)));
  const states = TASK_STATES.filter((one) => tasks.some(({ state }) => state === one));
  const joins = tasks.flatMap((task) => task.joins.map((join) => ({ ...join, to: idOf(task.name) })));
  const arrows = [
    ...tasks.flatMap(({ name, edges }) => edges.map((edge) => ({ ...edge, from: idOf(edge.from), to: idOf(name) }))),
    ...joins.flatMap(({ edges, isDim, to }, index) => [
      ...edges.map((edge) => ({ ...edge, from: idOf(edge.from), to: `j${index}` })),
      { from: `j${index}`, to, isDashed: false, label: undefined, isDim },
    ]),
  ];
  const dim = [...arrows.keys()].filter((index) => arrows[index]?.isDim);
  const lines = [
    ...nodes(tasks.filter(({ isFinally }) => !isFinally)),
    ...(finals.length === 0 ? [] : ['subgraph finally', ...nodes(finals).map((node) => `  ${node}`), 'end']),
    ...joins.map(({ isDim }, index) => `j${index}{"any"}${isDim ? ':::skipped' : ''}`),
    ...arrows.map((arrow) => `${arrow.from} ${shaftOf(arrow)} ${arrow.to}`),
    ...unseen.map(({ from, to }) => `${idOf(from)} ~~~ ${idOf(to)}`),
    ...states.map(classOf),
    'classDef optional stroke-dasharray:4 3',
    ...(finals.length === 0 ? [] : ['style finally fill:transparent,stroke:#888888,stroke-dasharray:4 3']),
    ...tasks.filter(({ isOptional }) => isOptional).map(({ name }) => `class ${idOf(name)} optional`),
    ...(dim.length === 0 ? [] : [`linkStyle ${dim.join(',')} stroke:${DIM.line},color:${DIM.ink}`]),
  ];
  return ['flowchart TD', ...lines.map((line) => `  ${line}`)].join('\n');
}

function nodeOf(task: DrawnTask, id: string): string {
  const { state } = task;
  return `${id}["${linesOf(task).map(mermaidText).join('<br/>')}"]${state === undefined ? '' : `:::${state}`}`;
}

const shaftOf = ({ isDashed, label }: DrawnEdge): string =>
  `${isDashed ? '-.->' : '-->'}${label === undefined ? '' : `|"${mermaidText(label)}"|`}`;

function classOf(state: keyof typeof LOOKS): string {
  const { colour, line, ink } = LOOKS[state];
  return `classDef ${state} fill:${colour},stroke:${line},color:${ink}`;
}
