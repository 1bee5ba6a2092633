import type { JobStoreError } from '../journal/errors/job-store-error.ts';
import type { JobStore, ListedJob } from '../journal/job-store.ts';
import { allJobs } from '../journal/list/all-jobs.ts';
import { SAVED_STATES, type SavedState } from '../journal/list/saved-states.ts';
import { onOneLine } from '../values/describe-value.ts';
import { type Command, Option } from './commander.ts';
import { STORE, storeOption, withOldStore } from './open-store.ts';
import { print } from './print.ts';
import { timeOf } from './time-of.ts';

interface JobsFlags {
  readonly store: string;
  readonly state?: SavedState;
  readonly workflow?: string;
  readonly json?: boolean;
}

const HELP = `
A job that is \`running\` but not held by a process was interrupted: \`tintype
resume\` continues it. So is one that is \`undoing\` or \`finishing\`; --state running
includes both. A job that is \`stuck\` killed its process too often: fix the cause,
then use \`tintype resume --retry-stuck\`. A job that can't be read is listed with its problem.

Exit codes: 0 the jobs were listed, 2 wrong usage, 6 the store failed, 70 the command
itself failed.

Examples:
  tintype jobs --store jobs.db --state running
  tintype jobs --store jobs.db --json`;

/** Adds `tintype jobs`. */
export function addJobsCommand(program: Command): void {
  program
    .command('jobs')
    .description('list saved jobs')
    .addOption(storeOption(`where the jobs are saved: ${STORE}`).makeOptionMandatory())
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(SAVED_STATES))
    .option('--workflow <name>', 'only jobs of this workflow')
    .option('--json', 'print a JSON array; times are milliseconds since 1970-01-01 UTC')
    .addHelpText('after', HELP)
    .action(listJobs);
}

async function listJobs({ store: file, state, workflow, json }: JobsFlags): Promise<void> {
  const jobs: ListedJob[] = [];
  const list = async (store: JobStore) => {
    for await (const job of allJobs(store, { state, workflow })) {
      jobs.push(job);
    }
  };
  // If a problem doesn't go away, the call throws it.
  await withOldStore(file, list, () => {});
  if (json) {
    print(JSON.stringify(jobs.map(({ problem, ...job }) => ({ ...job, ...(problem && { problem: partsOf(problem) }) }))));
    return;
  }
  const rows = [['ID', 'WORKFLOW', 'STATE', 'STARTED', 'ENDED', 'HELD UNTIL'], ...jobs.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function cellsOf(job: ListedJob): string[] {
  const { id, workflow, version, state = '', createdAt, endedAt, heldUntil, ending, problem } = job;
  const name = [workflow, version].filter((part) => part !== undefined).join(' ');
  const times = [createdAt, endedAt, heldUntil].map(timeOf);
  const phase = state === 'running' && ending !== undefined ? ending.phase : state;
  return [onOneLine(id), onOneLine(name), phase, ...times, ...(problem ? [onOneLine(problem.message)] : [])];
}

const partsOf = ({ code, message }: JobStoreError) => ({ code, message });
