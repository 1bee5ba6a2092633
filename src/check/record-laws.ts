import { type Breach, breach } from './law-names.ts';
import type { ModelTask } from './model-task.ts';

/** Looks at the call of a function for breaches of what is on record of its task. */
export function* breachesOfCall({ id, record }: ModelTask, attempt: number): Generator<Breach> {
  const { decisions, hasSucceeded } = record;
  const what = `${id} is called, attempt ${attempt}, and on record`;
  if (hasSucceeded) {
    yield breach('completedRunsOnce', `${what} it has completed`);
  } else if (attempt <= decisions.length) {
    yield breach('recordIsKept', `${what} that attempt has ended`);
  } else if (attempt > decisions.length + 1) {
    yield breach('recordIsKept', `${what} are ${decisions.length} attempts that have ended`);
  }
}

/** What is on record of the last attempt that a task was told of, by the state of the task. */
const LAST_DECISION: Readonly<Record<string, string>> = {
  completed: 'succeeded',
  failed: 'giveUp',
  backingOff: 'backOff',
  ready: 'retry',
  running: 'retry',
};

/** Looks at a task of a job at rest for what is not as it is on record. */
export function* breachesOfRecord({ id, state, attempts, record }: ModelTask): Generator<Breach> {
  const { decisions } = record;
  const told = state.name === 'running' ? attempts - 1 : attempts;
  if (told < attempts && decisions.length >= attempts) {
    yield breach('recordIsKept', `attempt ${attempts} of ${id} runs, and on record it has ended`);
  }
  const last = LAST_DECISION[state.name];
  for (let attempt = 1; last !== undefined && attempt <= told; attempt += 1) {
    const expected = attempt === told ? last : 'retry';
    const actual = decisions[attempt - 1] ?? 'nothing';
    if (actual !== expected) {
      yield breach(
        'recordIsKept',
        `${id} is ${state.name} after ${told} attempts, and of attempt ${attempt} ${actual} is on record`,
      );
    }
  }
}
