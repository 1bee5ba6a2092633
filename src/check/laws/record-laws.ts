import type { ModelTask } from '../model/model-task.ts';
import { type Breach, breach } from './law-names.ts';

/** Checks the call of a function against the saved record of its task. */
export function* breachesOfCall({ id, record }: ModelTask, attempt: number): Generator<Breach> {
  const { decisions, hasSucceeded } = record;
  const what = `attempt ${attempt} of ${id} is called, but`;
  if (hasSucceeded) {
    yield breach('completedRunsOnce', `${what} the task is saved as completed`);
  } else if (attempt <= decisions.length) {
    yield breach('recordIsKept', `${what} it is saved as ended`);
  } else if (attempt > decisions.length + 1) {
    yield breach('recordIsKept', `${what} only ${decisions.length} attempts are saved as ended`);
  }
}

/** The saved decision about the last attempt a task knows of, by the state of the task. */
const LAST_DECISION: Readonly<Record<string, string>> = {
  completed: 'succeeded',
  failed: 'giveUp',
  backingOff: 'backOff',
  ready: 'retry',
  running: 'retry',
};

/** Checks a task of a job at rest against its saved record. */
export function* breachesOfRecord({ id, state, attempts, record }: ModelTask): Generator<Breach> {
  const { decisions } = record;
  const told = state.name === 'running' ? attempts - 1 : attempts;
  if (told < attempts && decisions.length >= attempts) {
    yield breach('recordIsKept', `attempt ${attempts} of ${id} is running, but it is saved as ended`);
  }
  const last = LAST_DECISION[state.name];
  for (let attempt = 1; last !== undefined && attempt <= told; attempt += 1) {
    const expected = attempt === told ? last : 'retry';
    const actual = decisions[attempt - 1] ?? 'nothing';
    if (actual !== expected) {
      yield breach(
        'recordIsKept',
        `${id} is ${state.name} after ${told} attempts, but attempt ${attempt} is recorded as ${actual}`,
      );
    }
  }
}

/** Checks whether what was decided about a task of a job at rest is saved. */
export function* breachesOfDecision({ id, state, attempts, reason, record, spec }: ModelTask): Generator<Breach> {
  const isUndecided = state.name === 'unscheduled' || (state.name === 'skipped' && reason !== 'condition');
  if (spec.when === undefined || isUndecided) {
    return;
  }
  const withoutAttempts = { failed: 'throws', skipped: 'skips' }[attempts === 0 ? state.name : ''];
  const { decision = 'nothing' } = record;
  const expected = withoutAttempts ?? 'holds';
  if (decision !== expected) {
    yield breach('recordIsKept', `${id} is ${state.name}, but the decision about its condition is saved as ${decision}`);
  }
}

/** Checks whether a retry was saved that the limit doesn't allow. */
export function* tooManyRetries({ id, maxRetries, record: { retries } }: ModelTask): Generator<Breach> {
  if (retries > maxRetries) {
    yield breach('attemptsAreCounted', `${retries} retries of ${id} are saved, but it has ${maxRetries}`);
  }
}

/** Checks whether the saved outcomes of a task have reached it; in a job that leaves its process, none do. */
export function* unheardOutcomes({ id, state, reason, record }: ModelTask, job: string): Generator<Breach> {
  const last = record.decisions.at(-1);
  const isUnheard = state.name === 'skipped' && reason !== 'condition' && reason !== 'dependency';
  if (job !== 'detached' && isUnheard && record.decision !== undefined) {
    yield breach('savedOutcomesCount', `${id} is skipped as ${reason}, but it is saved that its condition ${record.decision}`);
  }
  if (job !== 'detached' && state.name === 'cancelled' && (last === 'succeeded' || last === 'giveUp')) {
    yield breach('savedOutcomesCount', `${id} is cancelled, but its last attempt is saved as ${last}`);
  }
}
