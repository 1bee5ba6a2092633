import type { AttemptPlan, Scenario, TaskPlan } from './scenario.ts';

const task = (name: string, dependencies: string[], attempts: AttemptPlan[], options: Partial<TaskPlan> = {}): TaskPlan => {
  const defaults = {
    timeout: undefined,
    maxRetries: undefined,
    backoff: undefined,
    retryIf: undefined,
    continueOnFailure: false,
  };
  return { name, dependencies, attempts, ...defaults, ...options };
};

const job = (tasks: TaskPlan[], options: Partial<Scenario> = {}): Scenario => {
  const defaults = {
    maxConcurrency: undefined,
    maxRetries: undefined,
    backoff: 0,
    retryIf: undefined,
    timeout: undefined,
    cancel: undefined,
    hurry: undefined,
  };
  return { tasks, ...defaults, faultyListener: false, ...options };
};

/** Small scenarios in which something of everything happens. */
export const STORIES = {
  completed: job(
    [
      task('t0', [], [{ does: 'object', after: 2 }]),
      task('t1', ['t0'], [{ does: 'throws', after: 'sync' }], { backoff: 5, retryIf: 'always' }),
      task('t2', [], [{ does: 'object', after: 10 }], { timeout: 3, maxRetries: 1 }),
      task('t3', ['t1', 't2'], []),
      task('t4', ['t1'], [{ does: 'throws', after: 'sync' }], { maxRetries: 0, continueOnFailure: true }),
    ],
    { maxConcurrency: 2 },
  ),
  queued: job([task('t0', [], [{ does: 'object', after: 5 }]), task('t1', [], []), task('t2', ['t0'], [])], {
    maxConcurrency: 1,
  }),
  failed: job(
    [task('t0', [], [{ does: 'never', after: 0 }]), task('t1', [], [{ does: 'throws', after: 2 }], { maxRetries: 0 })],
    {
      timeout: 100,
    },
  ),
  cancelled: job([task('t0', [], [{ does: 'object', after: 5 }]), task('t1', ['t0'], [{ does: 'untilAborted', after: 0 }])], {
    cancel: { when: { time: 8 }, by: 'signal' },
  }),
  byDefault: job(
    [
      task('t0', [], [{ does: 'throws', after: 2 }], { backoff: undefined }),
      task('t1', ['t0'], [{ does: 'throwsTypeError', after: 2 }]),
    ],
    { backoff: undefined },
  ),
  // Too rare to be left to chance: the timer of an attempt goes off while retryIf is asked about the end of this attempt, and
  // waits; the next attempt runs before it gets its turn.
  hurried: job(
    [
      task(
        't0',
        [],
        [
          { does: 'throws', after: 5 },
          { does: 'object', after: 3 },
        ],
        { timeout: 10, maxRetries: 1, retryIf: 'always' },
      ),
    ],
    { hurry: { ask: 1 } },
  ),
};
