/** A saved task: enough to detect a changed workflow. */
export interface RecordedTask {
  readonly name: string;
  /** The names of all dependencies. */
  readonly dependencies: readonly string[];
  readonly continueOnFailure: boolean;
  /** The dependencies that only have to settle. Missing if there are none, as in jobs that an older version saved. */
  readonly settled?: readonly string[] | undefined;
  /** The groups of dependencies of which one has to complete. Missing if there are none. */
  readonly anyOf?: readonly (readonly string[])[] | undefined;
  /** Set if the task has a `when`. */
  readonly isConditional?: true | undefined;
}
