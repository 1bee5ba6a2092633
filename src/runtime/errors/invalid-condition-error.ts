import { describeValue, quote } from '../../values/describe-value.ts';
import { TintypeError } from '../../values/tintype-error.ts';

/** A task's `when` returned something other than true or false. */
export class InvalidConditionError extends TintypeError {
  readonly code = 'INVALID_CONDITION';
  readonly task: string;
  /** What it returned. */
  readonly value: unknown;

  constructor(task: string, value: unknown) {
    super(
      'InvalidConditionError',
      `The \`when\` of task ${quote(task)} must return true or false, got ${describeValue(value)}`,
    );
    this.task = task;
    this.value = value;
  }
}
