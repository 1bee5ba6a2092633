import { JOB_STATES, type JobState } from '../machines/events.ts';
import type { JobSummary } from '../runtime/journal/job-store.ts';
import { onOneLine } from '../workflow/describe-value.ts';
import { type Command, Option } from './commander.ts';
import { STORE, storeOption, withOldStore } from './open-store.ts';

interface JobsFlags {
  readonly store: string;
  readonly state?: Exclude<JobState, 'idle'>;
  readonly workflow?: string;
  readonly json?: boolean;
}

const HELP = `
A job that is \`running\` but not held by a process was interrupted: \`tintype
resume\` continues it.

Exit codes: 0 the jobs were listed, 2 wrong usage, 70 the command itself failed.

Examples:
  tintype jobs --store jobs.db --state running
  tintype jobs --store jobs.db --json`;

/** Adds `tintype jobs`. */
export function addJobsCommand(program: Command): void {
  program
    .command('jobs')
    .description('list saved jobs')
    .addOption(storeOption(`where the jobs are saved: ${STORE}`).makeOptionMandatory())
    .addOption(new Option('--state <state>', 'only jobs in this state').choices(JOB_STATES.filter((state) => state !== 'idle')))
    .option('--workflow <name>', 'only jobs of this workflow')
    .option('--json', 'print a JSON array; times are milliseconds since 1970-01-01 UTC')
    .addHelpText('after', HELP)
    .action(listJobs);
}

async function listJobs({ store: file, state, workflow, json }: JobsFlags): Promise<void> {
  const jobs = await withOldStore(file, (store) => store.list({ state, workflow }));
  if (json) {
    console.log(JSON.stringify(jobs));
    return;
  }
  const rows = [['ID', 'WORKFLOW', 'STATE', 'STARTED', 'ENDED', 'HELD UNTIL'], ...jobs.map(cellsOf)];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of rows) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function cellsOf({ id, workflow, version, state, createdAt, endedAt, heldUntil }: JobSummary): string[] {
  const name = version === undefined ? workflow : `${workflow} ${version}`;
  return [onOneLine(id), onOneLine(name), state, timeOf(createdAt), timeOf(endedAt), timeOf(heldUntil)];
}

const timeOf = (time: number | undefined): string => (time === undefined ? '' : new Date(time).toISOString());
