import isPlainObject from 'is-plain-obj';
import { checkOptions } from '../workflow/options/check-options.ts';
import { optional, schema } from '../workflow/options/option-schemas.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { OUTCOMES, type Outcome } from './model/choice.ts';

const OUTCOME_LIST = `an array of at least one of ${OUTCOMES.join(', ')}`;
const outcomes = schema(
  OUTCOME_LIST,
  (value) => Array.isArray(value) && value.length > 0 && value.every((one) => OUTCOMES.includes(one)),
);
const OUTCOMES_OPTION = `${OUTCOME_LIST}, or an object that maps task names to such arrays`;

export const outcomesOption = optional(
  schema(
    (value) => (Array.isArray(value) && value.length === 0 ? OUTCOME_LIST : OUTCOMES_OPTION),
    (value) => outcomes.accepts(value) || isPlainObject(value),
  ),
);

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
    Object.fromEntries((names ?? Object.keys(source)).map((name) => [name, optional(outcomes)])),
    () => ({ subject: 'The check' }),
    report,
    'outcomes.',
  ) as Record<string, readonly Outcome[]>;
  return (task) => [...new Set((Object.hasOwn(byTask, task) && byTask[task]) || OUTCOMES)];
}

/** How attempts to undo a task may end: their results are ignored, so none is invalid. */
export const withoutGarbage = (ofTask: readonly Outcome[]): readonly Outcome[] => [
  ...new Set(ofTask.map((outcome) => (outcome === 'garbage' ? 'returns' : outcome))),
];
