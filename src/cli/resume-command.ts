import { type ResumeOptions, resume } from '../durable/resume.ts';
import { type ResumeProblem, resumeAll } from '../durable/resume-all.ts';
import type { JobStore } from '../journal/job-store.ts';
import type { Job } from '../runtime/job.ts';
import type { RunOptions } from '../runtime/run-options.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import { announceWait } from './announce-wait.ts';
import { addShowFlags, attendant, type ShowFlags } from './attend-job.ts';
import type { Command } from './commander.ts';
import { departureCode, NothingLeftError } from './departure.ts';
import { describeReason } from './describe-end.ts';
import { CANNOT_GO_ON } from './exit-codes.ts';
import { endEarly } from './job-end.ts';
import { addGraceFlag, limitOptions } from './job-flags.ts';
import { type LoadedWorkflow, loadWorkflow } from './load-workflow.ts';
import { addLimitFlags } from './model-flags.ts';
import { addNumberFlag, COUNT, RETRIES } from './number-flag.ts';
import { STORE, storeOption, withOldStore } from './open-store.ts';
import { printError } from './print.ts';
import { addQueueFlags, type QueueFlags, withExecutor } from './queue-flags.ts';
import { resumeCommandOf } from './resume-hint.ts';
import { UsageError } from './usage-error.ts';

interface ResumeFlags extends ShowFlags, QueueFlags {
  readonly store: string;
  readonly id?: string;
  readonly all?: boolean;
  readonly acceptChanges?: boolean;
  readonly retryStuck?: boolean;
  readonly maxRecoveries?: number;
  readonly maxConcurrency?: number;
  readonly retries?: number;
}

const HELP = `
FILE is the module that \`tintype run --store\` ran. Its \`options\` apply here too,
except for context, timeout, onFailure and undo, which are saved with the job. With
--id, the command waits while another process holds the job, and prints a line about
it to stderr. With --all, all unfinished jobs of the workflow continue, oldest first. Jobs that
another process holds for longer than one lease, that are stuck, or that can't be read
are reported on stderr and don't delay the others.

Exit codes: those of \`tintype run\`; 2 also if the id is unknown or the workflow has
changed, 6 also if the job is stuck. With --all, the code of the last job that didn't
complete, including those that couldn't continue here.

Examples:
  tintype resume order.ts --store jobs.db --id order-7
  tintype resume order.ts --store jobs.db --all --max-jobs 10
  tintype resume order.ts --store jobs.db --id order-7 --retry-stuck`;

/** Adds `tintype resume`. */
export function addResumeCommand(program: Command): void {
  const command = program.command('resume <file>').description('continue saved jobs');
  addQueueFlags(addGraceFlag(addShowFlags(addLimitFlags(command))))
    .addOption(storeOption(`where the jobs are saved: ${STORE}`).makeOptionMandatory())
    .option('--id <id>', 'the job to continue')
    .option('--all', "continue all jobs of the workflow that haven't ended")
    .option('--accept-changes', 'continue even if the workflow has changed')
    .option('--retry-stuck', 'continue jobs that are stuck, too')
    .addHelpText('after', HELP)
    .action(resumeJobs);
  addNumberFlag(command, '--max-jobs <n>', 'with --all, how many jobs run at the same time, or Infinity (default: 1)', COUNT);
  const recoveries = 'how many deaths of its process a job survives before it is stuck, or Infinity (default: 3)';
  addNumberFlag(command, '--max-recoveries <n>', recoveries, RETRIES);
}

async function resumeJobs(file: string, flags: ResumeFlags): Promise<void> {
  if ((flags.id === undefined) === (flags.all !== true)) {
    throw new UsageError('Which job? Use --id or --all');
  }
  if (flags.all !== true && flags.maxJobs !== undefined) {
    throw new UsageError('--max-jobs is for several jobs: add --all');
  }
  const loaded = await loadWorkflow(file);
  const attend = await attendant(flags);
  await withOldStore(flags.store, (store) =>
    withExecutor(loaded, flags, async (executor) => {
      const { tasks } = loaded;
      const options = { ...optionsOf(loaded, flags, store), ...executor };
      const { id } = flags;
      const resumeCommand = resumeCommandOf(file, flags);
      if (id === undefined) {
        await resumeEach(tasks as AnyWorkflow, { ...options, maxJobs: flags.maxJobs ?? 1 }, attend);
      } else {
        if (flags.silent !== true) {
          announceWait(store);
        }
        await attend({
          start: () => resume(tasks as AnyWorkflow, id, { ...options, whenHeld: 'wait' }) as Job,
          resumeCommand,
        });
      }
    }),
  );
}

function optionsOf({ options }: LoadedWorkflow, flags: ResumeFlags, store: JobStore): Omit<ResumeOptions, 'whenHeld'> {
  const {
    context: _,
    timeout: __,
    id: ___,
    onFailure: ____,
    undo: _____,
    ...rest
  } = options as RunOptions & { context?: unknown };
  return {
    ...rest,
    ...limitOptions(flags),
    ...(flags.acceptChanges && { onChange: () => true }),
    ...(flags.retryStuck && { retryStuck: true }),
    ...(flags.maxRecoveries !== undefined && { maxRecoveries: flags.maxRecoveries }),
    store,
  };
}

/** Continues all jobs of the workflow. */
async function resumeEach(
  tasks: AnyWorkflow,
  options: Omit<ResumeOptions, 'whenHeld'> & { readonly maxJobs: number },
  attend: Awaited<ReturnType<typeof attendant>>,
): Promise<void> {
  const name = isWorkflow(tasks) ? tasks.name : 'job';
  process.exitCode = 0;
  const onProblem = ({ workflow = name, error }: ResumeProblem) => {
    // A store can have jobs of other workflows.
    if (workflow === name) {
      printError(describeReason(error));
      process.exitCode = departureCode(error) ?? CANNOT_GO_ON;
    }
  };
  const jobs = (await resumeAll([tasks], { ...options, onProblem })) as unknown as readonly Job[];
  const suspend = (reason: unknown) => {
    printError(reason instanceof NothingLeftError ? reason.message : 'The jobs are suspended');
    for (const job of jobs) {
      job.suspend();
    }
  };
  const early = endEarly(jobs, { end: suspend });
  await Promise.all(jobs.map((job) => attend({ start: () => job, early })));
  early.stop();
}
