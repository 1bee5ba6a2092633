import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Command } from 'commander';
import { eventLogger } from '../observe/event-logger.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { run } from '../runtime/run.ts';
import { describeValue } from '../workflow/describe-value.ts';
import { type LoadedWorkflow, loadWorkflow } from './load-workflow.ts';
import { integer, milliseconds } from './model-flags.ts';
import { toPlain } from './plain-json.ts';
import { UsageError } from './usage-error.ts';

interface RunFlags {
  readonly context?: string;
  readonly contextFile?: string;
  readonly maxConcurrency?: number;
  readonly retries?: number;
  readonly timeout?: number;
  readonly events?: boolean;
  readonly json?: boolean;
  readonly silent?: boolean;
  readonly grace: number;
}

/** By how the job ended; cancelled by a signal is 128 and the number of the signal. */
const EXIT_CODES: Readonly<Record<JobResult['state'], number>> = { completed: 0, failed: 1, timedOut: 4, cancelled: 5 };
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

const HELP = `
FILE is a module of TypeScript or JavaScript. Its default export, or its only one, is a workflow or an array of tasks; what it
exports as \`options\` are the options of \`run\`, which flags override.

In a terminal the progress is shown (by log-update: npm install --save-dev log-update), elsewhere a line for each transition. Why a job
did not complete is printed to the standard error. Ctrl-C cancels the job and waits for its functions; a second Ctrl-C does not wait. When
the job ends by itself, functions that were aborted have --grace to return.

Exit codes: 0 the job completed, 1 it failed, 2 the command was used wrongly, 4 the job timed out, 5 it was cancelled by a signal of
the file's options, 70 the command itself failed, 130 the job was cancelled by Ctrl-C, 143 by SIGTERM.

Examples:
  tintype run workflow.ts
  tintype run workflow.ts --context '{ "fruit": ["banana"] }' --max-concurrency 4
  tintype run workflow.ts --context-file context.json --json > result.json`;

/** Adds `tintype run`. */
export function addRunCommand(program: Command): void {
  program
    .command('run <file>')
    .description('run a workflow once')
    .option('--context <json>', 'the initial context (default: as the file says)')
    .option('--context-file <file>', 'a JSON file with the initial context')
    .option(
      '--max-concurrency <n>',
      'how many attempts may run at the same time (default: as the file says, or Infinity)',
      integer,
    )
    .option('--retries <n>', 'maxRetries of the job (default: as the file says, or 5)', integer)
    .option('--timeout <ms>', 'the timeout of the job (default: as the file says, or none)', integer)
    .option('--events', 'print each event as one line of JSON')
    .option('--json', 'print the result as one JSON object')
    .option('--silent', 'print nothing')
    .option('--grace <ms>', 'how long functions have to return when the job has ended by itself', milliseconds, 5000)
    .addHelpText('after', HELP)
    .action(runWorkflow);
}

async function runWorkflow(file: string, flags: RunFlags): Promise<void> {
  const modes = (['events', 'json', 'silent'] as const).filter((mode) => flags[mode]);
  if (modes.length > 1) {
    throw new UsageError(`Only one of ${modes.map((mode) => `--${mode}`).join(' and ')} can be given`);
  }
  const loaded = await loadWorkflow(file);
  const options = await optionsOf(loaded, flags);
  const show = await shower(flags);
  const job = run(loaded.tasks as Parameters<typeof run>[0], options) as Job;
  const exitCode = cancelBySignals(job);
  show(job);
  const result = await job;
  if (flags.json) {
    console.log(JSON.stringify(toPlain({ ...result, tasks: [...result.tasks.values()] })));
  } else if (!flags.silent && result.state !== 'completed') {
    console.error(describeEnd(result));
  }
  process.exitCode = exitCode() ?? EXIT_CODES[result.state];
  // Who has pressed Ctrl-C waits, or presses it again.
  await (exitCode() === undefined ? drainedWithin(flags.grace, job) : job.drained);
}

/** Waits for the functions of a job that has ended, but not for ever: nobody may be there to end the process. */
async function drainedWithin(grace: number, job: Job): Promise<void> {
  const late = new AbortController();
  const tooLate = setTimeout(grace, 'late', { signal: late.signal }).catch(() => 'in time');
  if ((await Promise.race([job.drained, tooLate])) === 'late') {
    console.error(`Not all functions of the job have returned within ${grace} ms; they are left`);
  }
  late.abort();
}

async function optionsOf({ options }: LoadedWorkflow, flags: RunFlags): Promise<NonNullable<Parameters<typeof run>[1]>> {
  const context = await contextOf(flags);
  return {
    ...options,
    ...(context !== undefined && { context }),
    ...(flags.maxConcurrency !== undefined && { maxConcurrency: flags.maxConcurrency }),
    ...(flags.retries !== undefined && { maxRetries: flags.retries }),
    ...(flags.timeout !== undefined && { timeout: flags.timeout }),
  };
}

async function contextOf({ context, contextFile }: RunFlags): Promise<object | undefined> {
  if (context !== undefined && contextFile !== undefined) {
    throw new UsageError('Only one of --context and --context-file can be given');
  }
  const source = context === undefined ? `--context-file ${contextFile}` : '--context';
  const text = context ?? (contextFile === undefined ? undefined : await readText(contextFile));
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source} is no JSON: ${describeValue(error)}`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${describeValue(error)}`);
  }
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

/** Cancels the job at the first signal; ends the process at the second, or if the job has ended. Gives the exit code of the signal. */
function cancelBySignals(job: Job): () => number | undefined {
  let code: number | undefined;
  let hasEnded = false;
  job.on('job.*', ({ to }) => {
    hasEnded = to !== 'running';
  });
  for (const [signal, exitCode] of Object.entries(SIGNALS)) {
    process.on(signal, () => {
      if (hasEnded) {
        process.exit(exitCode);
      }
      code = exitCode;
      job.cancel(signal);
    });
  }
  return () => code;
}

function describeEnd(result: Exclude<JobResult, { state: 'completed' }>): string {
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
