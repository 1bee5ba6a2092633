import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Job } from '../runtime/job.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { describeValue } from '../workflow/describe-value.ts';
import { SIGNALS } from './exit-codes.ts';

/** By how the job ended, where no signal has cancelled it. */
export const EXIT_CODES: Readonly<Record<JobResult['state'], number>> = { completed: 0, failed: 1, timedOut: 4, cancelled: 5 };

/**
 * Ends a job at the first signal, by a cancel if nothing else is said, and calls `onLater` with the exit code of each signal after that, or after the job has ended.
 * @returns what gives the exit code of the signal that has cancelled the job, and what stops listening to signals
 */
export function cancelBySignals(
  job: Job,
  onLater: (exitCode: number) => void = (exitCode) => process.exit(exitCode),
  end: (signal: string) => void = (signal) => job.cancel(signal),
): { readonly exitCode: () => number | undefined; readonly stop: () => void } {
  let code: number | undefined;
  let hasEnded = false;
  job.on('job.*', ({ to }) => {
    hasEnded = to !== 'running';
  });
  const listeners = Object.entries(SIGNALS).map(([signal, exitCode]) => {
    const hear = () => {
      if (hasEnded) {
        onLater(exitCode);
        return;
      }
      code = exitCode;
      end(signal);
    };
    process.on(signal, hear);
    return () => process.off(signal, hear);
  });
  const stop = () => {
    for (const leave of listeners) {
      leave();
    }
  };
  return { exitCode: () => code, stop };
}

/** Waits for the functions of a job that has ended, but not for ever: nobody may be there to end the process. */
export async function drainedWithin(grace: number, job: Job): Promise<void> {
  const late = new AbortController();
  const tooLate = setTimeout(grace, 'late', { signal: late.signal }).catch(() => 'in time');
  if ((await Promise.race([job.drained, tooLate])) === 'late') {
    console.error(`Not all functions of the job have returned within ${grace} ms; they are left`);
  }
  late.abort();
}

/** Says why a job did not complete. */
export function describeEnd(result: Exclude<JobResult, { state: 'completed' }>): string {
  switch (result.state) {
    case 'failed': {
      const { task, reason, attempts, error } = result.failure;
      const times = attempts === 1 ? 'its only attempt' : `${attempts} attempts`;
      return `The job failed: task ${task} after ${times} (${reason})\n${inspect(error)}`;
    }
    case 'cancelled':
      return `The job was cancelled: ${describeValue(result.reason)}`;
    case 'timedOut':
      return `The job took longer than its timeout of ${result.timeout} ms`;
  }
}
