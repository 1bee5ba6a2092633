import type { UndoneFrom } from '../../machines/undo-events.ts';
import { idempotencyKeys } from '../../workflow/idempotency-keys.ts';
import type { DependencyOutcome, JobEnding, Outcomes, UndoneOutcome } from '../../workflow/task-definition.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import type { AttemptRequest, UndoDetails } from '../executor.ts';
import type { TaskNode } from '../machines/task-node.ts';
import type { UndoNode } from '../undo/undo-phase.ts';

/** What the execution of some attempts has in addition. */
export type ExecutionDetails = { readonly outcomes?: Outcomes; readonly ending?: JobEnding } | UndoDetails;

const NONE: AttemptDetails = { outcomes: Object.freeze({}), ending: undefined, undo: undefined };

/** The details of an attempt, as executors get them. */
export type AttemptDetails = Pick<AttemptRequest, 'outcomes' | 'ending' | 'undo'>;

export function attemptDetails(details: ExecutionDetails | undefined): AttemptDetails {
  return details === undefined ? NONE : { ...NONE, ...('forwardKey' in details ? { undo: details } : details) };
}

/** The outcomes of the dependencies that need not complete. */
export function outcomesOf(edges: NonNullable<TaskSpec['edges']>, nodeOf: (task: string) => TaskNode | undefined): Outcomes {
  const outcomes = [...edges.keys()].map((name): [string, DependencyOutcome] => {
    const { state, error } = (nodeOf(name) as TaskNode).record;
    return [name, state === 'failed' ? { state, error } : { state: state as 'completed' | 'skipped' }];
  });
  return Object.freeze(Object.fromEntries(outcomes));
}

/** What an attempt to undo a task receives about it. */
export function undoDetails(
  job: string,
  { of: { record }, before }: UndoNode,
  output: object | undefined,
  attempt: number,
): UndoDetails {
  const { idempotencyKey: forwardKey } = idempotencyKeys(job, record.task, attempt);
  const idempotencyKey = `${forwardKey}/undo`;
  return {
    outcome: outcomeOf(before, record.error, output),
    forwardKey,
    idempotencyKey,
    attemptKey: `${idempotencyKey}/${attempt}`,
  };
}

function outcomeOf(state: UndoneFrom, error: unknown, output: object | undefined): UndoneOutcome {
  switch (state) {
    case 'completed':
      return { state, output };
    case 'failed':
      return { state, error };
    // A task that had begun can be skipped after a resume with another workflow.
    case 'cancelled':
    case 'skipped':
      return { state: 'cancelled' };
  }
}
