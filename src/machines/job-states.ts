import type { JobPhase, StopReason } from './events.ts';
import type { jobSetup } from './job-setup.ts';
import type { LastPhase } from './last-phases.ts';
import type { EndState, JobMessage, SlotReleased, SlotRequested, TaskSettled } from './messages.ts';

/** The config of a state, checked. */
export const state: ReturnType<typeof jobSetup>['createStateConfig'] = (config) => config;

/** An unfinished job can leave its process in any state. */
export const detachable = (from: 'idle' | JobPhase) =>
  state({
    on: {
      'job.detach': {
        target: `#job.${from}.detaching`,
        actions: ['closeBooks', { type: 'stopTasks', params: ({ event }) => ({ reason: 'jobDetached', cause: event.error }) }],
      },
    },
  }).on;

export const NOTIFY = {
  type: 'notifyDependents',
  params: ({ event }: { event: JobMessage }) => ({ task: (event as TaskSettled).task }),
} as const;

/** Slots are given to tasks in the order in which they become ready. */
export const slots = () =>
  state({
    on: {
      'slot.requested': {
        actions: ['countQueued', { type: 'enqueueTask', params: ({ event }) => ({ task: event.task }) }],
      },
      'slot.released': { actions: 'freeSlot' },
    },
  }).on;

export const GRANT = { guard: 'slotFree', actions: ['takeSlot', 'grantSlot'] } as const;

/** A task that would continue in a job that is ending is stopped. */
export const stopsTasks = (reason: StopReason) => {
  const transition = {
    actions: {
      type: 'stopTask',
      params: ({ event }: { event: SlotRequested | SlotReleased }) => ({ task: event.task, reason }),
    },
  } as const;
  return state({ on: { 'slot.requested': transition, 'slot.released': transition } }).on;
};

/** A job whose end is being saved. */
export const saving = (from: 'idle' | JobPhase, to: EndState) =>
  state({
    entry: { type: 'saveEnd', params: { state: to } },
    on: {
      ...(to !== 'detached' && detachable(from)),
      'end.saved': { target: `#job.${to}`, actions: { type: 'announce', params: { from, to } } },
    },
  });

/** A job that enters another phase once it is saved how it will end. */
const entering = (from: JobPhase, phase: LastPhase, to: Exclude<EndState, 'detached'>) =>
  state({
    entry: { type: 'saveEnding', params: { phase, state: to } },
    on: {
      ...detachable(from),
      'ending.saved': {
        target: `#job.${phase}.${to}`,
        actions: { type: 'announce', params: { from, to: phase, ending: to } },
      },
    },
  });

/** What follows once the tasks of a phase have settled: some are undone, finally tasks run, and the end is saved. */
export const leaving = (from: JobPhase, to: Exclude<EndState, 'detached'>) => ({
  leaving: state({
    always: [
      ...(from === 'running' && to !== 'completed'
        ? [{ guard: { type: 'mayUndo', params: { ending: to } }, target: 'planning' } as const]
        : []),
      ...(from === 'finishing' ? [] : [{ guard: 'hasFinals', target: 'beforeFinishing' } as const]),
      { target: 'saving' },
    ],
  }),
  ...(from === 'running' &&
    to !== 'completed' && {
      planning: state({
        entry: 'planUndo',
        on: {
          ...detachable(from),
          'undo.planned': [
            { guard: 'undoIsPlanned', target: 'beforeUndoing', actions: 'countUndos' },
            { guard: 'hasFinals', target: 'beforeFinishing' },
            { target: 'saving' },
          ],
        },
      }),
      beforeUndoing: entering(from, 'undoing', to),
    }),
  ...(from !== 'finishing' && { beforeFinishing: entering(from, 'finishing', to) }),
  saving: saving(from, to),
});

/** A job that undoes tasks or runs its finally tasks. After a failure, the others continue, and a cancel changes nothing. */
export const winding = (from: LastPhase, to: Exclude<EndState, 'detached'>) => {
  const counted = ['countSettled', 'freeItsSlot', NOTIFY] as const;
  return state({
    initial: 'working',
    states: {
      working: {
        always: [{ guard: 'allTasksSettled', target: 'leaving' }, GRANT],
        on: {
          ...detachable(from),
          ...slots(),
          'task.settled': [
            ...(from === 'finishing' && to === 'completed'
              ? [{ guard: 'taskFailed', target: '#job.finishing.failed', actions: counted } as const]
              : []),
            { actions: counted },
          ],
        },
      },
      ...leaving(from, to),
    },
  });
};
