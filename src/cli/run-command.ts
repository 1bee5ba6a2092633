import type { Command } from 'commander';
import { eventLogger } from '../observe/event-logger.ts';
import type { Job } from '../runtime/job.ts';
import { run } from '../runtime/run.ts';
import { inspectorPackage } from './inspector-package.ts';
import { cancelBySignals, describeEnd, drainedWithin, EXIT_CODES } from './job-end.ts';
import { addJobFlags, type JobFlags, jobOptions } from './job-flags.ts';
import { loadWorkflow } from './load-workflow.ts';
import { toPlain } from './plain-json.ts';
import { UsageError } from './usage-error.ts';
import { refuse, refuseUnwritable } from './write-output.ts';

interface RunFlags extends JobFlags {
  readonly report?: string;
  readonly events?: boolean;
  readonly json?: boolean;
  readonly silent?: boolean;
}

const HELP = `
FILE is a module of TypeScript or JavaScript. Its default export, or its only one, is a workflow or an array of tasks; what it
exports as \`options\` are the options of \`run\`, which flags override.

In a terminal the progress is shown (by log-update: npm install --save-dev log-update), elsewhere a line for each transition. Why a job
did not complete is printed to the standard error. Ctrl-C cancels the job and waits for its functions; a second Ctrl-C does not wait. When
the job ends by itself, functions that were aborted have --grace to return. A report is written by tintype-inspector:
npm install --save-dev tintype-inspector

Exit codes: 0 the job completed, 1 it failed, 2 the command was used wrongly, 4 the job timed out, 5 it was cancelled by a signal of
the file's options, 70 the command itself failed, 130 the job was cancelled by Ctrl-C, 143 by SIGTERM.

Examples:
  tintype run workflow.ts
  tintype run workflow.ts --context '{ "fruit": ["banana"] }' --max-concurrency 4
  tintype run workflow.ts --context-file context.json --json > result.json
  tintype run workflow.ts --report report.html`;

/** Adds `tintype run`. */
export function addRunCommand(program: Command): void {
  addJobFlags(program.command('run <file>').description('run a workflow once'))
    .option('--report <file>', 'write what happened to a page of HTML, one file, when the job has ended')
    .option('--events', 'print each event as one line of JSON')
    .option('--json', 'print the result as one JSON object')
    .option('--silent', 'print nothing')
    .addHelpText('after', HELP)
    .action(runWorkflow);
}

async function runWorkflow(file: string, flags: RunFlags): Promise<void> {
  const modes = (['events', 'json', 'silent'] as const).filter((mode) => flags[mode]);
  if (modes.length > 1) {
    throw new UsageError(`Only one of ${modes.map((mode) => `--${mode}`).join(' and ')} can be given`);
  }
  const loaded = await loadWorkflow(file);
  const options = await jobOptions(loaded, flags);
  const show = await shower(flags);
  const report = await reporter(flags);
  const job = run(loaded.tasks as Parameters<typeof run>[0], options) as Job;
  const exitCode = cancelBySignals(job);
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
}

/** What writes a report of a job; that it can, is seen before the job starts. */
async function reporter({ report: file }: RunFlags): Promise<(job: Job) => Promise<void>> {
  if (file === undefined) {
    return async () => {};
  }
  const { writeReport } = await inspectorPackage();
  await refuseUnwritable(file);
  return (job) => writeReport(job, file).catch((error) => refuse(file, error));
}

/** What shows a job; it is there before the job starts. */
async function shower({ events, json, silent }: RunFlags): Promise<(job: Job) => void> {
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
