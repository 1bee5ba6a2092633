/** Why a task that has to be undone isn't yet, or won't be. */
export interface PendingUndo<Name extends string = string> {
  /** The tasks that have to be undone first, since they depend on it. */
  readonly waitingFor: readonly Name[];
  /** Whether a function of the task that was aborted hasn't returned. The undo waits for it, but not for longer than its timeout. */
  readonly isRunning: boolean;
  /** A task that depends on it, and whose undo failed: so this one is left as it is. */
  readonly blockedBy?: Name;
}
