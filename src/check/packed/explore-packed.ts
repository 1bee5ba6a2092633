import type { CheckPlan } from '../check-options.ts';
import { Inspector } from '../search/inspector.ts';
import { Suspicion } from '../tables/suspicion.ts';
import { PackedSearch } from './packed-search.ts';

/**
 * Visits all states of a job that isn't saved and has no branches, with numbers in place of objects. Returns undefined if that doesn't show that all laws hold:
 * then the states have to be explored with `explore`, which finds out what is wrong.
 */
export function explorePacked(plan: CheckPlan): { readonly inspector: Inspector; readonly search: PackedSearch } | undefined {
  if (plan.model.crash !== false || plan.model.isBranching) {
    return undefined;
  }
  const inspector = new Inspector(plan.model, plan);
  try {
    const search = new PackedSearch(plan, inspector);
    search.run();
    return { inspector, search };
  } catch (error) {
    if (error instanceof Suspicion) {
      return undefined;
    }
    throw error;
  }
}
