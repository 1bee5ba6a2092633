import type { Inspector } from '../search/inspector.ts';
import type { CheckWarning } from './check-report.ts';

/**
 * Hints at tasks that are skipped however a job goes, where branches come together, and branches; and at tasks whose effects are not undone.
 * Only of a complete search.
 */
export const hintsOf = (inspector: Inspector): CheckWarning[] => [...deadTasks(inspector), ...keptEffects(inspector)];

const deadTasks = ({ system, ran, skipped }: Inspector): CheckWarning[] =>
  system.tasks
    .filter(
      ({ name, spec }) => skipped.has(name) && !ran.has(name) && (spec.when !== undefined || spec.dependencies.length > 1),
    )
    .map(({ name, spec }) => {
      const why = spec.when === undefined ? 'this join is skipped on every path' : 'this branch is never taken';
      return { task: name, message: `${name} can never run: ${why}` };
    });

const keptEffects = ({ kept }: Inspector): CheckWarning[] =>
  [...kept].map((task) => ({
    task,
    message: `${task} has no undo, but it can complete in a job that then fails: its effects, if any, remain`,
  }));
