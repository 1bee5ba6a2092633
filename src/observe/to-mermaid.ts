import { TASK_STATES } from '../machines/events.ts';
import { mermaidText } from '../workflow/mermaid-text.ts';
import { type Drawable, type DrawnJob, type DrawnTask, drawTasks, LOOKS } from './task-drawing.ts';

/**
 * Draws the tasks of a workflow as a Mermaid flowchart, with the states and times of a job if you pass one. Tasks with
 * `continueOnFailure` have a dashed border.
 * @throws {InvalidWorkflowError} if the workflow is invalid
 * @example
 * console.log(toMermaid(workflow('greeting').task({ name: 'greet', run: () => ({ text: 'Hello' }) })));
 */
export function toMermaid(workflow: Drawable, job?: DrawnJob): string {
  const tasks = drawTasks(workflow, job);
  const ids = new Map(tasks.map(({ name }, index) => [name, `t${index}`]));
  const idOf = (name: string) => ids.get(name) as string;
  const states = TASK_STATES.filter((one) => tasks.some(({ state }) => state === one));
  const lines = [
    ...tasks.map((task) => nodeOf(task, idOf(task.name))),
    ...tasks.flatMap(({ name, dependencies }) => dependencies.map((one) => `${idOf(one)} --> ${idOf(name)}`)),
    ...states.map((state) => `classDef ${state} fill:${LOOKS[state].colour},stroke:#333333,color:#000000`),
    'classDef optional stroke-dasharray:4 3',
    ...tasks.filter(({ isOptional }) => isOptional).map(({ name }) => `class ${idOf(name)} optional`),
  ];
  return ['flowchart TD', ...lines.map((line) => `  ${line}`)].join('\n');
}

function nodeOf({ name, state, note }: DrawnTask, id: string): string {
  const text = [name, ...(note === undefined ? [] : [note])].map(mermaidText).join('<br/>');
  return `${id}["${text}"]${state === undefined ? '' : `:::${state}`}`;
}
