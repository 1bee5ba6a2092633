import type { SkipReason } from '../../machines/events.ts';
import { LAST_PHASES } from '../../machines/last-phases.ts';
import type { MadeEnding } from './choice.ts';
import type { LimitsInForce } from './limits-in-force.ts';
import type { JobModel } from './model.ts';
import type { ModelActor, ModelTask } from './model-task.ts';
import type { UndoTask } from './undo-task.ts';

interface CodedJob {
  readonly model: Pick<JobModel, 'isBranching' | 'hasPhases'>;
  readonly job: ModelActor;
  readonly tasks: readonly ModelTask[];
  /** The undo of each task that has one. */
  readonly undos: readonly UndoTask[];
  /** How the job will end, as far as that is saved. */
  savedEnding: MadeEnding | undefined;
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

const ENDINGS: readonly (MadeEnding | undefined)[] = [
  undefined,
  ...LAST_PHASES.flatMap((phase) =>
    ['completed', 'failed', 'cancelled', 'timedOut'].map((ending): MadeEnding => ({ phase, ending })),
  ),
];

/** The number of a saved ending; 0 for none. */
export const endingCode = ({ savedEnding }: Pick<CodedJob, 'savedEnding'>): number =>
  ENDINGS.findIndex((one) => one?.phase === savedEnding?.phase && one?.ending === savedEnding?.ending);

/** What a task may have done, as long as that makes a difference: until it is planned what is undone, and until all is. */
export const effectsCode = ({ hasActed, isStray, undo }: ModelTask, job: string): number =>
  undo === undefined
    ? 0
    : Number(hasActed && job === 'running') + 2 * Number(isStray && (job === 'running' || job === 'undoing'));

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
    if (model.hasPhases) {
      codes.push(effectsCode(task, job.announced));
    }
  }
  for (const undo of coded.undos) {
    codes.push(...undo.save(), undo.attempt, undo.flags, isRecorded ? undo.record.save() : 0);
  }
  if (limits.mayChange) {
    codes.push(limits.place);
  }
  if (model.isBranching) {
    codes.push(failureCode(coded));
  }
  if (model.hasPhases) {
    codes.push(endingCode(coded));
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
    const effects = model.hasPhases ? next() : 0;
    task.hasActed = effects % 2 === 1;
    task.isStray = effects > 1;
  }
  for (const undo of coded.undos) {
    undo.load(next(), next());
    undo.attempt = next();
    undo.flags = next();
    const record = next();
    if (isRecorded) {
      undo.record.load(record);
    }
  }
  if (limits.mayChange) {
    limits.apply(next());
  }
  coded.firstFailed = model.isBranching ? tasks[next() - 1] : undefined;
  coded.savedEnding = model.hasPhases ? ENDINGS[next()] : undefined;
  return Array.from(code.slice(place), (index) => queuedTask(coded, index.charCodeAt(0)));
}

/** The undo of a task comes after all tasks. */
const queuedTask = ({ tasks }: CodedJob, index: number): ModelTask =>
  tasks[index] ?? (tasks[index - tasks.length]?.undo as ModelTask);
