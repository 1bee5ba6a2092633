import { quote } from '../../../values/describe-value.ts';

export interface AttemptName {
  readonly task: string;
  readonly attempt: number;
  /** Set if the attempt undoes the task. */
  readonly undo?: unknown;
}

export const describeAttempt = ({ task, attempt, undo }: AttemptName): string =>
  `Attempt ${attempt} ${undo === undefined ? 'of' : 'to undo'} task ${quote(task)}`;
