import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { isLastPhase, type LastPhase } from '../machines/last-phases.ts';
import { endsJob } from '../observe/ends-job.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { quote } from '../values/describe-value.ts';
import { departureCode, NothingLeftError, reasonOf } from './departure.ts';
import { NOTHING_LEFT, SIGNALS } from './exit-codes.ts';
import { printError } from './print.ts';

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
  /** Receives a note for a user who tries to end a job that can't be ended. */
  readonly note?: ((text: string) => void) | undefined;
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
  { end, onLater = (exitCode) => process.exit(exitCode), note = printError }: EarlyEnd,
): EarlyEnding {
  let code: number | undefined;
  let hasHeard = false;
  const unended = new Set(jobs);
  const endAll = end ?? ((reason: unknown) => cancelAll(jobs, reason));
  for (const job of jobs) {
    job.on('job.*', (event) => {
      if (endsJob(event)) {
        unended.delete(job);
      } else if (code !== undefined && event.to !== 'running') {
        note(LAST[event.to]);
      }
    });
  }
  const listeners = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const hear = () => {
      if (hasHeard || unended.size === 0) {
        onLater(exitCode);
        return;
      }
      hasHeard = true;
      const last = end === undefined ? lastPhaseOf(jobs) : undefined;
      if (last === undefined) {
        code = exitCode;
        endAll(signal);
      } else {
        note(`It's too late to cancel the job. ${LAST[last]}`);
      }
    };
    process.on(signal, hear);
    return () => process.off(signal, hear);
  });
  const giveUp = () => {
    if (unended.size > 0) {
      code ??= NOTHING_LEFT;
      endAll(new NothingLeftError(describeNeverSettled(jobs)));
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

const LAST: Readonly<Record<LastPhase, string>> = {
  undoing: 'Undoing its tasks; press Ctrl-C again to exit at once',
  finishing: 'Running its finally tasks; press Ctrl-C again to exit at once',
};

/** What the jobs are doing that can't be cancelled anymore; undefined if one can be. */
function lastPhaseOf(jobs: readonly Job[]): LastPhase | undefined {
  const states = jobs.map((job) => job.snapshot().state);
  return states.every(isLastPhase) ? states[0] : undefined;
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
