import type { MachineParts } from '../xstate/machine-parts.ts';
import type { StopReason } from './events.ts';
import { jobSetup } from './job-setup.ts';
import type { EndState } from './messages.ts';

export type { JobContext, JobInput } from './job-setup.ts';

/** The config of a state, checked. */
const state: ReturnType<typeof jobSetup>['createStateConfig'] = (config) => config;

/** An unfinished job can leave its process in any state. */
const detachable = (from: 'idle' | 'running') =>
  state({
    on: {
      'job.detach': {
        target: `#job.${from}.detaching`,
        actions: ['closeBooks', { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobDetached', cause: event.error }) }],
      },
    },
  }).on;

/** A task failed for good, so the job fails. */
const fails = () =>
  state({
    on: {
      'task.settled': {
        target: '#job.running.failing',
        actions: [
          'countSettled',
          'closeBooks',
          { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobFailed', cause: event.task }) },
        ],
      },
    },
  }).on['task.settled'];

/** A running job, with or without a timeout. */
const atWork = () =>
  state({
    always: [
      { guard: 'allTasksSettled', target: '#job.running.completing' },
      { guard: 'slotFree', actions: ['takeSlot', 'grantSlot'] },
    ],
    on: {
      ...detachable('running'),
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
        fails(),
      ],
      'job.cancel': {
        target: '#job.running.cancelling',
        actions: [
          'closeBooks',
          { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobCancelled', cause: event.reason }) },
        ],
      },
    },
  });

/** A job whose end is being saved. */
const saving = (from: 'idle' | 'running', to: EndState) =>
  state({
    entry: { type: 'saveEnd', params: { state: to } },
    on: {
      ...(to !== 'detached' && detachable(from)),
      'end.saved': { target: `#job.${to}`, actions: { type: 'announce', params: { from, to } } },
    },
  });

/** A job that waits for tasks whose outcomes are being saved. If such a task goes on, it is stopped. */
const waiting = (reason: StopReason) =>
  state({
    on: {
      ...detachable('running'),
      'slot.released': { actions: { type: 'stopTask', params: ({ event }) => ({ task: event.task, reason }) } },
    },
  }).on;

/** A job that is stopping its tasks, and then saves its end. */
const ending = (from: 'idle' | 'running', to: EndState, reason: StopReason) =>
  state({
    initial: 'stopping',
    states: {
      stopping: {
        always: { guard: 'allTasksSettled', target: 'saving' },
        on: {
          'task.settled': { actions: 'countSettled' },
          ...(from === 'running' && to !== 'detached' && waiting(reason)),
        },
      },
      saving: saving(from, to),
    },
  });

/** A running job that is being stopped. Outcomes already being saved take precedence: they may still complete or fail the job. */
const halting = (to: EndState, reason: StopReason) => {
  const { states, ...rest } = ending('running', to, reason);
  const { always, on } = states.stopping;
  return state({
    ...rest,
    states: {
      ...states,
      stopping: {
        always: [{ guard: 'allTasksDone', target: '#job.running.completing' }, always],
        on: {
          ...on,
          'task.settled': [
            { guard: 'taskFailed', ...fails() },
            { guard: 'taskStopped', actions: ['countSettled', 'countStopped'] },
            on['task.settled'],
          ],
        },
      },
    },
  });
};

/** Defines `jobMachine`. */
export const defineJobMachine = (parts: MachineParts) =>
  jobSetup(parts).createMachine({
    id: 'job',
    context: ({ input }) => ({ ...input, settled: 0, stopped: 0, running: 0, queued: 0 }),
    entry: 'spawnTasks',
    initial: 'idle',
    states: {
      idle: {
        initial: 'waiting',
        states: {
          waiting: {
            on: {
              ...detachable('idle'),
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
          cancelling: ending('idle', 'cancelled', 'jobCancelled'),
          detaching: ending('idle', 'detached', 'jobDetached'),
        },
      },
      running: {
        entry: [{ type: 'announce', params: { from: 'idle', to: 'running' } }, 'scheduleRoots'],
        initial: 'untimed',
        states: {
          untimed: atWork(),
          timed: {
            ...atWork(),
            after: {
              jobTimeout: {
                target: 'timingOut',
                actions: ['closeBooks', { type: 'stopTasks', params: { reason: 'jobTimedOut' } }],
              },
            },
          },
          completing: saving('running', 'completed'),
          failing: ending('running', 'failed', 'jobFailed'),
          cancelling: halting('cancelled', 'jobCancelled'),
          timingOut: halting('timedOut', 'jobTimedOut'),
          detaching: ending('running', 'detached', 'jobDetached'),
        },
      },
      completed: { type: 'final' },
      failed: { type: 'final' },
      cancelled: { type: 'final' },
      timedOut: { type: 'final' },
      detached: { type: 'final' },
    },
  });

export type JobMachine = ReturnType<typeof defineJobMachine>;
