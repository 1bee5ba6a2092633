import * as v from 'valibot';
import { DEFAULT_BACKOFF, type RetryOptions } from '../../workflow/retry-options.ts';
import type { SavedRetryPolicy } from './job-store.ts';

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

/** What `savedPolicy` returns, as JSON. */
export const savedPolicySchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    backoff: v.optional(v.union([amount, v.object({ initial: amount, factor: amount, max: amount, jitter: v.boolean() })])),
    retryIf: v.optional(v.literal(true)),
  }),
);

/** The part of a job's retry policy that can be saved. The default backoff is saved too, so a newer version can change it. */
export function savedPolicy({ backoff = DEFAULT_BACKOFF, retryIf }: RetryOptions): SavedRetryPolicy {
  return {
    ...(typeof backoff !== 'function' && { backoff }),
    ...(retryIf === true && { retryIf }),
  };
}
