import type { MachineParts } from '../xstate/machine-parts.ts';
import type { JobPhase, StopReason } from './events.ts';
import { jobSetup } from './job-setup.ts';
import { detachable, GRANT, leaving, NOTIFY, saving, slots, state, stopsTasks, winding } from './job-states.ts';
import type { EndState } from './messages.ts';

export type { JobContext, JobInput } from './job-setup.ts';

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

/** A running job, with or without a timeout. */
const atWork = () =>
  state({
    initial: 'working',
    on: detachable('running'),
    states: {
      working: {
        always: [
          { guard: 'doneWithFailures', target: '#job.running.failing' },
          { guard: 'mayComplete', target: '#job.running.completing' },
          GRANT,
        ],
        on: {
          ...slots(),
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

/** A job that is stopping its tasks, and then ends. */
const ending = (to: Exclude<EndState, 'completed' | 'detached'>, reason: StopReason) =>
  state({
    initial: 'stopping',
    states: {
      stopping: {
        always: { guard: 'allTasksSettled', target: 'leaving' },
        on: {
          'task.settled': { actions: 'countSettled' },
          ...detachable('running'),
          ...stopsTasks(reason),
        },
      },
      ...leaving('running', to),
    },
  });

/** A job that ends at once, and runs nothing more. */
const endingEarly = (from: 'idle' | JobPhase, to: 'cancelled' | 'detached') =>
  state({
    initial: 'stopping',
    states: {
      stopping: {
        always: { guard: from === 'finishing' ? 'allTasksSettled' : 'allEndedEarly', target: 'saving' },
        on: { 'task.settled': { actions: 'countSettled' } },
      },
      saving: saving(from, to),
    },
  });

/** A running job that is being stopped. Outcomes already being saved take precedence: they may still complete or fail the job. */
const halting = (to: 'cancelled' | 'timedOut', reason: StopReason) => {
  const { states, ...rest } = ending(to, reason);
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
          cancelling: endingEarly('idle', 'cancelled'),
          detaching: endingEarly('idle', 'detached'),
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
          completing: { initial: 'leaving', states: leaving('running', 'completed') },
          failing: ending('failed', 'jobFailed'),
          cancelling: halting('cancelled', 'jobCancelled'),
          timingOut: halting('timedOut', 'jobTimedOut'),
          detaching: endingEarly('running', 'detached'),
        },
      },
      undoing: {
        entry: 'scheduleUndo',
        initial: 'failed',
        states: {
          failed: winding('undoing', 'failed'),
          cancelled: winding('undoing', 'cancelled'),
          timedOut: winding('undoing', 'timedOut'),
          detaching: endingEarly('undoing', 'detached'),
        },
      },
      finishing: {
        entry: ['countFinals', 'scheduleFinals'],
        initial: 'completed',
        states: {
          completed: winding('finishing', 'completed'),
          failed: winding('finishing', 'failed'),
          cancelled: winding('finishing', 'cancelled'),
          timedOut: winding('finishing', 'timedOut'),
          detaching: endingEarly('finishing', 'detached'),
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
