import type { TaskState } from '../../machines/events.ts';
import { type JobView, makeView, viewOfTask } from '../laws/view.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { PackedSystem } from './packed-system.ts';

/** A packed system at rest, as properties see it. */
export function packedView(
  { tasks, table, jobs, job, queue }: PackedSystem,
  models: readonly ModelTask[],
  forgetsAttempts: boolean,
): JobView {
  const views = models.map(({ name, index }) => {
    const state = tasks[index] as number;
    return viewOfTask(name, table.nameOf(state) as TaskState, table.attemptsOf(state), forgetsAttempts);
  });
  const names = Array.from({ length: queue.length }, (_, place) => (models[queue.at(place)] as ModelTask).name);
  return makeView(jobs.local(job).name, views, names);
}
