import type { Requirements } from '../workflow/requirements.ts';

/** A saved task: enough to detect a changed workflow. What it does not have is missing, as in jobs that an older version saved. */
export interface RecordedTask extends Requirements {
  readonly name: string;
  /** The names of all dependencies. */
  readonly dependencies: readonly string[];
  readonly continueOnFailure: boolean;
  /** Set if the task has a `when`. */
  readonly isConditional?: true | undefined;
  /** Set if it is a finally task. */
  readonly isFinal?: true | undefined;
  /** Set if the task has an `undo`. */
  readonly isUndoable?: true | undefined;
}
