import { decideRetry } from '../runtime/retry-policy.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';
import type { Policy } from './choice.ts';

/** What the retry policy of a task may decide after a failed attempt. Your own functions may decide anything. */
export function policiesAfter(spec: TaskSpec, attempt: number): readonly Policy[] {
  const { backoff, retryIf } = spec;
  const isFunction = typeof backoff === 'function';
  const delays: Policy[] = isFunction ? ['retry', 'backOff'] : delaysOf(spec, attempt);
  return retryIf === undefined && !isFunction ? delays : [...delays, 'giveUp'];
}

function delaysOf({ retryIf: _, ...spec }: TaskSpec, attempt: number): Policy[] {
  const delayOf = (random: number) => decideRetry(spec, attempt, undefined, () => random).delay;
  const longest = delayOf(1);
  if (longest === 0) {
    return ['retry'];
  }
  return delayOf(0) === 0 ? ['retry', 'backOff'] : ['backOff'];
}
