import isPlainObject from 'is-plain-obj';
import * as v from 'valibot';
import { checkOptions } from '../workflow/check-options.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { OUTCOMES, type Outcome } from './model/choice.ts';

const OUTCOME_LIST = `an array of at least one of ${OUTCOMES.join(', ')}`;
const outcomes = v.pipe(v.array(v.picklist(OUTCOMES, OUTCOME_LIST), OUTCOME_LIST), v.minLength(1, OUTCOME_LIST));
const OUTCOMES_OPTION = `${OUTCOME_LIST}, or an object that maps task names to such arrays`;

export const outcomesOption = v.optional(v.union([outcomes, v.custom(isPlainObject, OUTCOMES_OPTION)], OUTCOMES_OPTION));

/**
 * Reads how the attempts of each task may end.
 * @param names the task names; undefined if the tasks are invalid
 */
export function readOutcomes(
  source: readonly Outcome[] | Readonly<Record<string, readonly Outcome[] | undefined>> | undefined,
  names: readonly string[] | undefined,
  report: (problem: WorkflowProblem) => void,
): (task: string) => readonly Outcome[] {
  if (source === undefined || Array.isArray(source)) {
    return () => [...new Set(source ?? OUTCOMES)];
  }
  const byTask = checkOptions(
    source,
    Object.fromEntries((names ?? Object.keys(source)).map((name) => [name, v.optional(outcomes)])),
    () => ({ subject: 'The check' }),
    report,
    'outcomes.',
  ) as Record<string, readonly Outcome[]>;
  return (task) => [...new Set((Object.hasOwn(byTask, task) && byTask[task]) || OUTCOMES)];
}
