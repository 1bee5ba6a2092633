import type { JobLimits } from '../machines/messages.ts';
import { UNDONE_ENDS } from '../machines/undo-events.ts';
import { DEFAULT_BACKOFF, type RetryOptions } from '../workflow/options/retry-options.ts';
import type { SavedRetryPolicy } from './job-store.ts';

/** The part of a job's retry policy that can be saved. The default backoff is saved too, so a newer version can change it. */
export function savedPolicy({
  backoff = DEFAULT_BACKOFF,
  retryIf,
  onFailure,
  undo,
}: RetryOptions & Pick<JobLimits, 'onFailure' | 'undo'>): SavedRetryPolicy {
  return {
    ...(typeof backoff !== 'function' && { backoff }),
    ...(retryIf === true && { retryIf }),
    ...(onFailure !== 'stop' && { onFailure }),
    ...(undo.length < UNDONE_ENDS.length && { undo }),
  };
}
