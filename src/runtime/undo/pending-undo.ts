/** Why a task that must be undone isn't being undone yet, or won't be. */
export interface PendingUndo<Name extends string = string> {
  /** The tasks to undo first, because they depend on it. */
  readonly waitingFor: readonly Name[];
  /** Whether an aborted function of the task is still running. The undo waits for it, but no longer than the undo's timeout. */
  readonly isRunning: boolean;
  /** The dependent whose failed undo keeps this task from being undone. */
  readonly blockedBy?: Name;
}
