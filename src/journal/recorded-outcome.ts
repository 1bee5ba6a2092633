import isPlainObject from 'is-plain-obj';
import type { FailureReason } from '../machines/events.ts';
import { copyKeys } from '../values/copy-keys.ts';
import { deepFreeze } from '../values/deep-freeze.ts';
import { describeValue } from '../values/describe-value.ts';
import type { Codec, RecordedAttempt } from './job-store.ts';

/** The saved outcome of an attempt, or of a condition. */
export type RecordedOutcome = ConditionOutcome | AttemptOutcome;

/** The saved decision about the condition of a task. */
export type ConditionOutcome =
  | { readonly type: 'condition.decided'; readonly at: number; readonly holds: boolean }
  | { readonly type: 'condition.failed'; readonly at: number; readonly error: unknown };

/** The saved outcome of an attempt. */
export type AttemptOutcome =
  | { readonly type: 'attempt.succeeded'; readonly at: number; readonly output: object | undefined }
  | {
      readonly type: 'attempt.failed';
      readonly at: number;
      readonly reason: FailureReason;
      readonly error: unknown;
      readonly retryAt: number | undefined;
    };

/** Whether an attempt failed and is retried. */
export const isRetried = (
  outcome: RecordedOutcome | undefined,
): outcome is RecordedOutcome & { readonly type: 'attempt.failed'; readonly retryAt: number } =>
  outcome?.type === 'attempt.failed' && outcome.retryAt !== undefined;

export function readOutcome({ outcome }: RecordedAttempt, codec: Codec): RecordedOutcome | undefined {
  switch (outcome?.type) {
    case undefined:
      return undefined;
    case 'condition.decided':
      return { type: outcome.type, at: outcome.at, holds: outcome.holds };
    case 'condition.failed':
      return { type: outcome.type, at: outcome.at, error: codec.decode(outcome.error) };
    case 'attempt.succeeded': {
      const { type, at, output } = outcome;
      return { type, at, output: output === undefined ? undefined : deepFreeze(plain(codec.decode(output))) };
    }
    case 'attempt.failed': {
      const { type, at, reason, error, retryAt } = outcome;
      return { type, at, reason, error: codec.decode(error), retryAt };
    }
  }
}

/** Copies a decoded value, which must be a plain object. */
export function plain(decoded: unknown): object {
  if (!isPlainObject(decoded)) {
    throw new TypeError(`Expected an object with string keys, got ${describeValue(decoded)}`);
  }
  return copyKeys(decoded);
}
