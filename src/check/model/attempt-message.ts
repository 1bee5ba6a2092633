import type { AttemptFailed, TaskMessage } from '../../machines/messages.ts';
import type { Policy } from './choice.ts';
import type { OutcomeOnRecord } from './task-record.ts';

const ANSWERS: Readonly<Record<Policy, Pick<AttemptFailed, 'retry' | 'delay'>>> = {
  retry: { retry: true, delay: 0 },
  backOff: { retry: true, delay: 1 },
  giveUp: { retry: false, delay: 0 },
};

/** The message to the machine of a task about how an attempt ended. */
export function messageOf(attempt: number, outcome: OutcomeOnRecord, output?: object): TaskMessage {
  if (outcome === 'succeeded') {
    return { type: 'attempt.succeeded', attempt, output };
  }
  const { reason, policy } = outcome;
  return { type: 'attempt.failed', attempt, reason, error: reason, ...ANSWERS[policy] };
}
