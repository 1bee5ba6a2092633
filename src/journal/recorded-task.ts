/** A saved task: enough to detect a changed workflow. */
export interface RecordedTask {
  readonly name: string;
  /** The names of all dependencies. */
  readonly dependencies: readonly string[];
  readonly continueOnFailure: boolean;
  /** The dependencies that only have to settle. Missing if there are none, as in jobs saved by an older version. */
  readonly settled?: readonly string[] | undefined;
  /** The groups of dependencies, one of which has to complete. Missing if there are none. */
  readonly anyOf?: readonly (readonly string[])[] | undefined;
  /** Set if the task has a `when`. */
  readonly isConditional?: true | undefined;
  /** Set if it is a finally task. */
  readonly isFinal?: true | undefined;
  /** Set if the task has an `undo`. */
  readonly isUndoable?: true | undefined;
}
