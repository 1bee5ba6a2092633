import type { TaskExecution } from './task-definition.ts';

/** Keys for the work of a task in a job, and for each attempt. They are unique, whatever the names contain. */
export function idempotencyKeys(
  job: string,
  task: string,
  attempt: number,
): Pick<TaskExecution, 'idempotencyKey' | 'attemptKey'> {
  const idempotencyKey = `${keyPart(job)}/${keyPart(task)}`;
  return { idempotencyKey, attemptKey: `${idempotencyKey}/${attempt}` };
}

/** `encodeURIComponent` throws on half of a surrogate pair. */
const keyPart = (name: string): string =>
  name.replace(/(\p{Cs})|\P{Cs}+/gu, (part, half) =>
    half ? `%u${half.charCodeAt(0).toString(16)}` : encodeURIComponent(part),
  );
