import type { AnyActorRef } from 'xstate';
import { MAX_DELAY } from '../time/max-delay.ts';
import type { ShownEdges } from '../workflow/shown-edges.ts';
import type { MachineParts } from '../xstate/machine-parts.ts';
import { allAnyOfAfter, blockedByAfter, blockerAfter, type Edges } from './edges.ts';
import { type SettledTaskState, type StopReason, TASK_EVENTS, type TaskEmitted, type TaskState } from './events.ts';
import type { SlotReleased, SlotRequested, TaskMessage, TaskSettled } from './messages.ts';

/** The input of `taskMachine`. */
export interface TaskInput {
  readonly task: string;
  /** The names of its dependencies, each once. */
  readonly dependencies: readonly string[];
  /** How many `anyOf` are among its dependencies. */
  readonly anyOf: number;
  /** Whether it has a condition, which is evaluated once its dependencies allow it to run. */
  readonly isConditional: boolean;
  readonly maxRetries: number;
  /** The timeout of an attempt, in milliseconds; null for none. */
  readonly timeout: number | null;
  readonly continueOnFailure: boolean;
  /** For inspectors. The machine doesn't use it. */
  readonly shown?: ShownEdges | undefined;
}

/** The context of `taskMachine`. */
export interface TaskContext extends Edges {
  readonly task: string;
  readonly isConditional: boolean;
  /** The number of attempts started. */
  readonly attempt: number;
  readonly maxRetries: number;
  readonly timeout: number | null;
  /** The length of the current backoff, in milliseconds. */
  readonly delay: number;
  readonly continueOnFailure: boolean;
}

/** Whether a task with this context may retry a failed attempt. */
export const retriesAreLeft = (context: TaskContext): boolean => context.attempt <= context.maxRetries;

/**
 * The actor that a task asks for a slot. A task without a job, as in a test or in `xstate/graph`, asks itself and ignores the
 * message; `sendParent` would throw.
 */
const jobOf = ({ self }: { self: AnyActorRef }): AnyActorRef => self._parent ?? self;

/** The event of a transition, with its cause from the message that led to it. */
function announced(
  { task, attempt, blockedBy }: TaskContext,
  message: TaskMessage,
  from: TaskState,
  to: TaskState,
): TaskEmitted {
  const event: Record<string, unknown> = { type: TASK_EVENTS[to], from, to, task, attempt };
  switch (message.type) {
    case 'attempt.succeeded':
      event.output = message.output;
      break;
    case 'attempt.failed':
      event.reason = message.reason;
      event.error = message.error;
      if (to === 'backingOff') {
        event.delay = message.delay;
      }
      break;
    case 'dependency.settled':
      if (to === 'skipped') {
        event.reason = 'dependency';
        event.origin = blockedBy?.task;
      }
      break;
    case 'condition.decided':
      if (to === 'skipped') {
        event.reason = 'condition';
      }
      break;
    case 'condition.failed':
      event.reason = 'exception';
      event.error = message.error;
      break;
    case 'task.cancel':
    case 'task.stop':
      event.reason = message.reason;
  }
  return event as unknown as TaskEmitted;
}

/** What settles a task whose machine takes this message. */
function settledBy({ type }: TaskMessage): TaskSettled['by'] {
  switch (type) {
    case 'attempt.succeeded':
    case 'attempt.failed':
      return 'attempt';
    case 'task.cancel':
    case 'task.stop':
      return 'stop';
    default:
      return 'decision';
  }
}

/** The building blocks of the task machine. You provide its effects; see `taskMachine`. */
export const taskSetup = ({ assign, emit, sendTo, setup }: MachineParts) =>
  setup({
    types: {} as {
      input: TaskInput;
      context: TaskContext;
      events: TaskMessage;
      emitted: TaskEmitted;
      tags: 'settled';
    },
    guards: {
      isLastDependency: ({ context }) => context.waitingFor <= 1,
      dependencyIsMet: ({ event }) => event.type === 'dependency.settled' && event.edge !== 'anyOf' && event.blocker === null,
      dependenciesAllow: ({ context, event }) => event.type === 'dependency.settled' && blockerAfter(context, event) === null,
      isUnconditional: ({ context }) => !context.isConditional,
      conditionHolds: ({ event }) => event.type === 'condition.decided' && event.holds,
      hasTimeout: ({ context }) => context.timeout !== null,
      isCurrentAttempt: ({ context, event }) => 'attempt' in event && event.attempt === context.attempt,
      jobIsDetached: ({ event }) => event.type === 'task.cancel' && event.reason === 'jobDetached',
      hasRetriesLeft: ({ context, event }) => event.type === 'attempt.failed' && event.retry && retriesAreLeft(context),
      hasBackoff: ({ event }) => event.type === 'attempt.failed' && event.delay > 0,
    },
    delays: {
      attemptTimeout: ({ context }) => context.timeout ?? MAX_DELAY,
      backoff: ({ context }) => context.delay,
    },
    actions: {
      announce: emit(({ context, event }, { from, to }: { from: TaskState; to: TaskState }) =>
        announced(context, event, from, to),
      ),
      countDependency: assign({ waitingFor: ({ context }) => context.waitingFor - 1 }),
      noteBlocker: assign({
        blockedBy: ({ context, event }) =>
          event.type === 'dependency.settled' ? blockedByAfter(context, event) : context.blockedBy,
        anyOf: ({ context, event }) => (event.type === 'dependency.settled' ? allAnyOfAfter(context, event) : context.anyOf),
      }),
      /** Keeps the blocker that is reported as the origin of the skip. */
      chooseBlocker: assign({
        blockedBy: ({ context, event }) =>
          event.type === 'dependency.settled' ? blockerAfter(context, event) : context.blockedBy,
      }),
      countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
      setBackoff: assign({ delay: ({ context, event }) => (event.type === 'attempt.failed' ? event.delay : context.delay) }),
      requestSlot: sendTo(jobOf, ({ context }): SlotRequested => ({ type: 'slot.requested', task: context.task })),
      releaseSlot: sendTo(jobOf, ({ context }): SlotReleased => ({ type: 'slot.released', task: context.task })),
      reportOutcome: sendTo(
        jobOf,
        ({ context, event }, { state }: { state: SettledTaskState }): TaskSettled => ({
          type: 'task.settled',
          task: context.task,
          state,
          by: settledBy(event),
          continueOnFailure: context.continueOnFailure,
        }),
      ),
      /** Evaluates the condition of the task, saves the decision, and replies with `condition.decided` or `condition.failed`. */
      decide: (_, _params: { task: string }) => {},
      /** Calls the function of the task. */
      startAttempt: (_, _params: { task: string; attempt: number }) => {},
      /**
       * Aborts the signal of the attempt because it timed out, and consults the retry policy, which replies with
       * `attempt.failed`.
       */
      expireAttempt: (_, _params: { task: string; attempt: number }) => {},
      /** Aborts the signal of the attempt because the job ends. */
      abortAttempt: (_, _params: { task: string; attempt: number; reason: StopReason }) => {},
      /** Merges the result of the function into the context of the job. */
      mergeOutput: (_, _params: { task: string; output: object | undefined }) => {},
    },
  });
