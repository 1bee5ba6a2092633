import type { Codec } from '../../../journal/job-store.ts';
import { raise } from '../../../values/raise.ts';
import { type AttemptMessage, WORKER_DIED } from '../attempt-message.ts';
import { unpackResult } from '../attempt-result.ts';
import { RemoteAttemptError } from '../errors/remote-attempt-error.ts';
import { WorkerDiedError } from '../errors/worker-died-error.ts';

/** Returns or throws what the function of an attempt did. */
export function replay(message: AttemptMessage, result: unknown, codec: Codec): unknown {
  let outcome: ReturnType<typeof unpackResult>;
  try {
    outcome = unpackResult(message.task, result, codec);
  } catch (cause) {
    throw new RemoteAttemptError(message, "the result in Redis can't be read", { cause });
  }
  return 'threw' in outcome ? raise(outcome.threw) : outcome.returned;
}

/** The error of an attempt that BullMQ counts as failed. */
export function failureOf(message: AttemptMessage, reason: string): Error {
  return reason === WORKER_DIED
    ? new WorkerDiedError(message, message.maxWorkerDeaths + 1)
    : new RemoteAttemptError(message, reason);
}
