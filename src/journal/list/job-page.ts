import { describeValue } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import type { ListFilter } from '../job-store.ts';

const LIMIT = 100;
export const MAX_LIMIT = 1000;

/** A place in a list: jobs are ordered by time and id, both descending. */
export interface Place {
  readonly createdAt: number;
  /** The bytes of the id as the store keeps it, in hexadecimal. */
  readonly id: string;
}

/** The text that stands for a place: the `next` of a page, and the `after` of the following one. */
export const afterOf = ({ createdAt, id }: Place): string => `${createdAt}:${id}`;

/**
 * Reads `limit` and `after`.
 * @throws {InvalidArgumentError}
 */
export function readPage({ limit = LIMIT, after }: ListFilter): { readonly limit: number; readonly after: Place | undefined } {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidArgumentError(`\`limit\` must be an integer from 1 to ${MAX_LIMIT}, got ${describeValue(limit)}`);
  }
  if (after === undefined) {
    return { limit, after };
  }
  const [, createdAt, id] = /^(-?(?:[\d.e+-]+|Infinity)):((?:[\da-f]{2})*)$/.exec(String(after)) ?? [];
  if (createdAt === undefined || id === undefined || Number.isNaN(Number(createdAt))) {
    throw new InvalidArgumentError(`\`after\` must be the \`next\` of another page, got ${describeValue(after)}`);
  }
  return { limit, after: { createdAt: Number(createdAt), id } };
}
