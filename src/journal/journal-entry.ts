import type { FailureReason } from '../machines/events.ts';
import type { LastPhase } from '../machines/last-phases.ts';
import type { EndedState } from './list/saved-states.ts';
import type { RecordedTask } from './recorded-task.ts';

/** Something that happened in a job. */
export type JournalEntry =
  | {
      readonly type: 'attempt.started';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
    }
  | {
      readonly type: 'attempt.succeeded';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
      /** The task's result as text; undefined if it returned nothing. */
      readonly output: string | undefined;
      readonly clearsDeaths?: true | undefined;
    }
  | {
      readonly type: 'attempt.failed';
      readonly task: string;
      readonly attempt: number;
      readonly at: number;
      readonly reason: FailureReason;
      readonly error: string;
      /** The earliest time for a retry; undefined if the retry policy refuses one. */
      readonly retryAt: number | undefined;
      /** Whether `deaths` of the job becomes empty. */
      readonly clearsDeaths?: true | undefined;
    }
  | {
      /** The condition of a task was evaluated. It is saved like the outcome of an attempt before the first. */
      readonly type: 'condition.decided';
      readonly task: string;
      readonly attempt: 0;
      readonly at: number;
      /** Whether the task runs. */
      readonly holds: boolean;
      readonly clearsDeaths?: true | undefined;
    }
  | {
      readonly type: 'condition.failed';
      readonly task: string;
      readonly attempt: 0;
      readonly at: number;
      readonly error: string;
      readonly clearsDeaths?: true | undefined;
    }
  | {
      /** An attempt of a task that can be undone was interrupted by the death of its process, and runs again. */
      readonly type: 'attempt.interrupted';
      readonly task: string;
      readonly at: number;
    }
  | {
      /** All tasks have settled. The job enters a phase, undoing or finishing, before it ends as `state`. */
      readonly type: 'job.ending';
      readonly at: number;
      readonly phase: LastPhase;
      readonly state: EndedState;
      /** The tasks to undo although they did not complete. */
      readonly acted: readonly string[];
    }
  | {
      /** The job was cancelled. */
      readonly type: 'job.cancelled';
      readonly at: number;
      readonly reason: string;
    }
  | {
      readonly type: 'job.ended';
      readonly at: number;
      readonly state: EndedState;
      readonly clearsDeaths?: true | undefined;
    }
  | {
      /** The job was taken over from processes that died; these deaths count. */
      readonly type: 'job.recovered';
      readonly at: number;
      /** Replaces the `deaths` of the job. */
      readonly deaths: readonly string[];
    }
  | {
      /** The job is `stuck` from now on, which also releases the lease. */
      readonly type: 'job.stuck';
      readonly at: number;
    }
  | {
      /** The job continues with another version of its workflow. */
      readonly type: 'workflow.changed';
      readonly at: number;
      readonly workflow: string;
      readonly version: string | undefined;
      readonly tasks: readonly RecordedTask[];
    };

/** How an attempt, or the evaluation of a condition, ended. */
export type OutcomeEntry = Extract<JournalEntry, { type: `${string}.succeeded` | `${string}.failed` | 'condition.decided' }>;

/** The entry that saves how the job will end, and its next phase. */
export type EndingEntry = Extract<JournalEntry, { type: 'job.ending' }>;

/** An entry that shows progress, so earlier deaths of the job's process no longer count. */
export type Progress = OutcomeEntry | Extract<JournalEntry, { type: 'job.ended' }>;

export const isProgress = ({ type }: JournalEntry): boolean =>
  type === 'attempt.succeeded' ||
  type === 'attempt.failed' ||
  type === 'condition.decided' ||
  type === 'condition.failed' ||
  type === 'job.ended';
