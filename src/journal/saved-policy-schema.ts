import * as v from 'valibot';

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));

/** What `savedPolicy` returns, as JSON. */
export const savedPolicySchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    backoff: v.optional(v.union([amount, v.object({ initial: amount, factor: amount, max: amount, jitter: v.boolean() })])),
    retryIf: v.optional(v.literal(true)),
    undo: v.optional(v.array(v.picklist(['failed', 'cancelled', 'timedOut']))),
    onFailure: v.optional(v.picklist(['stop', 'finishRunning', 'keepGoing'])),
  }),
);
