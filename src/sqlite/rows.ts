import * as v from 'valibot';
import { JOB_STATES } from '../machines/events.ts';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import type { JobSummary, RecordedAttempt, RecordedTask, StoredJob } from '../runtime/journal/job-store.ts';
import { savedPolicySchema } from '../runtime/journal/saved-policy.ts';
import { quoteAny } from '../workflow/describe-value.ts';

const summarySchema = v.object({
  id: v.string(),
  workflow: v.string(),
  version: v.nullable(v.string()),
  createdAt: v.number(),
  deadline: v.nullable(v.number()),
  maxConcurrency: v.nullable(v.pipe(v.number(), v.minValue(1))),
  maxRetries: v.number(),
  retryPolicy: v.nullable(savedPolicySchema),
  state: v.picklist(JOB_STATES.filter((state) => state !== 'idle')),
  endedAt: v.nullable(v.number()),
  heldUntil: v.nullable(v.number()),
});

const jobSchema = v.object({
  ...summarySchema.entries,
  tasks: v.pipe(
    v.string(),
    v.parseJson(),
    v.array(v.object({ name: v.string(), dependencies: v.array(v.string()), continueOnFailure: v.boolean() })),
  ),
  context: v.string(),
  cancelledAt: v.nullable(v.number()),
  cancelReason: v.nullable(v.string()),
});

const attempt = { task: v.string(), attempt: v.pipe(v.number(), v.integer(), v.minValue(1)), startedAt: v.number() };

const attemptSchema = v.variant('outcome', [
  v.object({ ...attempt, outcome: v.null() }),
  v.object({ ...attempt, outcome: v.literal('attempt.succeeded'), at: v.number(), value: v.nullable(v.string()) }),
  v.object({
    ...attempt,
    outcome: v.literal('attempt.failed'),
    at: v.number(),
    value: v.string(),
    reason: v.picklist(['exception', 'timedOut', 'invalidResult']),
    retryAt: v.nullable(v.number()),
  }),
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

const nameOf = (row: unknown): string => `job ${quoteAny((row as { id?: unknown }).id)}`;

export function readSummary(row: unknown): JobSummary {
  return summaryOf(read(summarySchema, row, `The ${nameOf(row)}`));
}

function summaryOf(row: v.InferOutput<typeof summarySchema>): JobSummary {
  const { version, deadline, maxConcurrency, retryPolicy, endedAt, heldUntil } = row;
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
  };
}

export function readJob(row: unknown, attempts: readonly unknown[]): StoredJob {
  const job = read(jobSchema, row, `The ${nameOf(row)}`);
  const { tasks, context, cancelledAt, cancelReason } = job;
  return {
    ...summaryOf(job),
    tasks: tasks as readonly RecordedTask[],
    context,
    cancelled: cancelledAt === null || cancelReason === null ? undefined : { at: cancelledAt, reason: cancelReason },
    attempts: attempts.map((one) => readAttempt(one, nameOf(row))),
  };
}

function readAttempt(row: unknown, job: string): RecordedAttempt {
  const found = read(attemptSchema, row, `An attempt of ${job}`);
  const { task, attempt: number, startedAt } = found;
  const common = { task, attempt: number };
  switch (found.outcome) {
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
