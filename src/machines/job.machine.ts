import type { MachineParts } from '../xstate/machine-parts.ts';
import type { StopReason } from './events.ts';
import { jobSetup } from './job-setup.ts';
import type { EndState, JobMessage, SlotReleased, SlotRequested, TaskSettled } from './messages.ts';

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

const NOTIFY = {
  type: 'notifyDependents',
  params: ({ event }: { event: JobMessage }) => ({ task: (event as TaskSettled).task }),
} as const;

/** A task failed for good, so the job fails. */
const fails = () =>
  state({
    on: {
      'task.settled': {
        target: '#job.running.failing',
        actions: ['countSettled', 'closeBooks', { type: 'stopTasks', params: { reason: 'jobFailed' } }],
      },
    },
  }).on['task.settled'];

/** The job is cancelled. */
const cancels = (target: '#job.running.cancelling' | '#job.running.failing') =>
  state({
    on: {
      'job.cancel': {
        target,
        actions: [
          'closeBooks',
          { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobCancelled', cause: event.reason }) },
        ],
      },
    },
  }).on;

/** The job times out. */
const timesOut = (target: 'timingOut' | 'failing') =>
  ({ target, actions: ['closeBooks', { type: 'stopTasks', params: { reason: 'jobTimedOut' } }] }) as const;

/** A task that would go on in a job that is ending is stopped. */
const stopsTasks = (reason: StopReason) => {
  const transition = {
    actions: {
      type: 'stopTask',
      params: ({ event }: { event: SlotRequested | SlotReleased }) => ({ task: event.task, reason }),
    },
  } as const;
  return state({ on: { 'slot.requested': transition, 'slot.released': transition } }).on;
};

/** A running job, with or without a timeout. */
const atWork = () =>
  state({
    initial: 'working',
    on: detachable('running'),
    states: {
      working: {
        always: [
          { guard: 'doneWithFailures', target: '#job.running.failing' },
          { guard: 'allTasksSettled', target: '#job.running.completing' },
          { guard: 'slotFree', actions: ['takeSlot', 'grantSlot'] },
        ],
        on: {
          'slot.requested': {
            actions: ['countQueued', { type: 'enqueueTask', params: ({ event }) => ({ task: event.task }) }],
          },
          'slot.released': { actions: 'freeSlot' },
          'task.settled': [
            { guard: 'taskCompleted', actions: ['countSettled', 'freeSlot', NOTIFY] },
            { guard: 'taskSkipped', actions: ['countSettled', NOTIFY] },
            { guard: 'failureIsTolerated', actions: ['countSettled', 'freeItsSlot', NOTIFY] },
            { guard: 'failureStops', ...fails() },
            {
              guard: 'failureEndsAttempts',
              target: 'draining',
              actions: [
                'countSettled',
                'countFailure',
                'closeBooks',
                { type: 'stopIdleTasks', params: { reason: 'jobFailed' } },
              ],
            },
            { actions: ['countSettled', 'countFailure', 'freeItsSlot', NOTIFY] },
          ],
          ...cancels('#job.running.cancelling'),
        },
      },
      // A task failed: running attempts may end, and no other starts.
      draining: {
        always: { guard: 'allTasksSettled', target: '#job.running.failing' },
        on: {
          ...stopsTasks('jobFailed'),
          'task.settled': { actions: 'countSettled' },
          ...cancels('#job.running.failing'),
        },
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

/** A job that is stopping its tasks, and then saves its end. */
const ending = (from: 'idle' | 'running', to: EndState, reason: StopReason) =>
  state({
    initial: 'stopping',
    states: {
      stopping: {
        always: { guard: 'allTasksSettled', target: 'saving' },
        on: {
          'task.settled': { actions: 'countSettled' },
          ...(from === 'running' && to !== 'detached' && { ...detachable('running'), ...stopsTasks(reason) }),
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
        always: [
          { guard: 'doneWithFailures', target: '#job.running.failing' },
          { guard: 'allTasksDone', target: '#job.running.completing' },
          always,
        ],
        on: {
          ...on,
          'task.settled': [
            { guard: 'taskStopped', actions: ['countSettled', 'countStopped'] },
            { guard: 'failureIsFinal', ...fails() },
            { guard: 'taskFailed', actions: ['countSettled', 'countFailure'] },
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
    context: ({ input }) => ({ ...input, settled: 0, stopped: 0, failures: 0, running: 0, queued: 0 }),
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
              jobTimeout: [{ guard: 'isDraining', ...timesOut('failing') }, timesOut('timingOut')],
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
