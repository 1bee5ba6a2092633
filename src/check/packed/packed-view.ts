import type { JobEmitted, TaskEmitted, TaskState } from '../../machines/events.ts';
import { isSettled } from '../laws/transition-rules.ts';
import { type JobView, makeView, viewOfTask } from '../laws/view.ts';
import type { ModelTask } from '../model/model-task.ts';
import { FAILS_JOB } from '../tables/task-facts.ts';
import type { PackedSystem } from './packed-system.ts';

/** A packed system at rest, as properties see it. */
export function packedView(
  { tasks, table, jobs, job, queue }: PackedSystem,
  models: readonly ModelTask[],
  forgetsAttempts: boolean,
): JobView {
  const views = models.map(({ name, index }) => {
    const state = tasks[index] as number;
    return viewOfTask(
      name,
      table.nameOf(state) as TaskState,
      table.attemptsOf(state),
      forgetsAttempts && isSettled(table.nameOf(state)),
    );
  });
  const names = Array.from({ length: queue.length }, (_, place) => (models[queue.at(place)] as ModelTask).name);
  return makeView(jobs.local(job).name, views, names);
}

/** The events of a step that was just taken, as properties see them. */
export function packedEvents(
  { log = [], tasks, table }: PackedSystem,
  models: readonly ModelTask[],
): readonly (TaskEmitted | JobEmitted)[] {
  // Without crashes, a job fails as soon as one task does.
  const failed = models.find(({ index }) => ((table.facts[tasks[index] as number] as number) & FAILS_JOB) !== 0);
  return log.map(({ event, task }) => ({
    ...event,
    ...('task' in event && { task: models[task]?.name }),
    ...('failedTask' in event && { failedTask: failed?.name }),
  })) as unknown as readonly (TaskEmitted | JobEmitted)[];
}
