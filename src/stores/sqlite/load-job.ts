import type { RecordedAttempt, StoredJob } from '../../journal/job-store.ts';
import type { GroupCommit } from './group-commit.ts';
import type { JobPart } from './parts.ts';

/** Loads the rest of a job, in short transactions; undefined if it is deleted meanwhile. */
export async function loadJob(group: GroupCommit, { job, next }: JobPart): Promise<StoredJob | undefined> {
  const attempts = [...job.attempts];
  for (let last: RecordedAttempt | undefined = next; last !== undefined; ) {
    const from: RecordedAttempt = last;
    const page = await group.read((tables) => tables.attempts(job.id, from));
    if (page === undefined) {
      return undefined;
    }
    attempts.push(...page.attempts);
    last = page.next;
  }
  // Attempts that started together stay in the order of their tasks.
  return { ...job, attempts: attempts.sort((one, other) => one.startedAt - other.startedAt) };
}
