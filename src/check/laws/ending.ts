import { isLastPhase } from '../../machines/last-phases.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { System } from '../model/system.ts';
import { isSettled } from './transition-rules.ts';

/** How a job will end, or has ended; undefined while that is open. */
export function endingOf({ job }: System): string | undefined {
  const { name, snapshot } = job.state;
  if (isLastPhase(name)) {
    const [ending = 'detaching'] = Object.keys((snapshot.value as Record<string, object>)[name] ?? {});
    return ending === 'detaching' ? 'detached' : ending;
  }
  return name === 'idle' || name === 'running' ? undefined : name;
}

/** Whether a job has ended that was cancelled before it started. */
export const neverStarted = ({ job, tasks }: System): boolean =>
  job.announced === 'cancelled' && tasks.every(({ state, reason }) => state.name === 'skipped' && reason === 'jobCancelled');

/** The tasks that the counters of a job are about: those of its current or last phase. */
export function countedTasks(system: System): readonly ModelTask[] {
  const { job, finals, ordinary, tasks, current, undos } = system;
  if (!isSettled(job.announced)) {
    return current;
  }
  if (neverStarted(system)) {
    return tasks;
  }
  const undone = undos.filter(({ isPlanned }) => isPlanned);
  return [finals, undone].find(({ length }) => length > 0) ?? ordinary;
}
