import type { MachineParts } from '../xstate/machine-parts.ts';
import type { AnyOf } from './edges.ts';
import type { TaskCancel, TaskMessage } from './messages.ts';
import { type TaskContext, taskSetup } from './task-setup.ts';

export { retriesAreLeft, type TaskContext, type TaskInput } from './task-setup.ts';

const NO_ANY_OF: readonly AnyOf[] = [];

const UNMET: AnyOf = { isMet: false, blockedBy: null };

const ABORT = {
  type: 'abortAttempt',
  params: ({ context: { task, attempt }, event }: { context: TaskContext; event: TaskMessage }) => ({
    task,
    attempt,
    reason: (event as TaskCancel).reason,
  }),
} as const;

/** The config of a state, checked. */
const state: ReturnType<typeof taskSetup>['createStateConfig'] = (config) => config;

/** A task that has not started an attempt, or not another one, is stopped. */
const stops = (from: 'unscheduled' | 'ready' | 'backingOff', to: 'skipped' | 'cancelled') => {
  const transition = { target: `#task.${to}`, actions: { type: 'announce', params: { from, to } } } as const;
  return state({ on: { 'task.cancel': transition, 'task.stop': transition } }).on;
};

/** Defines `taskMachine`. */
export const defineTaskMachine = (parts: MachineParts) =>
  taskSetup(parts).createMachine({
    id: 'task',
    context: ({ input }) => ({
      task: input.task,
      waitingFor: Math.max(input.dependencies.length, 1),
      blockedBy: null,
      anyOf: input.anyOf === 0 ? NO_ANY_OF : Array.from({ length: input.anyOf }, () => UNMET),
      isConditional: input.isConditional,
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
        initial: 'waiting',
        states: {
          waiting: {
            on: {
              ...stops('unscheduled', 'skipped'),
              'dependency.settled': [
                {
                  guard: parts.and(['isLastDependency', 'dependenciesAllow', 'isUnconditional']),
                  target: '#task.ready',
                  actions: ['countDependency', { type: 'announce', params: { from: 'unscheduled', to: 'ready' } }],
                },
                {
                  guard: parts.and(['isLastDependency', 'dependenciesAllow']),
                  target: 'deciding',
                  actions: 'countDependency',
                },
                {
                  guard: 'isLastDependency',
                  target: '#task.skipped',
                  actions: [
                    'countDependency',
                    'chooseBlocker',
                    { type: 'announce', params: { from: 'unscheduled', to: 'skipped' } },
                  ],
                },
                { guard: 'dependencyIsMet', actions: 'countDependency' },
                { actions: ['countDependency', 'noteBlocker'] },
              ],
            },
          },
          deciding: {
            entry: { type: 'decide', params: ({ context }) => ({ task: context.task }) },
            on: { ...stops('unscheduled', 'skipped'), 'condition.evaluated': 'saving' },
          },
          // The decision is being saved. It counts even if the job ends meanwhile.
          saving: {
            on: { 'task.cancel': { guard: 'jobIsDetached', ...stops('unscheduled', 'skipped')['task.cancel'] } },
          },
        },
        on: {
          'condition.decided': [
            {
              guard: 'conditionHolds',
              target: 'ready',
              actions: { type: 'announce', params: { from: 'unscheduled', to: 'ready' } },
            },
            { target: 'skipped', actions: { type: 'announce', params: { from: 'unscheduled', to: 'skipped' } } },
          ],
          'condition.failed': {
            target: 'failed',
            actions: { type: 'announce', params: { from: 'unscheduled', to: 'failed' } },
          },
        },
      },
      ready: {
        entry: 'requestSlot',
        on: {
          ...stops('ready', 'cancelled'),
          'slot.granted': [{ guard: 'hasTimeout', target: 'running.timed' }, { target: 'running.untimed' }],
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
              guard: parts.and(['isCurrentAttempt', 'hasRetriesLeft', 'hasBackoff']),
              target: 'backingOff',
              actions: ['setBackoff', { type: 'announce', params: { from: 'running', to: 'backingOff' } }, 'releaseSlot'],
            },
            {
              guard: parts.and(['isCurrentAttempt', 'hasRetriesLeft']),
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
        on: stops('backingOff', 'cancelled'),
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
