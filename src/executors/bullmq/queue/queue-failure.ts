import { isTransient } from '../../../stores/redis/is-transient.ts';
import { withoutSecrets } from '../../../stores/redis/without-secrets.ts';
import type { AttemptMessage } from '../attempt-message.ts';
import { QueueFailedError } from '../errors/queue-failed-error.ts';

/** The error of an attempt for which Redis refused a command. */
export function queueFailure(message: AttemptMessage, why: string, error: unknown): QueueFailedError {
  const cause = withoutSecrets(error);
  return new QueueFailedError(message, `${why}: ${cause.message}`, { cause, isTransient: isTransient(error) });
}
