import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { JobSuspendedError } from '../journal/errors/job-suspended-error.ts';
import type { TaskFailure } from '../runtime/events/task-report.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { describeValue, onOneLine, quote } from '../values/describe-value.ts';
import { departureCode, NothingLeftError, reasonOf } from './departure.ts';
import { describeThrown } from './describe-context.ts';
import { NOTHING_LEFT, SIGNALS } from './exit-codes.ts';

const EXIT_CODES: Readonly<Record<JobResult['state'], number>> = {
  completed: 0,
  failed: 1,
  timedOut: 4,
  cancelled: 5,
  detached: 5,
};

/** The exit code for a job that no signal ended. */
export function exitCodeOf(result: JobResult): number {
  return departureCode(reasonOf(result)) ?? EXIT_CODES[result.state];
}

interface EarlyEnd {
  /** Ends the jobs; cancels them by default. */
  readonly end?: ((reason: unknown) => void) | undefined;
  /** Receives the exit code of each signal after the first, or after the jobs have ended; exits by default. */
  readonly onLater?: (exitCode: number) => void;
}

/** How jobs are ended early. */
export interface EarlyEnding {
  /** The exit code, if they were. */
  readonly exitCode: () => number | undefined;
  /** Stops listening. */
  readonly stop: () => void;
}

/** Ends jobs on the first signal, or when their tasks can never settle because the event loop is empty. */
export function endEarly(
  jobs: readonly Job[],
  { end = (reason) => cancelAll(jobs, reason), onLater = (exitCode) => process.exit(exitCode) }: EarlyEnd,
): EarlyEnding {
  let code: number | undefined;
  const unended = new Set(jobs);
  for (const job of jobs) {
    job.on('job.*', ({ to }) => void (to === 'running' || unended.delete(job)));
  }
  const listeners = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const hear = () => {
      if (unended.size === 0) {
        onLater(exitCode);
        return;
      }
      code = exitCode;
      end(signal);
    };
    process.on(signal, hear);
    return () => process.off(signal, hear);
  });
  const giveUp = () => {
    if (unended.size > 0) {
      code ??= NOTHING_LEFT;
      end(new NothingLeftError(describeNeverSettled(jobs)));
    }
  };
  process.on('beforeExit', giveUp);
  const stop = () => {
    process.off('beforeExit', giveUp);
    for (const leave of listeners) {
      leave();
    }
  };
  return { exitCode: () => code, stop };
}

function cancelAll(jobs: readonly Job[], reason: unknown): void {
  for (const job of jobs) {
    job.cancel(reason);
  }
}

const SHOWN = 10;

function describeNeverSettled(jobs: readonly Job[]): string {
  const tasks = jobs.flatMap((job) => [...job.snapshot().tasks]);
  const running = tasks.filter(([, { state }]) => state === 'running');
  const names = running.map(([name]) => quote(name));
  if (names.length === 1) {
    return `Task ${names[0]} can't complete: its promise can never settle`;
  }
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `Tasks ${names.slice(0, SHOWN).join(', ')}${more} can't complete: their promises can never settle`;
}

/** Waits for the functions of a job that has ended, unless they can never return because the event loop is empty. */
export async function drained(job: Job): Promise<void> {
  const over = new AbortController();
  await Promise.race([job.drained, once(process, 'beforeExit', { signal: over.signal }).catch(() => {})]);
  over.abort();
}

/** Waits for the functions of a job that has ended, but not forever: nobody may be there to end the process. */
export async function drainedWithin(grace: number, job: Job): Promise<void> {
  const late = new AbortController();
  const tooLate = setTimeout(grace, 'late', { signal: late.signal }).catch(() => 'in time');
  if ((await Promise.race([job.drained, tooLate])) === 'late') {
    console.error(`Some functions of the job didn't return within ${grace} ms; exiting without waiting for them`);
  }
  late.abort();
}

const SENT_BY: Readonly<Record<string, string>> = { SIGINT: 'Ctrl-C', SIGTERM: 'SIGTERM' };

/** Why a job didn't complete. */
export function describeEnd(result: Exclude<JobResult, { state: 'completed' }>): string {
  switch (result.state) {
    case 'failed': {
      const [first = result.failure, ...others] = result.failures;
      return [`The job failed: ${describeFailure(first)}`, ...others.map(describeOther)].join('\n');
    }
    case 'cancelled':
      return [describeReason(reasonOf(result)), ...result.failures.map(describeOther)].join('\n');
    case 'detached':
      return describeReason(reasonOf(result));
    case 'timedOut':
      return [`The job timed out: it took longer than ${result.timeout} ms`, ...result.failures.map(describeOther)].join('\n');
  }
}

function describeFailure({ task, reason, attempts, error }: TaskFailure): string {
  const name = onOneLine(task);
  const times = attempts === 1 ? 'its only attempt' : `${attempts} attempts`;
  const what = attempts === 0 ? `the condition of task ${name}` : `task ${name} after ${times}`;
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
