import * as v from 'valibot';
import type { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type { JobSummary, ListedJob, NewJob, RecordedTask, StoredJob } from '../../journal/job-store.ts';
import { SAVED_STATES } from '../../journal/list/saved-states.ts';
import { unreadableJob } from '../../journal/list/unreadable-job.ts';
import { recordedEndingSchema } from '../../journal/recorded-ending-schema.ts';
import { recordedTasksSchema } from '../../journal/recorded-tasks-schema.ts';
import type { Suspect } from '../../journal/recovery/suspect.ts';
import { savedPolicySchema } from '../../journal/saved-policy-schema.ts';
import { quote } from '../../values/describe-value.ts';
import { readAttempts } from './stored-attempts.ts';
import { type FlatHash, json, nameOf, pairs, parse, tell, told, unreadable } from './stored-text.ts';

/** The version of the stored format. */
const FORMAT = '1';

const digits = v.pipe(v.string(), v.regex(/^-?\d[\d.e+-]*$/), v.transform(Number), v.finite());
const SUMMARY = v.object({
  id: told,
  workflow: told,
  version: v.optional(told),
  createdAt: digits,
  deadline: v.optional(digits),
  maxConcurrency: v.optional(digits),
  maxRetries: digits,
  retryPolicy: v.optional(savedPolicySchema),
  state: v.picklist(SAVED_STATES),
  endedAt: v.optional(digits),
  heldUntil: v.optional(digits),
  ending: v.optional(v.pipe(json, recordedEndingSchema)),
  /** The sequence number of the job. */
  place: digits,
});

const names = v.pipe(json, v.array(v.string()));

const JOB = v.object({
  ...SUMMARY.entries,
  context: v.string(),
  tasks: v.pipe(json, recordedTasksSchema),
  cancelledAt: v.optional(digits),
  cancelReason: v.optional(told),
  deaths: v.optional(names),
  acted: v.optional(names),
});

/** The fields of a summary, in the order in which they are requested. */
export const SUMMARY_FIELDS = ['format', ...Object.keys(SUMMARY.entries)] as const;

/** The fields of a new job; undefined ones are omitted. */
export function writeJob(job: NewJob, owner: string, heldUntil: number): string[] {
  const { id, workflow, version, tasks, retryPolicy, ...rest } = job;
  const texts = { id: tell(id), workflow: tell(workflow), version: version === undefined ? version : tell(version) };
  const fields = {
    format: FORMAT,
    ...rest,
    ...texts,
    tasks: writeTasks(tasks),
    retryPolicy: retryPolicy && JSON.stringify(retryPolicy),
    state: 'running',
    owner: tell(owner),
    heldUntil,
  };
  return Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [key, String(value)]));
}

export const writeTasks = (tasks: readonly RecordedTask[]): string => JSON.stringify(tasks);

/**
 * @param id encoded by `tell`
 * @param values those of `SUMMARY_FIELDS`, or why they can't be read
 */
export function listedJob(id: string, values: string | readonly (string | null)[]): ListedJob {
  const entries = SUMMARY_FIELDS.map((field, index) => [
    field,
    typeof values === 'string' ? undefined : (values[index] ?? undefined),
  ]);
  const fields = Object.fromEntries(entries);
  try {
    if (typeof values === 'string') {
      throw unreadable(nameOf(id), values);
    }
    return summaryOf(check(id, SUMMARY, fields));
  } catch (error) {
    return unreadableJob(nameOf(id), error as JobStoreError, SUMMARY.entries, fields);
  }
}

function summaryOf({ place: _, ...summary }: v.InferOutput<typeof SUMMARY>): JobSummary {
  const { version, deadline, maxConcurrency, retryPolicy, endedAt, heldUntil, ending, ...rest } = summary;
  return { ...rest, version, deadline, maxConcurrency, retryPolicy, endedAt, heldUntil, ...(ending && { ending }) };
}

export function readSuspect([id, owner, deaths]: readonly [id: string, owner: string, deaths: string]): Suspect {
  const { success, output } = v.safeParse(JOB.entries.deaths, deaths);
  return { id: nameOf(id), owner: owner === '' ? undefined : nameOf(owner), deaths: (success && output) || [] };
}

/** @throws {JobStoreError} `STORE_UNREADABLE` */
export async function readJob(id: string, fields: FlatHash, attempts: FlatHash): Promise<StoredJob> {
  const job = check(tell(id), JOB, Object.fromEntries(pairs(fields)));
  const {
    version,
    deadline,
    maxConcurrency,
    retryPolicy,
    endedAt,
    heldUntil,
    cancelledAt,
    cancelReason,
    deaths = [],
    acted = [],
    ending,
    place: _,
    ...rest
  } = job;
  const cancelled = cancelledAt === undefined ? undefined : { at: cancelledAt, reason: cancelReason ?? '' };
  const limits = { deadline, maxConcurrency, retryPolicy };
  return {
    ...rest,
    version,
    ...limits,
    endedAt,
    heldUntil,
    cancelled,
    deaths,
    acted,
    ending,
    ...(await readAttempts(id, attempts)),
  };
}

/** @param told the id, encoded by `tell` */
function check<Schema extends v.GenericSchema>(
  told: string,
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
): v.InferOutput<Schema> {
  const id = nameOf(told);
  if (fields.format !== FORMAT) {
    throw unreadable(id, `it has format ${quote(String(fields.format))}, but this version of tintype reads format ${FORMAT}`);
  }
  const read = parse(id, schema, fields, 'job');
  if (tell((read as { id: string }).id) !== told) {
    throw unreadable(id, 'it has a different id');
  }
  return read;
}
