import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import type { JobSummary, ListedJob, NewJob, RecordedAttempt, RecordedTask, StoredJob } from '../../journal/job-store.ts';
import { SAVED_STATES } from '../../journal/list/saved-states.ts';
import { unreadableJob } from '../../journal/list/unreadable-job.ts';
import { recordedEndingSchema } from '../../journal/recorded-ending-schema.ts';
import { recordedTasksSchema } from '../../journal/recorded-tasks-schema.ts';
import type { Suspect } from '../../journal/recovery/suspect.ts';
import { savedPolicySchema } from '../../journal/saved-policy-schema.ts';
import { quote } from '../../values/describe-value.ts';

/** The version of the stored format. */
const FORMAT = '1';

const time = v.pipe(v.number(), v.finite());
const digits = v.pipe(v.string(), v.regex(/^-?\d[\d.e+-]*$/), v.transform(Number), v.finite());
const json = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return JSON.parse(dataset.value) as unknown;
    } catch {
      addIssue({ message: 'must be JSON' });
      return NEVER;
    }
  }),
);

/** Made by `tell`. */
const told = v.pipe(json, v.string());

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
  /** The sequence number of the job. */
  place: digits,
});

const JOB = v.object({
  ...SUMMARY.entries,
  context: v.string(),
  tasks: v.pipe(json, recordedTasksSchema),
  cancelledAt: v.optional(digits),
  cancelReason: v.optional(told),
  deaths: v.optional(v.pipe(json, v.array(v.string()))),
  ending: v.optional(v.pipe(json, recordedEndingSchema)),
});

const place = { task: v.string(), attempt: v.pipe(v.number(), v.safeInteger()), at: time };

const OUTCOME = v.pipe(
  json,
  v.variant('type', [
    v.object({ type: v.literal('attempt.succeeded'), ...place, output: v.optional(v.string()) }),
    v.object({
      type: v.literal('attempt.failed'),
      ...place,
      reason: v.picklist(['exception', 'timedOut', 'invalidResult']),
      error: v.string(),
      retryAt: v.optional(time),
    }),
    v.object({ type: v.literal('condition.decided'), ...place, attempt: v.literal(0), holds: v.boolean() }),
    v.object({ type: v.literal('condition.failed'), ...place, attempt: v.literal(0), error: v.string() }),
  ]),
);

const START = v.pipe(v.string(), v.regex(/^\d+ -?\d[\d.e+-]*$/));

/** How many fields of attempts are read before other code runs. */
const SLICE = 1000;

/** A hash as Redis returns it: keys and values in turn. */
export type FlatHash = readonly string[];

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

/** Encodes any text uniquely in UTF-8, which can't represent half of a surrogate pair. */
export const tell = (text: string): string => JSON.stringify(text);

/** The field name of an attempt, after the letter for its start or outcome. */
export const fieldOf = (task: string, attempt: number): string => `${attempt}:${tell(task)}`;

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
  const { version, deadline, maxConcurrency, retryPolicy, endedAt, heldUntil, ...rest } = summary;
  return { ...rest, version, deadline, maxConcurrency, retryPolicy, endedAt, heldUntil };
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
    ending,
    place: _,
    ...rest
  } = job;
  const cancelled = cancelledAt === undefined ? undefined : { at: cancelledAt, reason: cancelReason ?? '' };
  const limits = { deadline, maxConcurrency, retryPolicy };
  return { ...rest, version, ...limits, endedAt, heldUntil, cancelled, deaths, ending, ...(await readAttempts(id, attempts)) };
}

async function readAttempts(id: string, flat: FlatHash): Promise<Pick<StoredJob, 'attempts' | 'interrupted'>> {
  const fields = new Map(pairs(flat));
  const attempts: (RecordedAttempt & { readonly order: number })[] = [];
  const interrupted: string[] = [];
  let read = 0;
  for (const [field, value] of fields) {
    read += 1;
    if (read % SLICE === 0) {
      await setImmediate();
    }
    if (field.startsWith('i')) {
      interrupted.push(parse(id, told, field.slice(1), 'interrupted'));
      continue;
    }
    const [, letter, number, name] = /^([so])(-?\d+):(.*)$/s.exec(field) ?? [];
    if (letter === 's') {
      const task = parse(id, told, name, 'task');
      const attempt = Number(number);
      const [order, startedAt] = parse(id, START, value, 'startedAt').split(' ').map(Number) as [number, number];
      const text = fields.get(`o${fieldOf(task, attempt)}`);
      attempts.push({
        order,
        task,
        attempt,
        startedAt,
        outcome: text === undefined ? undefined : readOutcome(id, text, task, attempt),
      });
    } else if (letter === undefined || !fields.has(`s${field.slice(1)}`)) {
      throw unreadable(id, `it has an unexpected attempt ${quote(field)}`);
    }
  }
  attempts.sort((a, b) => a.order - b.order);
  return { attempts: attempts.map(({ order, ...attempt }) => attempt), interrupted };
}

function readOutcome(id: string, text: string, task: string, attempt: number): RecordedAttempt['outcome'] {
  const outcome = parse(id, OUTCOME, text, 'outcome');
  if (outcome.task !== task || outcome.attempt !== attempt) {
    throw unreadable(id, `attempt ${attempt} of task ${quote(task)} has the outcome of another attempt`);
  }
  switch (outcome.type) {
    case 'attempt.failed':
      return { ...outcome, retryAt: outcome.retryAt };
    case 'attempt.succeeded':
      return { ...outcome, output: outcome.output };
    default:
      return outcome;
  }
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

function parse<Schema extends v.GenericSchema>(
  id: string,
  schema: Schema,
  value: unknown,
  name: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (!success) {
    throw unreadable(id, `\`${v.getDotPath(issues[0]) ?? name}\` is not valid`);
  }
  return output;
}

/** @param told the id, encoded by `tell` if it isn't damaged */
function nameOf(id: string): string {
  const { success, output } = v.safeParse(told, id);
  return success ? output : id;
}

function unreadable(id: string, why: string): JobStoreError {
  return new JobStoreError('STORE_UNREADABLE', `The saved job ${quote(id)} can't be read: ${why}`);
}

function pairs(flat: FlatHash): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] as string, flat[2 * index + 1] as string]);
}
