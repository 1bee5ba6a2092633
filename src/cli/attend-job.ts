import type { Command } from 'commander';
import { eventLogger } from '../observe/event-logger.ts';
import type { Job } from '../runtime/job.ts';
import { inspectorPackage } from './inspector-package.ts';
import { cancelBySignals, describeEnd, drainedWithin, EXIT_CODES } from './job-end.ts';
import { toPlain } from './plain-json.ts';
import { UsageError } from './usage-error.ts';
import { refuse, refuseUnwritable } from './write-output.ts';

/** The flags that say what is shown of a job. */
export interface ShowFlags {
  readonly report?: string;
  readonly events?: boolean;
  readonly json?: boolean;
  readonly silent?: boolean;
  readonly grace: number;
}

/** Adds the flags that say what is shown of a job. */
export function addShowFlags(command: Command): Command {
  return command
    .option('--report <file>', 'write what happened to a page of HTML, one file, when the job has ended')
    .option('--events', 'print each event as one line of JSON')
    .option('--json', 'print the result as one JSON object')
    .option('--silent', 'print nothing');
}

/**
 * What starts a job, shows it, and waits until it has ended, and says whether a signal has ended it; that it can be shown, is seen before.
 * @throws {UsageError}
 */
export async function attendant(flags: ShowFlags): Promise<(start: () => Job, end?: (job: Job) => void) => Promise<boolean>> {
  const modes = (['events', 'json', 'silent'] as const).filter((mode) => flags[mode]);
  if (modes.length > 1) {
    throw new UsageError(`Only one of ${modes.map((mode) => `--${mode}`).join(' and ')} can be given`);
  }
  const show = await shower(flags);
  const report = await reporter(flags);
  return async (start, end) => {
    const job = start();
    const { exitCode, stop } = cancelBySignals(job, undefined, end && (() => end(job)));
    show(job);
    const reported = report(job);
    const result = await job;
    if (flags.json) {
      console.log(JSON.stringify(toPlain({ ...result, tasks: [...result.tasks.values()] })));
    } else if (!flags.silent && result.state !== 'completed') {
      console.error(describeEnd(result));
    }
    process.exitCode = exitCode() ?? EXIT_CODES[result.state];
    await reported;
    // Who has pressed Ctrl-C waits, or presses it again.
    await (exitCode() === undefined ? drainedWithin(flags.grace, job) : job.drained);
    stop();
    return exitCode() !== undefined;
  };
}

/** What writes a report of a job; that it can, is seen before the job starts. */
async function reporter({ report: file }: ShowFlags): Promise<(job: Job) => Promise<void>> {
  if (file === undefined) {
    return async () => {};
  }
  const { writeReport } = await inspectorPackage();
  await refuseUnwritable(file);
  return (job) => writeReport(job, file).catch((error) => refuse(file, error));
}

/** What shows a job; it is there before the job starts. */
async function shower({ events, json, silent }: ShowFlags): Promise<(job: Job) => void> {
  if (events) {
    return (job) => void job.on('*', (event) => console.log(JSON.stringify(toPlain(event))));
  }
  if (json || silent) {
    return () => {};
  }
  if (!process.stdout.isTTY) {
    // As `progress` has it there, but without need of what draws in a terminal.
    return (job) => void job.on('*', eventLogger(console.log, { causes: true }));
  }
  const { progress } = await import('../observe/progress.ts').catch(() => {
    throw new UsageError(
      'Progress is shown by log-update: npm install --save-dev log-update, or say --events, --json or --silent',
    );
  });
  return progress;
}
