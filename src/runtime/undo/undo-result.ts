/** What a job reports about the tasks that it undoes. */
export type UndoResult = 'none' | 'done' | 'incomplete';

/**
 * Whether tasks were undone, and whether all that had to be were.
 * @param states the states of what undoes them
 */
export function undoResult(states: readonly string[]): UndoResult {
  if (states.length === 0) {
    return 'none';
  }
  return states.every((state) => state === 'completed') ? 'done' : 'incomplete';
}
