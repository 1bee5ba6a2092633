import { setImmediate } from 'node:timers/promises';
import * as v from 'valibot';
import type { RecordedAttempt, StoredJob } from '../../journal/job-store.ts';
import { quote } from '../../values/describe-value.ts';
import { type FlatHash, json, pairs, parse, tell, told, unreadable } from './stored-text.ts';

const time = v.pipe(v.number(), v.finite());

const place = { task: v.string(), attempt: v.pipe(v.number(), v.safeInteger(), v.notValue(0)), at: time };

const condition = { ...place, attempt: v.literal(0) };

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
    v.object({ type: v.literal('condition.decided'), ...condition, holds: v.boolean() }),
    v.object({ type: v.literal('condition.failed'), ...condition, error: v.string() }),
  ]),
);

const START = v.pipe(v.string(), v.regex(/^\d+ -?\d[\d.e+-]*$/));

/** How many fields of attempts are read before other code runs. */
const SLICE = 1000;

/** The field name of an attempt, after the letter for its start or outcome. */
export const fieldOf = (task: string, attempt: number): string => `${attempt}:${tell(task)}`;

/** @throws {JobStoreError} `STORE_UNREADABLE` */
export async function readAttempts(id: string, flat: FlatHash): Promise<Pick<StoredJob, 'attempts' | 'interrupted'>> {
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
      if (attempt === 0 && text === undefined) {
        throw unreadable(id, `the condition of task ${quote(task)} has no outcome`);
      }
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
