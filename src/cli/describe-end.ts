import { JobSuspendedError } from '../journal/errors/job-suspended-error.ts';
import type { TaskFailure, TaskReport } from '../runtime/events/task-report.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { describeValue, onOneLine } from '../values/describe-value.ts';
import { departureCode, reasonOf } from './departure.ts';
import { describeThrown } from './describe-context.ts';

const SENT_BY: Readonly<Record<string, string>> = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM' };

/** Why a job didn't complete, what else failed, and what was undone. */
export function describeEnd(result: Exclude<JobResult, { state: 'completed' }>): string {
  const { failures } = result;
  switch (result.state) {
    case 'failed': {
      const [first = result.failure, ...others] = failures;
      return lines(`The job failed: ${describeFailure(first)}`, others, result);
    }
    case 'cancelled':
      return lines(describeReason(reasonOf(result)), failures, result);
    case 'detached':
      return describeReason(reasonOf(result));
    case 'timedOut':
      return lines(`The job timed out: it took longer than ${result.timeout} ms`, failures, result);
  }
}

const lines = (first: string, others: readonly TaskFailure[], result: JobResult): string =>
  [first, ...others.map(describeOther), ...describeUndo(result)].join('\n');

/** Which tasks were undone, and which should have been but weren't. */
function describeUndo({ tasks }: JobResult): string[] {
  const reports = [...tasks.values()];
  const undone = reports.filter(({ state }) => state === 'undone').map(({ task }) => onOneLine(task));
  const left = reports.flatMap(whyLeft);
  return [
    ...(undone.length > 0 ? [`Undone: ${listOf(undone)}`] : []),
    ...(left.length > 0 ? [`Not undone: ${listOf(left)}`] : []),
  ];
}

function whyLeft({ task, state, undo }: TaskReport): string[] {
  const name = onOneLine(task);
  if (state === 'undoFailed') {
    return [`${name} (its undo failed)`];
  }
  return undo?.blockedBy === undefined ? [] : [`${name} (the undo of ${onOneLine(undo.blockedBy)} failed)`];
}

/** How many tasks are named. */
const SHOWN = 10;

const listOf = (names: readonly string[]): string =>
  names.length > SHOWN ? `${names.slice(0, SHOWN).join(', ')} and ${names.length - SHOWN} more` : names.join(', ');

function describeFailure({ task, reason, attempts, error, isUndo }: TaskFailure): string {
  const name = `${isUndo ? 'the undo of ' : ''}task ${onOneLine(task)}`;
  const times = attempts === 1 ? 'its only attempt' : `${attempts} attempts`;
  const what = attempts === 0 ? `the condition of ${name}` : `${name} after ${times}`;
  return `${what} (${reason})\n${describeThrown(error)}`;
}

const describeOther = (failure: TaskFailure): string => `Also failed: ${describeFailure(failure)}`;

/** Why a job was cancelled or left this process. */
export function describeReason(reason: unknown): string {
  if (reason instanceof JobSuspendedError) {
    return 'The job is suspended';
  }
  if (departureCode(reason) !== undefined) {
    return (reason as Error).message
      .replace('return true from `onChange`', 'accept the changes with --accept-changes')
      .replace('resume it with `retryStuck: true`', 'resume it with --retry-stuck');
  }
  const sender = typeof reason === 'string' ? SENT_BY[reason] : undefined;
  return sender === undefined ? `The job was cancelled: ${describeValue(reason)}` : `The job was cancelled by ${sender}`;
}
