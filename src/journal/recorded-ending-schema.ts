import * as v from 'valibot';
import { ENDED_STATES } from './list/saved-states.ts';

/** The `ending` of a saved job, as JSON. */
export const recordedEndingSchema = v.object({
  at: v.number(),
  phase: v.picklist(['undoing', 'finishing']),
  state: v.picklist(ENDED_STATES),
});
