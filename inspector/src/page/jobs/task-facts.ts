import type { GraphTask } from '../graph/graph.tsx';
import { attemptsOf } from '../model/attempts.ts';
import { requirementsOf } from '../model/edges.ts';
import { type Job, stateOfTask, type Task } from '../model/job.ts';
import { durationText } from '../model/time-text.ts';
import type { TimelineTask } from '../timeline/timeline.tsx';

/** The tasks of a job, as the graph shows them. */
export const graphTasks = (job: Job): GraphTask[] => job.children.map((task) => remembered(graphFacts, task, graphTask));

/** The tasks of a job, as the timeline shows them. */
export const timelineTasks = (job: Job): TimelineTask[] =>
  job.children.map((task) => remembered(timelineFacts, task, timelineTask));

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
  const { task: name, dependencies, continueOnFailure, shown: { settled = [], anyOf = [], when } = {} } = task.input;
  const edges = { dependencies, settled, joins: anyOf, condition: when, requirements: requirementsOf(task.input) };
  return { name, ...edges, state: stateOfTask(task), note: noteOf(task), isOptional: continueOnFailure };
}

/** The number of the attempt after the first; the total duration once the attempts are over. */
function noteOf({ spans, context }: Task): string {
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
  state: stateOfTask(task),
  spans: task.spans.map((span) => ({ ...span })),
});
