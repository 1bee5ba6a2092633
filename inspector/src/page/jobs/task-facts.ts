import type { GraphTask } from '../graph/graph-task.ts';
import { attemptsOf } from '../model/attempts.ts';
import { requirementsOf } from '../model/edges.ts';
import { type Job, stateOfTask, type Task, tasksOf } from '../model/job.ts';
import { lookOf } from '../model/looks.ts';
import { durationText } from '../model/time-text.ts';
import type { TimelineTask } from '../timeline/timeline-task.ts';

/** The tasks of a job, as the graph shows them. */
export const graphTasks = (job: Job): GraphTask[] => tasksOf(job).map((task) => remembered(graphFacts, task, graphTask));

/** The tasks of a job, as the timeline shows them. */
export const timelineTasks = (job: Job): TimelineTask[] =>
  tasksOf(job).map((task) => remembered(timelineFacts, task, timelineTask));

interface Facts<T> {
  readonly version: number;
  readonly facts: T;
}

const graphFacts = new WeakMap<Task, Facts<GraphTask>>();
const timelineFacts = new WeakMap<Task, Facts<TimelineTask>>();

/** Recomputes the facts of a task only after a change, so components can compare them by identity. */
function remembered<T>(known: WeakMap<Task, Facts<T>>, task: Task, make: (task: Task) => T): T {
  const before = known.get(task);
  if (before?.version === task.version) {
    return before.facts;
  }
  const facts = make(task);
  known.set(task, { version: task.version, facts });
  return facts;
}

function graphTask(task: Task): GraphTask {
  const { task: name, dependencies, continueOnFailure, shown = {} } = task.input;
  const { settled = [], anyOf = [], when } = shown;
  const edges = { dependencies, settled, joins: anyOf, condition: when, requirements: requirementsOf(task.input) };
  return { name, ...edges, state: stateOfTask(task), note: noteOf(task), isOptional: continueOnFailure, ...marksOf(task) };
}

const marksOf = ({ input: { shown } }: Task) => ({ isFinally: shown?.finally === true, hasUndo: shown?.undo === true });

/** The number of the attempt after the first; the total duration once the attempts are over. For an undo, its own. */
function noteOf({ undo, ...task }: Task): string {
  const { spans, context } = undo !== undefined && undo.spans.length > 0 ? undo : task;
  const attempts = attemptsOf(spans);
  const [first] = attempts;
  const isOver = spans.at(-1)?.to !== undefined;
  const parts: string[] = [];
  if (context.attempt > 1) {
    parts.push(isOver ? `×${context.attempt}` : `attempt ${context.attempt}`);
  }
  if (isOver && first !== undefined) {
    parts.push(durationText((attempts.at(-1)?.to ?? first.from) - first.from));
  }
  return parts.join(' · ');
}

const timelineTask = (task: Task): TimelineTask => ({
  name: task.input.task,
  dependencies: task.input.dependencies,
  state: lookOf(stateOfTask(task)).word,
  isFinally: task.input.shown?.finally === true,
  spans: [...task.spans, ...(task.undo?.spans.map((span) => ({ ...span, isUndo: true })) ?? [])].map((span) => ({ ...span })),
});
