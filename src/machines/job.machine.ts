import { assign, emit, setup } from 'xstate';
import { MAX_DELAY } from '../workflow/max-delay.ts';
import type { JobEmitted, JobState, StopReason } from './events.ts';
import type { JobLimits, JobMessage } from './messages.ts';

/** The input of `jobMachine`. */
export interface JobInput extends JobLimits {
  /** The number of tasks. */
  readonly tasks: number;
}

/** The context of `jobMachine`. */
export interface JobContext extends JobInput {
  /** The number of settled tasks. */
  readonly settled: number;
  /** The number of slots in use. */
  readonly running: number;
  /** The number of ready tasks that wait for a slot. */
  readonly queued: number;
}

/** The limits of a job: those in its start message, or those it was created with. */
const limitsOf = ({ slots, timeout }: JobContext, message: JobMessage): JobLimits =>
  (message.type === 'job.start' && message.limits) || { slots, timeout };

/** Why the job ended, for its last event. */
function causeOf(message: JobMessage): object {
  if (message.type !== 'tasks.stopped') {
    return {};
  }
  const { type: _, ...cause } = message;
  return cause;
}

const jobSetup = setup({
  types: {} as {
    input: JobInput;
    context: JobContext;
    events: JobMessage;
    emitted: JobEmitted;
  },
  guards: {
    hasTimeout: ({ context, event }) => limitsOf(context, event).timeout !== null,
    slotFree: ({ context }) => context.queued > 0 && context.running < context.slots,
    allTasksSettled: ({ context }) => context.settled === context.tasks,
    taskCompleted: ({ event }) => event.type === 'task.settled' && event.state === 'completed',
    failureIsTolerated: ({ event }) => event.type === 'task.settled' && event.continueOnFailure,
  },
  delays: {
    jobTimeout: ({ context }) => context.timeout ?? MAX_DELAY,
  },
  actions: {
    announce: emit(
      ({ event }, { from, to }: { from: JobState; to: JobState }) =>
        ({ type: `job.${to}`, from, to, ...causeOf(event) }) as JobEmitted,
    ),
    setLimits: assign(({ context, event }) => limitsOf(context, event)),
    countQueued: assign({ queued: ({ context }) => context.queued + 1 }),
    countSettled: assign({ settled: ({ context }) => context.settled + 1 }),
    freeSlot: assign({ running: ({ context }) => context.running - 1 }),
    takeSlot: assign({
      running: ({ context }) => context.running + 1,
      queued: ({ context }) => context.queued - 1,
    }),
    /** No more slots are granted, so the counters of an ended job are 0. */
    closeBooks: assign({ running: 0, queued: 0 }),
    /** Creates the actor of every task. */
    spawnTasks: () => {},
    /** Sends `dependency.completed` to every task that has no dependencies. */
    scheduleRoots: () => {},
    /** Adds a task to the end of the queue. */
    enqueueTask: (_, _params: { task: string }) => {},
    /** Takes the first task of the queue and sends it `slot.granted`. */
    grantSlot: () => {},
    /** Sends `dependency.completed` to every task that depends on this one. */
    notifyDependents: (_, _params: { task: string }) => {},
    /** Sends `task.cancel` to every task that is not settled, and then `tasks.stopped` to the job. */
    stopTasks: (_, _params: { reason: StopReason; cause?: unknown }) => {},
  },
});

/** A running job, with or without a timeout. */
const atWork = jobSetup.createStateConfig({
  always: [
    {
      guard: 'allTasksSettled',
      target: '#job.completed',
      actions: { type: 'announce', params: { from: 'running', to: 'completed' } },
    },
    { guard: 'slotFree', actions: ['takeSlot', 'grantSlot'] },
  ],
  on: {
    'slot.requested': {
      actions: ['countQueued', { type: 'enqueueTask', params: ({ event }) => ({ task: event.task }) }],
    },
    'slot.released': { actions: 'freeSlot' },
    'task.settled': [
      {
        guard: 'taskCompleted',
        actions: ['countSettled', 'freeSlot', { type: 'notifyDependents', params: ({ event }) => ({ task: event.task }) }],
      },
      { guard: 'failureIsTolerated', actions: ['countSettled', 'freeSlot'] },
      {
        target: '#job.running.failing',
        actions: [
          'countSettled',
          'closeBooks',
          { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobFailed', cause: event.task }) },
        ],
      },
    ],
    'job.cancel': {
      target: '#job.running.cancelling',
      actions: ['closeBooks', { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobCancelled', cause: event.reason }) }],
    },
  },
});

/** A job that is stopping its tasks; its last event comes once all of them have settled. */
const ending = (from: 'idle' | 'running', to: 'failed' | 'cancelled' | 'timedOut') =>
  jobSetup.createStateConfig({
    on: {
      'task.settled': { actions: 'countSettled' },
      'tasks.stopped': {
        guard: 'allTasksSettled',
        target: `#job.${to}`,
        actions: { type: 'announce', params: { from, to } },
      },
    },
  });

/**
 * The machine of a job. It grants slots and decides when and how the job ends. You provide its effects as the actions
 * `spawnTasks`, `scheduleRoots`, `enqueueTask`, `grantSlot`, `notifyDependents` and `stopTasks`.
 */
export const jobMachine = jobSetup.createMachine({
  id: 'job',
  context: ({ input }) => ({ ...input, settled: 0, running: 0, queued: 0 }),
  entry: 'spawnTasks',
  initial: 'idle',
  states: {
    idle: {
      initial: 'waiting',
      states: {
        waiting: {
          on: {
            'job.start': [
              { guard: 'hasTimeout', target: '#job.running.timed', actions: 'setLimits' },
              { target: '#job.running.untimed', actions: 'setLimits' },
            ],
            'job.cancel': {
              target: 'cancelling',
              actions: { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobCancelled', cause: event.reason }) },
            },
          },
        },
        cancelling: ending('idle', 'cancelled'),
      },
    },
    running: {
      entry: [{ type: 'announce', params: { from: 'idle', to: 'running' } }, 'scheduleRoots'],
      initial: 'untimed',
      states: {
        untimed: atWork,
        timed: {
          ...atWork,
          after: {
            jobTimeout: {
              target: 'timingOut',
              actions: ['closeBooks', { type: 'stopTasks', params: { reason: 'jobTimedOut' } }],
            },
          },
        },
        failing: ending('running', 'failed'),
        cancelling: ending('running', 'cancelled'),
        timingOut: ending('running', 'timedOut'),
      },
    },
    completed: { type: 'final' },
    failed: { type: 'final' },
    cancelled: { type: 'final' },
    timedOut: { type: 'final' },
  },
});
