import { MAX_DELAY } from '../time/max-delay.ts';
import type { MachineParts } from '../xstate/machine-parts.ts';
import type { JobEmitted, JobState, StopReason } from './events.ts';
import type { LastPhase } from './last-phases.ts';
import type { EndState, JobLimits, JobMessage, UndoneEnd } from './messages.ts';

/** The input of `jobMachine`. */
export interface JobInput extends JobLimits {
  /** The number of tasks, without finally tasks. */
  readonly tasks: number;
  /** The number of finally tasks. */
  readonly finals: number;
  /** The number of tasks that can be undone. */
  readonly undoable: number;
}

/** The context of `jobMachine`. */
export interface JobContext extends JobInput {
  /** The number of tasks in the current phase: ordinary tasks, tasks to undo, or finally tasks. */
  readonly tasks: number;
  /** How many of them have settled. */
  readonly settled: number;
  /** How many of them were stopped because the job was cancelled or timed out. */
  readonly stopped: number;
  /** How many failed without `continueOnFailure`, if the job continues after that. */
  readonly failures: number;
  /** The number of slots in use. */
  readonly running: number;
  /** The number of ready tasks that wait for a slot. */
  readonly queued: number;
}

/** The limits of a job: those in its start message, or those it was created with. */
const limitsOf = ({ slots, timeout, onFailure, undo }: JobContext, message: JobMessage): JobLimits =>
  (message.type === 'job.start' && message.limits) || { slots, timeout, onFailure, undo };

/** Whether a job may end like this: if it is resumed, it ends as was saved. */
const mayEnd = ({ ending }: JobContext, state: EndState): boolean => ending === undefined || ending === state;

const isFailure = (message: JobMessage): boolean =>
  message.type === 'task.settled' && message.state === 'failed' && !message.continueOnFailure;

/** Why the job ended, for its last event. */
function causeOf(message: JobMessage): object {
  if (message.type !== 'end.saved') {
    return {};
  }
  const { type: _, ...cause } = message;
  return cause;
}

/** The building blocks of the job machine. You provide its effects; see `jobMachine`. */
export const jobSetup = ({ assign, emit, setup }: MachineParts) =>
  setup({
    types: {} as {
      input: JobInput;
      context: JobContext;
      events: JobMessage;
      emitted: JobEmitted;
    },
    guards: {
      hasTimeout: ({ context, event }) => limitsOf(context, event).timeout !== null,
      slotFree: ({ context }) => context.queued > 0 && context.running < context.slots,
      allEndedEarly: ({ context }) => context.settled === context.tasks + context.finals,
      mayUndo: ({ context }, { ending }: { ending: UndoneEnd }) => context.undoable > 0 && context.undo.includes(ending),
      undoIsPlanned: ({ event }) => event.type === 'undo.planned' && event.tasks > 0,
      hasFinals: ({ context }) => context.finals > 0,
      allTasksSettled: ({ context }) => context.settled === context.tasks,
      mayComplete: ({ context }) => context.settled === context.tasks && mayEnd(context, 'completed'),
      allTasksDone: ({ context }) => context.settled === context.tasks && context.stopped === 0 && mayEnd(context, 'completed'),
      taskCompleted: ({ event }) => event.type === 'task.settled' && event.state === 'completed',
      taskSkipped: ({ event }) => event.type === 'task.settled' && event.state === 'skipped',
      taskStopped: ({ event }) => event.type === 'task.settled' && event.by === 'stop',
      failureIsTolerated: ({ event }) => event.type === 'task.settled' && event.state === 'failed' && event.continueOnFailure,
      failureStops: ({ context, event }) => isFailure(event) && context.onFailure === 'stop',
      failureEndsAttempts: ({ context, event }) => isFailure(event) && context.onFailure === 'finishRunning',
      failureIsFinal: ({ context, event }) => isFailure(event) && context.onFailure !== 'keepGoing',
      taskFailed: ({ event }) => isFailure(event),
      doneWithFailures: ({ context }) =>
        context.failures > 0 && context.settled === context.tasks && context.stopped === 0 && mayEnd(context, 'failed'),
      isDraining: ({ context }) => context.failures > 0 && context.onFailure === 'finishRunning',
    },
    delays: {
      jobTimeout: ({ context }) => context.timeout ?? MAX_DELAY,
    },
    actions: {
      announce: emit(
        ({ event }, { from, to, ending }: { from: JobState; to: JobState; ending?: EndState }) =>
          ({ type: `job.${to}`, from, to, ...(ending && { ending }), ...causeOf(event) }) as JobEmitted,
      ),
      setLimits: assign(({ context, event }) => limitsOf(context, event)),
      countQueued: assign({ queued: ({ context }) => context.queued + 1 }),
      countSettled: assign({ settled: ({ context }) => context.settled + 1 }),
      countStopped: assign({ stopped: ({ context }) => context.stopped + 1 }),
      countFailure: assign({ failures: ({ context }) => context.failures + 1 }),
      freeSlot: assign({ running: ({ context }) => context.running - 1 }),
      /** A task that failed because of its condition had no slot. */
      freeItsSlot: assign({
        running: ({ context, event }) => context.running - (event.type === 'task.settled' && event.by === 'attempt' ? 1 : 0),
      }),
      takeSlot: assign({
        running: ({ context }) => context.running + 1,
        queued: ({ context }) => context.queued - 1,
      }),
      /** No more slots are granted, so the counters of an ended job are 0. */
      closeBooks: assign({ running: 0, queued: 0 }),
      /** The tasks to undo take the place of those of the workflow. */
      countUndos: assign({
        tasks: ({ context, event }) => (event.type === 'undo.planned' ? event.tasks : context.tasks),
        settled: 0,
        ending: undefined,
      }),
      /** The finally tasks take their place. */
      countFinals: assign({ tasks: ({ context }) => context.finals, settled: 0, ending: undefined }),
      /** Determines which tasks to undo, and replies with `undo.planned`. */
      planUndo: () => {},
      /** Starts to undo the tasks that don't have to wait for another undo. */
      scheduleUndo: () => {},
      /** Sends `dependency.settled` to every finally task that has no dependencies. */
      scheduleFinals: () => {},
      /** Saves how the job will end, if it has a store, and then sends `ending.saved` to the job. */
      saveEnding: (_, _params: { phase: LastPhase; state: Exclude<EndState, 'detached'> }) => {},
      /** Creates the actor of every task. */
      spawnTasks: () => {},
      /** Sends `dependency.settled` to every task that has no dependencies. */
      scheduleRoots: () => {},
      /** Adds a task to the end of the queue. */
      enqueueTask: (_, _params: { task: string }) => {},
      /** Takes the first task of the queue and sends it `slot.granted`. */
      grantSlot: () => {},
      /** Sends `dependency.settled` to every task that depends on this one. */
      notifyDependents: (_, _params: { task: string }) => {},
      /** Sends `task.cancel` to every task that is not settled. A cancellation is saved, too. */
      stopTasks: (_, _params: { reason: StopReason; cause?: unknown }) => {},
      /** Sends `task.stop` to every task that is not settled. */
      stopIdleTasks: (_, _params: { reason: StopReason }) => {},
      /** Sends `task.cancel` to a task that continues although the job is ending. */
      stopTask: (_, _params: { task: string; reason: StopReason }) => {},
      /** Saves the end of the job, unless it has no store or is detached, and then sends `end.saved` to it. */
      saveEnd: (_, _params: { state: EndState }) => {},
    },
  });
