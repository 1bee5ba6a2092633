import isNetworkError from 'is-network-error';
import { isError } from '../../values/is-error.ts';

/** The names of errors that the next attempt would fail with, too. */
const LASTING: ReadonlySet<string> = new Set([
  // Programming errors.
  'TypeError',
  'ReferenceError',
  'RangeError',
  'InvalidWorkflowError',
  'InvalidArgumentError',
  'NotStorableError',
  'NotCloneableError',
  'WorkerModuleError',
  'NoWorkerThreadsError',
  // The executor no longer runs anything.
  'WorkerThreadsClosedError',
  'BullmqClosedError',
  // The attempt kills the workers that run it.
  'WorkerDiedError',
]);

/** How Deno and Firefox report a dropped connection; `is-network-error` doesn't know these messages. */
const BROKEN_OFF = /^error (sending request|reading a body)|^Error in (body|input) stream/;

/** The code of a failed system call, which Bun sets on its fetch errors. Codes for invalid arguments, such as `ERR_INVALID_URL`, don't match. */
const SYSTEM_CODE = /^E(AI_)?[A-Z]+$/;

/**
 * The default `retryIf`: retries every error except those that the next attempt would fail with, too: `TypeError`, `ReferenceError`,
 * `RangeError`, and of this library `InvalidWorkflowError`, `InvalidArgumentError`, `NotStorableError`, `NotCloneableError`,
 * `WorkerModuleError`, `NoWorkerThreadsError`, `WorkerThreadsClosedError`, `BullmqClosedError`, `WorkerDiedError`, and `QueueFailedError`
 * unless it `isTransient`. The `TypeError` that `fetch` throws when the network fails is retried. If a task returns a job that fails, the
 * error of that job's task decides. Errors are recognized by `name`, so errors from other realms, threads and processes get the same
 * verdict. Never throws.
 * @example
 * run(flow, { retryIf: (error) => defaultRetryIf(error) && !(error instanceof OutOfStockError) });
 */
export function defaultRetryIf(error: unknown): boolean {
  try {
    const origin = originOf(error);
    return !isLasting(origin) || isFetchFailure(origin);
  } catch {
    // Its properties can't be read, so there is no reason not to retry.
    return true;
  }
}

/** Jobs within jobs are rarely nested more deeply. */
const MAX_DEPTH = 100;

/** What made the innermost job fail. */
function originOf(error: unknown): unknown {
  let origin = error;
  for (let depth = 0; depth < MAX_DEPTH && (origin as Error | undefined)?.name === 'JobFailedError'; depth += 1) {
    origin = (origin as Error).cause;
  }
  return origin;
}

const isLasting = (error: unknown): error is Error => isError(error) && (LASTING.has(error.name) || isRefusedByQueue(error));

/** Whether waiting for the queue is no use, for example because Redis refuses the password. */
const isRefusedByQueue = (error: Error & { readonly isTransient?: unknown }): boolean =>
  error.name === 'QueueFailedError' && error.isTransient === false;

function isFetchFailure(error: Error): boolean {
  const { name, message, code } = error as Error & { code?: unknown };
  return (
    name === 'TypeError' &&
    (isNetworkError(error) || BROKEN_OFF.test(message) || (typeof code === 'string' && SYSTEM_CODE.test(code)))
  );
}
