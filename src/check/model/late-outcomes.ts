import type { ModelTask } from './model-task.ts';

/** What was saved after a failure, by task: outcomes of attempts, and decisions about conditions. */
export interface LateOutcomes {
  readonly attempts: ReadonlySet<ModelTask>;
  readonly decisions: ReadonlySet<ModelTask>;
}

export const NONE_LATE: LateOutcomes = { attempts: new Set(), decisions: new Set() };

/**
 * What a resumed job with `finishRunning` takes for saved after its failure. In the model no time passes, so that is everything that settled a
 * task, except failures, and what others went on from.
 */
export function lateOutcomes(tasks: readonly ModelTask[]): LateOutcomes {
  const fails = ({ record, spec }: ModelTask) =>
    spec.continueOnFailure !== true && (record.decision === 'throws' || record.decisions.at(-1) === 'giveUp');
  if (!tasks.some(fails)) {
    return NONE_LATE;
  }
  const before = new Set(tasks.filter(({ record }) => record.hasBegun).flatMap(({ dependencies }) => dependencies));
  const rest = tasks.filter((task) => !fails(task) && !before.has(task));
  const last = ({ record }: ModelTask) => record.decisions.at(-1);
  return {
    attempts: new Set(rest.filter((task) => last(task) === 'succeeded' || last(task) === 'giveUp')),
    decisions: new Set(rest.filter(({ record }) => record.decision === 'skips' || record.decision === 'throws')),
  };
}
