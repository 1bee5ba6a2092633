import type { Job } from '../runtime/job.ts';
import type { JobResult } from '../runtime/job-result.ts';
import { run } from '../runtime/run.ts';
import { addShowFlags, attendant, type ShowFlags } from './attend-job.ts';
import type { Command } from './commander.ts';
import { addJobFlags, type JobFlags, jobOptions } from './job-flags.ts';
import { loadWorkflow } from './load-workflow.ts';
import { STORE, storeOption, withStore } from './open-store.ts';
import { addQueueFlags, type QueueFlags, withExecutor } from './queue-flags.ts';
import { resumeCommandOf } from './resume-hint.ts';
import { UsageError } from './usage-error.ts';

interface RunFlags extends JobFlags, ShowFlags, QueueFlags {
  readonly store?: string;
  readonly id?: string;
}

const HELP = `
FILE is a TypeScript or JavaScript module. Its default export, or its only one,
is a workflow or an array of tasks. It can also export
  options   the options of \`run\`; flags override them
  context   a schema for the initial context (valibot, zod, arktype, or any other Standard Schema);
            without one, a missing context goes unnoticed

A terminal shows live progress (needs log-update: npm install --save-dev
log-update); a pipe, a line for each transition. The context of a completed
job is printed at the end. If the job doesn't complete, the reason is printed to
stderr.

Ctrl-C cancels the job and waits for its undos, finally tasks and functions; press
it again to exit at once. With --store, Ctrl-C suspends the job instead and prints
the command that resumes it.

Keep a password off the command line: the environment variables TINTYPE_STORE
and TINTYPE_REDIS stand for --store and --redis, and TINTYPE_STORE_FILE and
TINTYPE_REDIS_FILE name files that hold them.

--report needs tintype-inspector, --store needs libsql, and Redis needs bullmq
and ioredis.

Exit codes:
  0    the job completed
  1    the job failed
  2    wrong usage; or the id is taken
  4    the job timed out
  5    the job was cancelled by the \`signal\` in the file's options
  6    the job can't go on here: it lost its lease, or the store failed
  13   a task can never settle
  70   the command itself failed
  130  Ctrl-C, 143 SIGTERM

Examples:
  tintype run order.ts
  tintype run order.ts --context '{ "item": "pen" }' --max-concurrency 4
  tintype run order.ts --context-file context.json --json > result.json
  tintype run order.ts --report report.html
  tintype run order.ts --store jobs.db --id order-7
  tintype run order.ts --redis redis://127.0.0.1 --store redis://127.0.0.1`;

/** Adds `tintype run`. */
export function addRunCommand(program: Command): void {
  addQueueFlags(addShowFlags(addJobFlags(program.command('run <file>').description('run a workflow'))))
    .addOption(storeOption(`save the job, so \`tintype resume\` can continue it: ${STORE}`))
    .option('--id <id>', 'the id of the saved job (default: the name of the workflow and a random suffix)')
    .addHelpText('after', HELP)
    .action(runWorkflow);
}

async function runWorkflow(file: string, flags: RunFlags): Promise<void> {
  const { id, store: place } = flags;
  if (id !== undefined && place === undefined) {
    throw new UsageError('--id is for saved jobs: add --store');
  }
  if (id === '') {
    throw new UsageError('--id must have at least one character');
  }
  const loaded = await loadWorkflow(file);
  const options = await jobOptions(loaded, flags);
  const attend = await attendant(flags);
  await withStore(place, (store) =>
    withExecutor(loaded, flags, (executor) =>
      attend({
        start: () =>
          run(loaded.tasks as Parameters<typeof run>[0], { ...options, ...executor, ...(store && { store, id }) }) as Job,
        resumeCommand: place === undefined ? undefined : resumeCommandOf(file, { ...flags, store: place }),
        isNew: true,
        hint: (result) => (options.context === undefined && failedToRead(result) ? NO_CONTEXT : undefined),
      }),
    ),
  );
}

const NO_CONTEXT = 'The job had no initial context. If a task needs one, pass it with --context or --context-file.';

/** Reading a property of a missing value throws a TypeError. */
const failedToRead = (result: JobResult): boolean => result.state === 'failed' && result.failure.error instanceof TypeError;
