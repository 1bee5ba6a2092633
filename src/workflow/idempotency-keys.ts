import type { TaskExecution } from './task-definition.ts';

/** Names what a task does in a job, and each attempt at it. No two of them have the same name, whatever is in the names. */
export function idempotencyKeys(
  job: string,
  task: string,
  attempt: number,
): Pick<TaskExecution, 'idempotencyKey' | 'attemptKey'> {
  const idempotencyKey = `${keyPart(job)}/${keyPart(task)}`;
  return { idempotencyKey, attemptKey: `${idempotencyKey}/${attempt}` };
}

/** `encodeURIComponent` refuses the halves of surrogate pairs. */
const keyPart = (name: string): string =>
  name.replace(/(\p{Cs})|\P{Cs}+/gu, (part, half) =>
    half ? `%u${half.charCodeAt(0).toString(16)}` : encodeURIComponent(part),
  );
