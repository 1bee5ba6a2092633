import * as v from 'valibot';
import type { Outcomes } from '../workflow/task-definition.ts';

/** The outcomes of dependencies, as they travel with an attempt. An array, since a task can have the name of any property. */
export const sentOutcomesSchema = v.array(
  v.variant('state', [
    v.object({ task: v.string(), state: v.picklist(['completed', 'skipped']) }),
    v.object({ task: v.string(), state: v.literal('failed'), error: v.string() }),
  ]),
);

export type SentOutcomes = v.InferOutput<typeof sentOutcomesSchema>;

export const packOutcomes = (outcomes: Outcomes, packError: (error: unknown) => string): SentOutcomes =>
  Object.entries(outcomes).map(([task, { state, error }]) =>
    state === 'failed' ? { task, state, error: packError(error) } : { task, state },
  );

export function unpackOutcomes(sent: SentOutcomes, unpackError: (text: string) => unknown): Outcomes {
  const outcomes = sent.map((outcome): [string, Outcomes[string]] => {
    const { task, state } = outcome;
    return [task, state === 'failed' ? { state, error: unpackError(outcome.error) } : { state }];
  });
  return Object.freeze(Object.fromEntries(outcomes));
}
