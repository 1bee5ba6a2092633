import { JobSuspendedError } from '../journal/errors/job-suspended-error.ts';
import type { JobEvent } from '../machines/events.ts';
import { eventLogger } from '../observe/event-logger.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { onOneLine } from '../values/describe-value.ts';
import type { Command } from './commander.ts';
import { departureCode, NothingLeftError, reasonOf, withoutDeparture } from './departure.ts';
import { describeContext } from './describe-context.ts';
import { describeEnd } from './describe-end.ts';
import { inspectorPackage } from './inspector-package.ts';
import { drained, drainedWithin, type EarlyEnding, endEarly, exitCodeOf } from './job-end.ts';
import { toPlain } from './plain-json.ts';
import { print, printError } from './print.ts';
import { UsageError } from './usage-error.ts';
import { refuse, refuseUnwritable } from './write-output.ts';

/** The flags for what a job prints. */
export interface ShowFlags {
  readonly report?: string;
  readonly events?: boolean;
  readonly json?: boolean;
  readonly silent?: boolean;
  readonly grace: number;
  readonly maxJobs?: number;
}

/** Adds the flags for what a job prints. */
export function addShowFlags(command: Command): Command {
  return command
    .option('--report <file>', 'write an HTML report of the job when it ends')
    .option('--events', 'print each event as a line of JSON')
    .option('--json', 'print the result as one JSON object, and nothing else')
    .option('--silent', "print nothing, unless the job can't run");
}

/** How a job is attended. */
export interface Attendance {
  /** Starts the job. */
  readonly start: () => Job;
  /** The command that continues a saved job. Signals suspend such a job; they cancel any other. */
  readonly resumeCommand?: ((id: string) => string) | undefined;
  /** Whether the job is saved only when it starts. */
  readonly isNew?: boolean;
  /** What a user might have forgotten, by how the job ended. */
  readonly hint?: ((result: JobResult) => string | undefined) | undefined;
  /** How this job and others are ended together. Jobs that are suspended, or can't run, are then described elsewhere. */
  readonly early?: EarlyEnding | undefined;
}

/**
 * Makes a function that starts a job, shows it, waits for its end, and returns whether a signal ended it. Throws now if the job can't be shown
 * as requested.
 * @throws {UsageError}
 */
export async function attendant(flags: ShowFlags): Promise<(attendance: Attendance) => Promise<boolean>> {
  const modes = (['events', 'json', 'silent'] as const).filter((mode) => flags[mode]);
  if (modes.length > 1) {
    throw new UsageError(`${modes.map((mode) => `--${mode}`).join(' and ')} can't be combined`);
  }
  const { show, isLive = false } = await shower(flags);
  const report = await reporter(flags);
  return async ({ start, resumeCommand, isNew = false, hint, early }) => {
    const job = start();
    let isSaved = !isNew;
    job.on('job.running', () => {
      isSaved = true;
    });
    let why: unknown;
    const suspend = (reason: unknown) => {
      why = reason;
      job.suspend();
    };
    const { exitCode, stop } =
      early ?? endEarly([job], { end: resumeCommand && suspend, ...((flags.silent || isLive) && { note: () => {} }) });
    show(job);
    const reported = report(job);
    const ended = await job;
    // It is suspended, so a process in which its tasks can settle may continue it.
    const result = isSuspended(ended) && why instanceof NothingLeftError ? { ...ended, error: why } : ended;
    const advice = isSuspended(ended) && isSaved ? continueWith(resumeCommand?.(job.id)) : undefined;
    if (early === undefined || (!isSuspended(result) && departureCode(reasonOf(result)) === undefined)) {
      printResult(result, flags, [hint?.(result), advice]);
    }
    const code = exitCode() ?? exitCodeOf(result);
    if (early === undefined || code !== 0) {
      process.exitCode = code;
    }
    await reported;
    // A second Ctrl-C exits at once, so there's no need for a limit after the first.
    await (exitCode() === undefined ? drainedWithin(flags.grace, job) : drained(job));
    if (early === undefined) {
      stop();
    }
    return exitCode() !== undefined;
  };
}

const isSuspended = (result: JobResult): result is Extract<JobResult, { state: 'detached' }> =>
  result.state === 'detached' && result.error instanceof JobSuspendedError;

const continueWith = (command: string | undefined): string | undefined => command && `Continue it with:\n  ${command}`;

function printResult(result: JobResult, { json, events, silent }: ShowFlags, notes: readonly (string | undefined)[]): void {
  if (result.state === 'completed') {
    if (events || silent) {
      return;
    }
    const text = json ? jsonOf(result) : describeContext(result.context);
    if (text !== '') {
      print(text);
    }
    return;
  }
  // A job that couldn't run has no result.
  const hasRun = departureCode(reasonOf(result)) === undefined;
  if (hasRun && json) {
    print(jsonOf(result));
  } else if (!hasRun || !silent) {
    printError(describeEnd(result));
  }
  for (const note of notes) {
    if (note !== undefined && !silent) {
      printError(note);
    }
  }
}

const jsonOf = (result: JobResult): string => JSON.stringify(toPlain({ ...result, tasks: [...result.tasks.values()] }));

/** Makes a function that writes a report of a job. */
async function reporter({ report: file }: ShowFlags): Promise<(job: Job) => Promise<void>> {
  if (file === undefined) {
    return async () => {};
  }
  const { writeReport } = await inspectorPackage();
  await refuseUnwritable(file);
  return (job) => writeReport(job, file).catch((error) => refuse(file, error));
}

interface Shower {
  /** Shows a job, before it starts. */
  readonly show: (job: Job) => void;
  /** Whether lines are updated in place, so that a line printed meanwhile would be overwritten. */
  readonly isLive?: boolean;
}

async function shower({ events, json, silent, maxJobs = 1 }: ShowFlags): Promise<Shower> {
  if (events) {
    const printEvent = (event: JobEvent) => print(JSON.stringify(toPlain(event)));
    return { show: (job) => void job.on('*', withoutDeparture(printEvent, 'allEvents')) };
  }
  if (json || silent) {
    return { show: () => {} };
  }
  const logLines = (job: Job) => {
    const write = maxJobs === 1 ? print : (line: string) => print(`${onOneLine(job.id)}: ${line}`);
    job.on('*', withoutDeparture(eventLogger(write, { causes: true }), 'nothing'));
  };
  if (!process.stdout.isTTY || maxJobs > 1) {
    // As `progress` does it, but without log-update.
    return { show: logLines };
  }
  const module = await import('../observe/progress.ts').catch(() => undefined);
  if (module === undefined) {
    console.error('Install log-update to see live progress: npm install --save-dev log-update');
    return { show: logLines };
  }
  const show = (job: Job) => {
    // It starts to draw with the first event, so there is nothing to erase for a job that can't run.
    let draw: ((event: never) => unknown) | undefined;
    const on = (_: string, listener: (event: never) => unknown) => {
      draw = listener;
    };
    const listener = withoutDeparture((event) => {
      if (draw === undefined) {
        module.progress({ snapshot: () => job.snapshot(), on } as unknown as Job);
      }
      draw?.(event as never);
    }, 'lastEvent');
    job.on('*', listener);
  };
  return { show, isLive: true };
}
