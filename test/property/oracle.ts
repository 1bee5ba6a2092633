import { isDeepStrictEqual } from 'node:util';
import {
  type FailureReason,
  InvalidResultError,
  JobCancelledError,
  type JobEvent,
  JobFailedError,
  type JobResult,
  JobTimedOutError,
  RetryPolicyError,
  type TaskFailedEvent,
  TaskTimedOutError,
} from 'tintype';
import { events, type Recording } from './recording.ts';
import { attemptPlan, INITIAL_CONTEXT, outputOf, RANDOM, type Scenario, type TaskPlan } from './scenario.ts';

/** Why the tasks of a job that ended early were stopped. */
export const STOP_REASONS: Readonly<Record<string, string>> = {
  failed: 'jobFailed',
  cancelled: 'jobCancelled',
  timedOut: 'jobTimedOut',
};

const DEFAULT_BACKOFF = { initial: 100, factor: 2, max: 10_000 };

export const retriesOf = (plan: TaskPlan, scenario: Scenario): number => plan.maxRetries ?? scenario.maxRetries ?? 5;

/** What an attempt failed with, also when the retry policy failed after it. */
export const attemptErrorOf = (error: unknown): unknown => (error instanceof RetryPolicyError ? error.attemptError : error);

export interface Decision {
  readonly to: 'failed' | 'backingOff' | 'ready';
  readonly delay: number;
  /** Whether the policy itself fails. */
  readonly broken?: boolean;
}

/** What must follow when an attempt failed with `error`. */
export function decisionAfter(plan: TaskPlan, scenario: Scenario, attempt: number, error: unknown): Decision {
  const failed: Decision = { to: 'failed', delay: 0 };
  const broken = { ...failed, broken: true };
  if (error instanceof InvalidResultError || attempt > retriesOf(plan, scenario)) {
    return failed;
  }
  const { retryIf = scenario.retryIf, backoff = scenario.backoff } = plan;
  if (retryIf === 'throws') {
    return broken;
  }
  const isRetried =
    retryIf === undefined
      ? !(error instanceof TypeError)
      : ['every', 'always', error instanceof TaskTimedOutError ? 'timeouts' : 'exceptions'].includes(retryIf);
  if (!isRetried) {
    return failed;
  }
  if (typeof backoff === 'string') {
    return broken;
  }
  const delay = backoff === undefined ? RANDOM * delayAfter(DEFAULT_BACKOFF, attempt) : delayAfter(backoff, attempt);
  return { to: delay > 0 ? 'backingOff' : 'ready', delay };
}

function delayAfter(backoff: Exclude<TaskPlan['backoff'], string | undefined>, attempt: number): number {
  if (typeof backoff === 'number') {
    return backoff;
  }
  return 'perAttempt' in backoff
    ? attempt * backoff.perAttempt
    : Math.min(backoff.max, backoff.initial * backoff.factor ** (attempt - 1));
}

/** The context that the job must end with: the results of its completed tasks, in workflow order. */
export function expectedContext(recording: Recording): Record<string, unknown> {
  const outputs = new Map<string, object>();
  for (const [event, world] of events(recording)) {
    if (event.type === 'task.completed' && attemptPlan(world.task(event.task).plan, event.attempt).does === 'object') {
      outputs.set(event.task, outputOf(event.task, event.attempt));
    }
  }
  const context: Record<string, unknown> = { ...INITIAL_CONTEXT };
  for (const task of workflowOrder(recording.scenario.tasks)) {
    Object.assign(context, outputs.get(task));
  }
  return context;
}

/** Takes the first task whose dependencies have all been taken, again and again. */
function workflowOrder(tasks: readonly TaskPlan[]): string[] {
  const left = new Map(tasks.map((task) => [task.name, task]));
  const taken: string[] = [];
  while (left.size > 0) {
    const next = [...left.values()].find(({ dependencies }) => !dependencies.some((name) => left.has(name))) as TaskPlan;
    left.delete(next.name);
    taken.push(next.name);
  }
  return taken;
}

/** Whether a signal aborted with the error of the end of its job. */
export function isEndError(reason: unknown, result: JobResult | undefined): boolean {
  switch (result?.state) {
    case 'failed': {
      const { failure } = result;
      return reason instanceof JobFailedError && isDeepStrictEqual(reason.failure, failure) && reason.cause === failure.error;
    }
    case 'cancelled':
      return reason instanceof JobCancelledError && reason.reason === result.reason && reason.cause === result.reason;
    case 'timedOut':
      return reason instanceof JobTimedOutError && reason.timeout === result.timeout;
    default:
      return false;
  }
}

/** Whether the reason of a failure fits its error, whatever was thrown. */
export function reasonFits({ reason, error }: Pick<TaskFailedEvent, 'reason' | 'error'>): boolean {
  switch (reason) {
    case 'timedOut':
      return error instanceof TaskTimedOutError;
    case 'invalidResult':
      return error instanceof InvalidResultError;
    case 'exception':
      return !(error instanceof TaskTimedOutError || error instanceof InvalidResultError);
  }
}

/** Whether an attempt failed, for good or not. */
export const isAttemptFailure = (
  event: JobEvent,
): event is JobEvent & {
  readonly task: string;
  readonly attempt: number;
  readonly error: unknown;
  readonly reason: FailureReason;
} => 'task' in event && event.from === 'running' && 'error' in event;

/** Whether a state is one that a task or a job can't leave. */
export const isSettled = (state: string): boolean =>
  ['completed', 'failed', 'cancelled', 'skipped', 'timedOut'].includes(state);
