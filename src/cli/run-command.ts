import type { Command } from 'commander';
import type { Job } from '../runtime/job.ts';
import { run } from '../runtime/run.ts';
import { addShowFlags, attendant, type ShowFlags } from './attend-job.ts';
import { addJobFlags, type JobFlags, jobOptions } from './job-flags.ts';
import { loadWorkflow } from './load-workflow.ts';
import { STORE, withStore } from './open-store.ts';
import { addQueueFlags, type QueueFlags, withExecutor } from './queue-flags.ts';
import { UsageError } from './usage-error.ts';

interface RunFlags extends JobFlags, ShowFlags, QueueFlags {
  readonly store?: string;
  readonly id?: string;
}

const HELP = `
FILE is a module of TypeScript or JavaScript. Its default export, or its only one, is a workflow or an array of tasks; what it
exports as \`options\` are the options of \`run\`, which flags override.

In a terminal the progress is shown (by log-update: npm install --save-dev log-update), elsewhere a line for each transition. Why a job
did not complete is printed to the standard error. Ctrl-C cancels the job and waits for its functions; a second Ctrl-C does not wait. When
the job ends by itself, functions that were aborted have --grace to return. A report is written by tintype-inspector:
npm install --save-dev tintype-inspector

A job with --store is kept by libsql or better-sqlite3, and devalue: npm install libsql devalue. In Redis it is kept by ioredis. Ctrl-C
suspends it, and \`tintype resume\` continues it.

With --redis, attempts are run by \`tintype worker\`, through bullmq: npm install bullmq ioredis devalue

Exit codes: 0 the job completed, 1 it failed, 2 the command was used wrongly, 4 the job timed out, 5 it was cancelled by a signal of
the file's options, 70 the command itself failed, 130 the job was cancelled by Ctrl-C, 143 by SIGTERM.

Examples:
  tintype run workflow.ts
  tintype run workflow.ts --context '{ "fruit": ["banana"] }' --max-concurrency 4
  tintype run workflow.ts --context-file context.json --json > result.json
  tintype run workflow.ts --report report.html
  tintype run workflow.ts --store jobs.db --id nightly-7
  tintype run workflow.ts --redis redis://127.0.0.1 --store redis://127.0.0.1`;

/** Adds `tintype run`. */
export function addRunCommand(program: Command): void {
  addQueueFlags(addShowFlags(addJobFlags(program.command('run <file>').description('run a workflow once'))))
    .option('--store <place>', `put the job on record, so that \`tintype resume\` can continue it: ${STORE}`)
    .option('--id <id>', 'the id of the job on record (default: the name of the workflow and a random suffix)')
    .addHelpText('after', HELP)
    .action(runWorkflow);
}

async function runWorkflow(file: string, flags: RunFlags): Promise<void> {
  if (flags.id !== undefined && flags.store === undefined) {
    throw new UsageError('--id is for jobs on record: say --store too');
  }
  const loaded = await loadWorkflow(file);
  const options = await jobOptions(loaded, flags);
  const attend = await attendant(flags);
  await withStore(flags.store, (store) =>
    withExecutor(loaded, flags, (executor) =>
      attend(
        () =>
          run(loaded.tasks as Parameters<typeof run>[0], {
            ...options,
            ...executor,
            ...(store && { store, id: flags.id }),
          }) as Job,
        store && ((job) => job.suspend()),
      ),
    ),
  );
}
