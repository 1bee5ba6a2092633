import type { LimitsInForce } from './limits-in-force.ts';
import type { ModelActor, ModelTask } from './model-task.ts';

interface CodedJob {
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  /** Whether the state includes the records. */
  readonly isRecorded: boolean;
  readonly limits: LimitsInForce;
}

/** The state of a job at rest as text: a character or two for each part of each machine, then the queue. */
export function encodeState({ job, tasks, isRecorded, limits }: CodedJob, queue: readonly ModelTask[]): string {
  const codes: number[] = job.save();
  for (const task of tasks) {
    codes.push(...task.save(), task.attempt);
    if (isRecorded) {
      codes.push(task.record.save());
    }
  }
  if (limits.mayChange) {
    codes.push(limits.place);
  }
  codes.push(...queue.map(({ index }) => index));
  return String.fromCharCode(...codes);
}

/** Restores machines and records from a code and returns the queue. */
export function decodeState({ job, tasks, isRecorded, limits }: CodedJob, code: string): ModelTask[] {
  job.load(code.charCodeAt(0), code.charCodeAt(1));
  let place = 2;
  for (const task of tasks) {
    task.load(code.charCodeAt(place), code.charCodeAt(place + 1));
    task.attempt = code.charCodeAt(place + 2);
    place += 3;
    if (isRecorded) {
      task.record.load(code.charCodeAt(place));
      place += 1;
    }
  }
  if (limits.mayChange) {
    limits.apply(code.charCodeAt(place));
    place += 1;
  }
  return Array.from(code.slice(place), (index) => tasks[index.charCodeAt(0)] as ModelTask);
}
