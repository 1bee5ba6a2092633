import type { TaskState } from '../machines/events.ts';

/**
 * Why a task was skipped by its condition or because of a dependency, such as `its condition` or `settle failed`; undefined if it was
 * skipped because its job ended.
 * @param origin the task that kept it from running
 * @param state the state of that task, if it is known
 */
export function skipReason(
  reason: string | undefined,
  origin: string | undefined,
  state: TaskState | undefined,
): string | undefined {
  if (reason === 'condition') {
    return 'its condition';
  }
  return reason === 'dependency' ? `${origin} ${WORDS[state as keyof typeof WORDS] ?? "didn't complete"}` : undefined;
}

const WORDS = { failed: 'failed', skipped: 'was skipped' } as const;
