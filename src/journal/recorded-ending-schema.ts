import * as v from 'valibot';
import { LAST_PHASES } from '../machines/last-phases.ts';
import { ENDED_STATES } from './list/saved-states.ts';

/** The `ending` of a saved job, as JSON. */
export const recordedEndingSchema = v.object({
  at: v.number(),
  phase: v.picklist(LAST_PHASES),
  state: v.picklist(ENDED_STATES),
});
