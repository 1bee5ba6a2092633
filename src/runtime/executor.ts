import type { JobEnding, Outcomes, UndoExecution } from '../workflow/task-definition.ts';

/** The workflow of a job. */
export interface JobWorkflow {
  /** Its name, or `job` for an array of tasks. */
  readonly name: string;
  readonly version: string | undefined;
  /** What `fingerprint` returns for it; computed once per job, when first read. */
  readonly fingerprint: string;
}

/** What only a function that undoes a task receives. */
export type UndoDetails = Pick<UndoExecution, 'outcome' | 'forwardKey' | 'idempotencyKey' | 'attemptKey'>;

/** One attempt of one task, or one attempt to undo it, for an executor to run. */
export interface AttemptRequest {
  /** The id of the job. */
  readonly job: string;
  /** The workflow that the job runs now; a resumed job may have been started with another version. */
  readonly workflow: JobWorkflow;
  readonly task: string;
  /** The number of the attempt; the first is 1. Attempts to undo the task are numbered separately, from 1. */
  readonly attempt: number;
  /**
   * Calls the task's function, or the one that undoes it, in this process, with the context and its execution, and returns a promise of its result.
   * @throws {InvalidArgumentError} when the attempt is over
   */
  readonly run: () => unknown;
  /** What the task can read: the initial values, and what its ancestors returned; read-only. */
  readonly context: object;
  /** The outcomes of the dependencies that the task names in `settled` or `anyOf`. */
  readonly outcomes: Outcomes;
  /** Set if this attempt undoes the task: call the task's `undo` instead of its `run`. */
  readonly undo: UndoDetails | undefined;
  /** Set for an attempt of a finally task: how the job is about to end. */
  readonly ending: JobEnding | undefined;
  /**
   * Aborts when the attempt is no longer needed. In a resumed job, it may be aborted from the start: the attempt was running when
   * the last process died and isn't needed anymore, so all you can do is stop it.
   */
  readonly signal: AbortSignal;
  /**
   * Resolves once it is certain that no other process has taken the job over, or when `signal` aborts. Await it before you do anything
   * for the attempt a second time, such as queueing it again: this process may have been paused for longer than its lease.
   */
  readonly confirm: () => Promise<void>;
}

/**
 * Runs an attempt, in this process or elsewhere, and returns its result. If it throws or rejects, the attempt has failed. If the function
 * may have been called anyway, throw an error with `mayHaveActed: true`, so that the task is undone if the job doesn't complete.
 * @example
 * const traced: Executor = ({ task, run }) => tracer.startActiveSpan(task, async () => run());
 */
export type Executor = (attempt: AttemptRequest) => unknown;
