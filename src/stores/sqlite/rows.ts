import * as v from 'valibot';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type { JobSummary, ListedJob, OutcomeEntry, RecordedAttempt, RecordedTask, StoredJob } from '../../journal/job-store.ts';
import { SAVED_STATES } from '../../journal/list/saved-states.ts';
import { unreadableJob } from '../../journal/list/unreadable-job.ts';
import { recordedEndingSchema } from '../../journal/recorded-ending-schema.ts';
import { recordedTasksSchema } from '../../journal/recorded-tasks-schema.ts';
import type { Suspect } from '../../journal/recovery/suspect.ts';
import { savedPolicySchema } from '../../journal/saved-policy-schema.ts';
import { quote } from '../../values/describe-value.ts';
import { type Bytes, isBytes, type Row } from './columns.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads what `texts` selects. */
const text = v.pipe(
  v.unknown(),
  v.rawTransform(({ dataset: { value }, addIssue, NEVER }): string => {
    try {
      if (isBytes(value)) {
        return decoder.decode(value);
      }
      addIssue({ message: typeof value === 'object' ? 'it is missing' : `it has ${value} bytes, which is too many` });
    } catch {
      addIssue({ message: 'it is not UTF-8' });
    }
    return NEVER;
  }),
);

const number = v.pipe(v.union([v.number(), v.bigint()]), v.transform(Number));

const names = v.pipe(text, v.parseJson(), v.array(v.string()));

const summary = {
  id: text,
  workflow: text,
  version: v.nullable(text),
  createdAt: number,
  deadline: v.nullable(number),
  maxConcurrency: v.nullable(v.pipe(number, v.minValue(1))),
  maxRetries: number,
  retryPolicy: v.nullable(v.pipe(text, savedPolicySchema)),
  state: v.picklist(SAVED_STATES),
  endedAt: v.nullable(number),
  heldUntil: v.nullable(number),
  ending: v.nullable(v.pipe(text, v.parseJson(), recordedEndingSchema)),
};

const summarySchema = v.object(summary);

const jobSchema = v.object({
  ...summary,
  tasks: v.pipe(text, v.parseJson(), recordedTasksSchema),
  context: text,
  cancelledAt: v.nullable(number),
  deaths: v.nullable(names),
  interrupted: v.nullable(names),
  acted: v.nullable(names),
  cancelReason: v.nullable(text),
});

const attempt = { task: text, attempt: v.pipe(number, v.integer(), v.notValue(0)), startedAt: number };

const condition = { ...attempt, attempt: v.pipe(number, v.literal(0)), at: number };

const attemptSchema = v.variant('outcome', [
  v.object({ ...attempt, outcome: v.null() }),
  v.object({ ...attempt, outcome: v.literal('attempt.succeeded'), at: number, value: v.nullable(text) }),
  v.object({
    ...attempt,
    outcome: v.literal('attempt.failed'),
    at: number,
    value: text,
    reason: v.picklist(['exception', 'timedOut', 'invalidResult']),
    retryAt: v.nullable(number),
  }),
  v.object({ ...condition, outcome: v.literal('condition.decided'), value: v.pipe(text, v.picklist(['true', 'false'])) }),
  v.object({ ...condition, outcome: v.literal('condition.failed'), value: text }),
]);

function read<Schema extends v.GenericSchema>(schema: Schema, row: unknown, what: string): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, row);
  if (!success) {
    const [{ message }] = issues;
    const where = v.getDotPath(issues[0]) ?? 'the row';
    throw new JobStoreError('STORE_UNREADABLE', `${what} is damaged: ${where}: ${message}`);
  }
  return output;
}

const given = <T>(value: T | null): T | undefined => value ?? undefined;

/** @param id the bytes of an id */
export const readId = (id: Bytes): string => new TextDecoder().decode(id);

const nameOf = ({ id }: Row): string => `job ${quote(readId(id))}`;

/** @param row a row, or the error thrown when it was read */
export function listedJob(id: Bytes, row: Row | JobStoreError): ListedJob {
  if (row instanceof JobStoreError) {
    return unreadableJob(readId(id), row, summary, {});
  }
  try {
    return summaryOf(read(summarySchema, row, `The ${nameOf(row)}`));
  } catch (error) {
    return unreadableJob(readId(id), error as JobStoreError, summary, row);
  }
}

function summaryOf(row: v.InferOutput<typeof summarySchema>): JobSummary {
  const { version, deadline, maxConcurrency, retryPolicy, endedAt, heldUntil, ending } = row;
  return {
    id: row.id,
    workflow: row.workflow,
    version: given(version),
    createdAt: row.createdAt,
    deadline: given(deadline),
    maxConcurrency: given(maxConcurrency),
    maxRetries: row.maxRetries,
    retryPolicy: given(retryPolicy),
    state: row.state,
    endedAt: given(endedAt),
    heldUntil: given(heldUntil),
    ...(ending && { ending }),
  };
}

/** Reads a job without its attempts. */
export function readJob(row: Row): StoredJob {
  const job = read(jobSchema, row, `The ${nameOf(row)}`);
  const { tasks, context, cancelledAt, cancelReason } = job;
  return {
    ...summaryOf(job),
    tasks: tasks as readonly RecordedTask[],
    context,
    cancelled: cancelledAt === null || cancelReason === null ? undefined : { at: cancelledAt, reason: cancelReason },
    attempts: [],
    deaths: job.deaths ?? [],
    interrupted: job.interrupted ?? [],
    acted: job.acted ?? [],
  };
}

export function readSuspect(row: Row): Suspect {
  const read = (value: unknown) => (isBytes(value) ? readId(value) : undefined);
  const { success, output } = v.safeParse(names, row.deaths);
  return { id: readId(row.id), owner: read(row.owner), deaths: success ? output : [] };
}

export function readAttempt(row: unknown, job: string): RecordedAttempt {
  const found = read(attemptSchema, row, `An attempt of job ${quote(job)}`);
  const { task, attempt: number, startedAt } = found;
  const common = { task, attempt: number };
  const decision = { task, attempt: 0 as const };
  switch (found.outcome) {
    case 'condition.decided':
      return {
        ...decision,
        startedAt,
        outcome: { type: found.outcome, ...decision, at: found.at, holds: found.value === 'true' },
      };
    case 'condition.failed':
      return { ...decision, startedAt, outcome: { type: found.outcome, ...decision, at: found.at, error: found.value } };
    case null:
      return { ...common, startedAt, outcome: undefined };
    case 'attempt.succeeded':
      return { ...common, startedAt, outcome: { type: found.outcome, ...common, at: found.at, output: given(found.value) } };
    case 'attempt.failed': {
      const { outcome: type, at, value: error, reason, retryAt } = found;
      return { ...common, startedAt, outcome: { type, ...common, at, reason, error, retryAt: given(retryAt) } };
    }
  }
}

/** The values of an outcome, in the order of `endAttempt`. */
export function outcomeValues(entry: OutcomeEntry): (string | number | null)[] {
  const { type, task, attempt, at } = entry;
  const values = [task, attempt, at, type, at];
  switch (type) {
    case 'attempt.succeeded':
      return [...values, entry.output ?? null, null, null];
    case 'attempt.failed':
      return [...values, entry.error, entry.reason, entry.retryAt ?? null];
    case 'condition.decided':
      return [...values, String(entry.holds), null, null];
    case 'condition.failed':
      return [...values, entry.error, null, null];
  }
}
