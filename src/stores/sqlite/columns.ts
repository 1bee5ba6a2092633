import { isAnyArrayBuffer } from 'node:util/types';
import { SAVED_STATES } from '../../journal/list/saved-states.ts';
import { MAX_NAME, MAX_VALUE } from '../../journal/size-limits.ts';

/** Bytes, as `libsql` returns them from `get` or from `all`, or as `better-sqlite3` does. */
export type Bytes = Uint8Array | ArrayBuffer;

export const isBytes = (value: unknown): value is Bytes => ArrayBuffer.isView(value) || isAnyArrayBuffer(value);

/** Bytes as `libsql` accepts them. */
export const bufferOf = (bytes: Bytes): Buffer => Buffer.from(bytes as ArrayBuffer);

/** A row of `jobs`, before it is checked. */
export interface Row extends Readonly<Record<string, unknown>> {
  readonly id: Bytes;
}

/**
 * Selects texts as bytes, since `libsql` ends the process over text that is not UTF-8. Instead of one that is too long, its
 * length is selected.
 */
export const texts = (max: number, ...columns: readonly string[]): string =>
  columns
    .map((name) => `iif(octet_length(${name}) > ${max}, octet_length(${name}), CAST(${name} AS BLOB)) AS ${name}`)
    .join(', ');

/** Selects a text if it is one of several, and '?' if it is another one. */
const oneOf = (column: string, values: readonly string[]): string =>
  `CASE WHEN ${column} IN (${values.map((value) => `'${value}'`).join(', ')}) THEN ${column} WHEN ${column} IS NULL THEN NULL ELSE '?' END AS ${column}`;

const detail = (column: string, max: number): string => {
  const value = `(SELECT ${column} FROM details WHERE job = id)`;
  return `iif(octet_length(${value}) > ${max}, octet_length(${value}), CAST(${value} AS BLOB)) AS ${column}`;
};

export const SUMMARY = `CAST(id AS BLOB) AS id, ${texts(MAX_NAME, 'workflow', 'version')},
  ${detail('retryPolicy', MAX_NAME)}, ${detail('ending', MAX_NAME)},
  createdAt, deadline, maxConcurrency, maxRetries, endedAt, heldUntil, ${oneOf('state', SAVED_STATES)}`;

export const JOB = `${SUMMARY}, ${texts(MAX_VALUE, 'tasks', 'context', 'cancelReason')}, cancelledAt,
  ${detail('deaths', MAX_VALUE)}, ${detail('interrupted', MAX_VALUE)}, ${detail('acted', MAX_VALUE)},
  coalesce(octet_length(tasks) + octet_length(context), 0) +
    (SELECT coalesce(sum(octet_length(value)), 0) FROM attempts WHERE job = id) AS size`;

const OUTCOMES = ['attempt.succeeded', 'attempt.failed', 'condition.decided', 'condition.failed'];

export const ATTEMPT = `${texts(MAX_VALUE, 'task', 'value')}, attempt, startedAt, at, retryAt,
  ${oneOf('outcome', OUTCOMES)}, ${oneOf('reason', ['exception', 'timedOut', 'invalidResult'])}`;
