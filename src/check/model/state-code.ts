import type { SkipReason } from '../../machines/events.ts';
import type { LimitsInForce } from './limits-in-force.ts';
import type { JobModel } from './model.ts';
import type { ModelActor, ModelTask } from './model-task.ts';

interface CodedJob {
  readonly model: Pick<JobModel, 'isBranching'>;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  /** Whether the state includes the records. */
  readonly isRecorded: boolean;
  readonly limits: LimitsInForce;
  /** The task that failed first, without `continueOnFailure`. */
  firstFailed: ModelTask | undefined;
}

const REASONS: readonly (SkipReason | undefined)[] = [
  undefined,
  'condition',
  'dependency',
  'jobFailed',
  'jobCancelled',
  'jobTimedOut',
  'jobDetached',
];

/** The number of the reason why a task was skipped; 0 if it was not. */
export const reasonCode = ({ reason }: ModelTask): number => REASONS.indexOf(reason);

/** The number of the task that failed first; 0 if none has. */
export const failureCode = ({ firstFailed }: Pick<CodedJob, 'firstFailed'>): number => (firstFailed?.index ?? -1) + 1;

/** The state of a job at rest as text: a character or two for each part of each machine, then the queue. */
export function encodeState(coded: CodedJob, queue: readonly ModelTask[]): string {
  const { job, tasks, isRecorded, limits, model } = coded;
  const codes: number[] = job.save();
  for (const task of tasks) {
    codes.push(...task.save(), task.attempt);
    if (isRecorded) {
      codes.push(task.record.save());
    }
    if (model.isBranching) {
      codes.push(task.output, reasonCode(task));
    }
  }
  if (limits.mayChange) {
    codes.push(limits.place);
  }
  if (model.isBranching) {
    codes.push(failureCode(coded));
  }
  codes.push(...queue.map(({ index }) => index));
  return String.fromCharCode(...codes);
}

/** Restores machines and records from a code and returns the queue. */
export function decodeState(coded: CodedJob, code: string): ModelTask[] {
  const { job, tasks, isRecorded, limits, model } = coded;
  let place = 0;
  const next = () => {
    place += 1;
    return code.charCodeAt(place - 1);
  };
  job.load(next(), next());
  for (const task of tasks) {
    task.load(next(), next());
    task.attempt = next();
    if (isRecorded) {
      task.record.load(next());
    }
    task.output = model.isBranching ? next() : 0;
    task.reason = model.isBranching ? REASONS[next()] : undefined;
  }
  if (limits.mayChange) {
    limits.apply(next());
  }
  coded.firstFailed = model.isBranching ? tasks[next() - 1] : undefined;
  return Array.from(code.slice(place), (index) => tasks[index.charCodeAt(0)] as ModelTask);
}
