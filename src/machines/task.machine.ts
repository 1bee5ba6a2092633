import type { AnyActorRef } from 'xstate';
import { MAX_DELAY } from '../time/max-delay.ts';
import type { MachineParts } from '../xstate/machine-parts.ts';
import { type SettledTaskState, type StopReason, TASK_EVENTS, type TaskEmitted, type TaskState } from './events.ts';
import type { SlotReleased, SlotRequested, TaskCancel, TaskMessage, TaskSettled } from './messages.ts';

/** The input of `taskMachine`. */
export interface TaskInput {
  readonly task: string;
  /** The names of its dependencies, each once. */
  readonly dependencies: readonly string[];
  readonly maxRetries: number;
  /** The timeout of an attempt, in milliseconds; null for none. */
  readonly timeout: number | null;
  readonly continueOnFailure: boolean;
}

/** The context of `taskMachine`. */
export interface TaskContext {
  readonly task: string;
  /** The number of `dependency.completed` messages still to come. */
  readonly waitingFor: number;
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
function announced({ task, attempt }: TaskContext, message: TaskMessage, from: TaskState, to: TaskState): TaskEmitted {
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
    case 'task.cancel':
      event.reason = message.reason;
  }
  return event as unknown as TaskEmitted;
}

const ABORT = {
  type: 'abortAttempt',
  params: ({ context: { task, attempt }, event }: { context: TaskContext; event: TaskMessage }) => ({
    task,
    attempt,
    reason: (event as TaskCancel).reason,
  }),
} as const;

/** Defines `taskMachine`. */
export const defineTaskMachine = ({ and, assign, emit, sendTo, setup }: MachineParts) =>
  setup({
    types: {} as {
      input: TaskInput;
      context: TaskContext;
      events: TaskMessage;
      emitted: TaskEmitted;
      tags: 'settled';
    },
    guards: {
      dependenciesCompleted: ({ context }) => context.waitingFor <= 1,
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
      countAttempt: assign({ attempt: ({ context }) => context.attempt + 1 }),
      setBackoff: assign({ delay: ({ context, event }) => (event.type === 'attempt.failed' ? event.delay : context.delay) }),
      requestSlot: sendTo(jobOf, ({ context }): SlotRequested => ({ type: 'slot.requested', task: context.task })),
      releaseSlot: sendTo(jobOf, ({ context }): SlotReleased => ({ type: 'slot.released', task: context.task })),
      reportOutcome: sendTo(
        jobOf,
        ({ context }, { state }: { state: SettledTaskState }): TaskSettled => ({
          type: 'task.settled',
          task: context.task,
          state,
          continueOnFailure: context.continueOnFailure,
        }),
      ),
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
  }).createMachine({
    id: 'task',
    context: ({ input }) => ({
      task: input.task,
      waitingFor: Math.max(input.dependencies.length, 1),
      attempt: 0,
      maxRetries: input.maxRetries,
      timeout: input.timeout,
      delay: 0,
      continueOnFailure: input.continueOnFailure,
    }),
    initial: 'unscheduled',
    states: {
      // Without `entry` and `always`: the actor of a task is created when it receives its first message.
      unscheduled: {
        on: {
          'dependency.completed': [
            {
              guard: 'dependenciesCompleted',
              target: 'ready',
              actions: ['countDependency', { type: 'announce', params: { from: 'unscheduled', to: 'ready' } }],
            },
            { actions: 'countDependency' },
          ],
          'task.cancel': { target: 'skipped', actions: { type: 'announce', params: { from: 'unscheduled', to: 'skipped' } } },
        },
      },
      ready: {
        entry: 'requestSlot',
        on: {
          'slot.granted': [{ guard: 'hasTimeout', target: 'running.timed' }, { target: 'running.untimed' }],
          'task.cancel': { target: 'cancelled', actions: { type: 'announce', params: { from: 'ready', to: 'cancelled' } } },
        },
      },
      running: {
        initial: 'untimed',
        entry: [
          'countAttempt',
          { type: 'announce', params: { from: 'ready', to: 'running' } },
          { type: 'startAttempt', params: ({ context }) => ({ task: context.task, attempt: context.attempt }) },
        ],
        states: {
          untimed: {},
          timed: {
            after: {
              attemptTimeout: {
                actions: { type: 'expireAttempt', params: ({ context }) => ({ task: context.task, attempt: context.attempt }) },
              },
            },
          },
          // The outcome is being saved. It counts even if the job ends meanwhile.
          saving: {
            on: {
              'task.cancel': [
                {
                  guard: 'jobIsDetached',
                  target: '#task.cancelled',
                  actions: [{ type: 'announce', params: { from: 'running', to: 'cancelled' } }, ABORT],
                },
                { actions: ABORT },
              ],
            },
          },
        },
        on: {
          'attempt.ended': { guard: 'isCurrentAttempt', target: '.saving' },
          'attempt.succeeded': {
            guard: 'isCurrentAttempt',
            target: 'completed',
            actions: [
              { type: 'mergeOutput', params: ({ context, event }) => ({ task: context.task, output: event.output }) },
              { type: 'announce', params: { from: 'running', to: 'completed' } },
            ],
          },
          'attempt.failed': [
            {
              guard: and(['isCurrentAttempt', 'hasRetriesLeft', 'hasBackoff']),
              target: 'backingOff',
              actions: ['setBackoff', { type: 'announce', params: { from: 'running', to: 'backingOff' } }, 'releaseSlot'],
            },
            {
              guard: and(['isCurrentAttempt', 'hasRetriesLeft']),
              target: 'ready',
              actions: [{ type: 'announce', params: { from: 'running', to: 'ready' } }, 'releaseSlot'],
            },
            {
              guard: 'isCurrentAttempt',
              target: 'failed',
              actions: { type: 'announce', params: { from: 'running', to: 'failed' } },
            },
          ],
          'task.cancel': {
            target: 'cancelled',
            actions: [{ type: 'announce', params: { from: 'running', to: 'cancelled' } }, ABORT],
          },
        },
      },
      backingOff: {
        after: {
          backoff: { target: 'ready', actions: { type: 'announce', params: { from: 'backingOff', to: 'ready' } } },
        },
        on: {
          'task.cancel': {
            target: 'cancelled',
            actions: { type: 'announce', params: { from: 'backingOff', to: 'cancelled' } },
          },
        },
      },
      // Not final states: XState would search all timers of the job at the end of each task, and would keep the name of every task
      // forever in its cache of event types that the machine of the job has seen.
      completed: { tags: 'settled', entry: { type: 'reportOutcome', params: { state: 'completed' } } },
      failed: { tags: 'settled', entry: { type: 'reportOutcome', params: { state: 'failed' } } },
      cancelled: { tags: 'settled', entry: { type: 'reportOutcome', params: { state: 'cancelled' } } },
      skipped: { tags: 'settled', entry: { type: 'reportOutcome', params: { state: 'skipped' } } },
    },
  });

export type TaskMachine = ReturnType<typeof defineTaskMachine>;
