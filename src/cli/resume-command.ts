import type { Job } from '../runtime/job.ts';
import { allJobs } from '../runtime/journal/all-jobs.ts';
import type { ListedJob } from '../runtime/journal/job-store.ts';
import { resume } from '../runtime/resume.ts';
import type { RunOptions } from '../runtime/run-options.ts';
import { isWorkflow } from '../workflow/workflow.ts';
import { addShowFlags, attendant, type ShowFlags } from './attend-job.ts';
import type { Command } from './commander.ts';
import { addGraceFlag, limitOptions } from './job-flags.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addLimitFlags } from './model-flags.ts';
import { STORE, storeOption, withOldStore } from './open-store.ts';
import { addQueueFlags, type QueueFlags, withExecutor } from './queue-flags.ts';
import { resumeCommandOf } from './resume-hint.ts';
import { UsageError } from './usage-error.ts';

interface ResumeFlags extends ShowFlags, QueueFlags {
  readonly store: string;
  readonly id?: string;
  readonly all?: boolean;
  readonly acceptChanges?: boolean;
  readonly maxConcurrency?: number;
  readonly retries?: number;
}

const HELP = `
FILE is the module that \`tintype run --store\` ran. Its \`options\` apply here too,
except for context and timeout, which are saved with the job. If another process
holds the job, the command waits for it. With --all, all jobs of the workflow that haven't
ended continue, one after another.

Exit codes: those of \`tintype run\`; 2 also if the id is unknown or the workflow
has changed. With --all, that of the last job that didn't complete.

Examples:
  tintype resume order.ts --store jobs.db --id order-7
  tintype resume order.ts --store jobs.db --all`;

/** Adds `tintype resume`. */
export function addResumeCommand(program: Command): void {
  const command = program.command('resume <file>').description('continue saved jobs');
  addQueueFlags(addGraceFlag(addShowFlags(addLimitFlags(command))))
    .addOption(storeOption(`where the jobs are saved: ${STORE}`).makeOptionMandatory())
    .option('--id <id>', 'the job to continue')
    .option('--all', "continue all jobs of the workflow that haven't ended")
    .option('--accept-changes', 'continue even if the workflow has changed')
    .addHelpText('after', HELP)
    .action(resumeJobs);
}

async function resumeJobs(file: string, flags: ResumeFlags): Promise<void> {
  if ((flags.id === undefined) === (flags.all !== true)) {
    throw new UsageError('Which job? Use --id or --all');
  }
  const loaded = await loadWorkflow(file);
  const { tasks, options } = loaded;
  const { context: _, timeout: __, id: ___, ...rest } = options as RunOptions & { context?: unknown };
  const attend = await attendant(flags);
  await withOldStore(flags.store, (store) =>
    withExecutor(loaded, flags, async (executor) => {
      const workflow = isWorkflow(tasks) ? tasks.name : 'job';
      const ids = flags.id === undefined ? await idsOf(allJobs(store, { state: 'running', workflow })) : [flags.id];
      let exitCode: typeof process.exitCode = 0;
      for (const id of ids.reverse()) {
        const isLeft = await attend({
          start: () =>
            resume(tasks as Parameters<typeof resume>[0], id, {
              ...rest,
              ...executor,
              ...limitOptions(flags),
              ...(flags.acceptChanges && { onChange: () => true }),
              store,
              whenHeld: 'wait',
            }) as Job,
          resumeCommand: resumeCommandOf(file, flags),
        });
        exitCode = process.exitCode === 0 ? exitCode : process.exitCode;
        if (isLeft) {
          break;
        }
      }
      process.exitCode = exitCode;
    }),
  );
}

async function idsOf(jobs: AsyncIterable<ListedJob>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of jobs) {
    ids.push(id);
  }
  return ids;
}
