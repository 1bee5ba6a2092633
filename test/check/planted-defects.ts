import type { TaskDefinition } from 'tintype';
import type { CheckOptions } from 'tintype/check';
import { jobMachine, taskMachine } from 'tintype/machines';
import { type AnyStateMachine, createMachine, sendTo } from 'xstate';
import { readCheckOptions } from '../../src/check/check-options.ts';
import { carryOut } from '../../src/check/check-workflow.ts';
import type { JobModel } from '../../src/check/model/model.ts';
import type { CheckReport } from '../../src/check/report/check-report.ts';

export type Machines = JobModel['machines'];

// biome-ignore lint/suspicious/noExplicitAny: a configuration is changed in places that its type makes read-only
type Config = any;

/** The machine with its configuration changed. */
function rebuilt(machine: AnyStateMachine, change: (config: Config) => void): AnyStateMachine {
  const config = structuredClone(withoutFunctions(machine.config));
  const restored = restoreFunctions(config, machine.config);
  change(restored);
  return createMachine(restored, machine.implementations as never);
}

const withoutFunctions = (config: unknown): unknown => JSON.parse(JSON.stringify(config));

/** Puts the functions and guards of the original back, which JSON does not hold. */
function restoreFunctions(copy: Config, original: Config): Config {
  if (typeof original === 'function' || copy === undefined) {
    return original;
  }
  if (typeof original === 'object' && original !== null) {
    for (const key of Object.keys(original)) {
      copy[key] = restoreFunctions(copy[key], original[key]);
    }
  }
  return copy;
}

export const brokenTask = (change: (config: Config) => void): Machines => ({
  job: jobMachine,
  task: rebuilt(taskMachine, change),
});
export const brokenJob = (change: (config: Config) => void): Machines => ({
  job: rebuilt(jobMachine, change),
  task: taskMachine,
});
export const withTaskGuard = (name: string, guard: (args: Config) => boolean): Machines => ({
  job: jobMachine,
  task: taskMachine.provide({ guards: { [name]: guard } } as never) as AnyStateMachine,
});
export const withJobGuard = (name: string, guard: (args: Config) => boolean): Machines => ({
  job: jobMachine.provide({ guards: { [name]: guard } } as never) as AnyStateMachine,
  task: taskMachine,
});

/** The states in which tasks run and none has failed. */
const atWork = ({ states }: Config) => [
  states.running.states.timed.states.working,
  states.running.states.untimed.states.working,
];

export interface Defect {
  readonly name: string;
  readonly machines: Machines;
  /** What it takes to show, besides the options of all. */
  readonly options?: CheckOptions;
  /** The law that says it. */
  readonly law: string;
  /** How many steps the shortest way to it has. */
  readonly steps: number;
}

/** Small changes of a machine, each a defect that such machines could have. */
export const DEFECTS: readonly Defect[] = [
  {
    name: 'a task is ready one dependency too early',
    machines: withTaskGuard('isLastDependency', ({ context }) => context.waitingFor <= 2),
    law: 'dependenciesComeFirst',
    steps: 3,
  },
  {
    name: 'a retry keeps its slot',
    machines: brokenTask(({ states }) => states.running.on['attempt.failed'][1].actions.pop()),
    law: 'booksAgree',
    steps: 2,
  },
  {
    name: 'a retry with a backoff keeps its slot',
    machines: brokenTask(({ states }) => states.running.on['attempt.failed'][0].actions.pop()),
    law: 'booksAgree',
    steps: 3,
  },
  {
    name: 'a timeout keeps its slot',
    machines: brokenTask(({ states }) =>
      states.running.on['attempt.failed'].unshift({
        guard: ({ event }: Config) => event.retry && event.reason === 'timedOut',
        target: 'ready',
        actions: { type: 'announce', params: { from: 'running', to: 'ready' } },
      }),
    ),
    law: 'booksAgree',
    steps: 3,
  },
  {
    name: 'one slot too many is given',
    machines: withJobGuard('slotFree', ({ context }) => context.queued > 0 && context.running <= context.slots),
    law: 'slotsAreKept',
    steps: 2,
  },
  {
    name: 'one retry too many is made',
    machines: withTaskGuard('hasRetriesLeft', ({ context }) => context.attempt <= context.maxRetries + 1),
    law: 'attemptsAreCounted',
    steps: 3,
  },
  {
    name: 'one retry too few is made',
    machines: withTaskGuard('hasRetriesLeft', ({ context, event }) => event.retry && context.attempt < context.maxRetries),
    law: 'attemptsAreCounted',
    steps: 2,
  },
  {
    name: 'attempts are not counted',
    machines: brokenTask(({ states }) => states.running.entry.shift()),
    law: 'attemptsAreCounted',
    steps: 1,
  },
  {
    name: 'a task with continueOnFailure that fails is not counted as settled',
    machines: brokenJob((config) => {
      for (const state of atWork(config)) state.on['task.settled'][2].actions.shift();
    }),
    law: 'booksAgree',
    steps: 4,
  },
  {
    name: 'the queue is not looked at when a retry has given its slot back',
    machines: withJobGuard(
      'slotFree',
      ({ context, event }) =>
        event.type !== 'slot.released' &&
        event.type !== 'slot.requested' &&
        context.queued > 0 &&
        context.running < context.slots,
    ),
    law: 'slotsAreUsed',
    steps: 1,
  },
  {
    name: 'the job tells its end before its tasks have told theirs',
    machines: brokenJob((config) => {
      for (const state of atWork(config)) {
        state.on['task.settled'][3].target = '#job.failed';
        state.on['task.settled'][3].actions.unshift({ type: 'announce', params: { from: 'running', to: 'failed' } });
      }
    }),
    law: 'settledStaysSettled',
    steps: 2,
  },
  {
    name: 'a function is called before its task is running',
    machines: brokenTask(({ states }) => {
      states.ready.entry = [
        'requestSlot',
        { type: 'startAttempt', params: ({ context }: Config) => ({ task: context.task, attempt: 1 }) },
      ];
    }),
    law: 'calledWhenAnnounced',
    steps: 2,
  },
  {
    name: 'a late result is taken',
    machines: withTaskGuard('isCurrentAttempt', () => true),
    law: 'lateResultsAreDropped',
    steps: 2,
  },
  {
    name: 'a cancel is lost during a backoff, and the task goes on when it is over',
    machines: {
      job: brokenJob(({ states }) => {
        delete states.running.states.cancelling.states.stopping.on['slot.requested'];
      }).job,
      task: brokenTask(({ states }) => delete states.backingOff.on).task,
    },
    law: 'progress',
    steps: 4,
  },
  {
    name: 'the job goes on after a task has failed',
    machines: withJobGuard('taskCompleted', ({ event }) => event.state !== 'cancelled'),
    law: 'jobAgreesWithTasks',
    steps: 3,
  },
  {
    name: 'the job completes one task too early',
    machines: withJobGuard('mayComplete', ({ context }) => context.settled >= context.tasks - 1),
    law: 'settledStaysSettled',
    steps: 5,
  },
  {
    name: 'an event tells another state than the one left',
    machines: brokenTask(({ states }) => {
      states.running.on['attempt.succeeded'].actions[1].params.from = 'ready';
    }),
    law: 'transitionsAreLegal',
    steps: 2,
  },
  {
    name: 'an event is left out',
    machines: brokenTask(({ states }) => states.running.on['attempt.succeeded'].actions.pop()),
    law: 'transitionsAreLegal',
    steps: 2,
  },
  {
    name: 'an attempt is not aborted when its job ends',
    machines: brokenTask(({ states }) => states.running.on['task.cancel'].actions.pop()),
    law: 'settledStaysSettled',
    steps: 1,
  },
  {
    name: 'a slot is given while nobody waits',
    machines: withJobGuard('slotFree', ({ context }) => context.running < context.slots),
    law: 'actorsStayHealthy',
    steps: 1,
  },
  {
    name: 'a slot is asked for where nobody is',
    machines: {
      job: jobMachine,
      task: taskMachine.provide({
        actions: { releaseSlot: sendTo(() => ({ id: 'nobody' }) as never, { type: 'slot.released' } as never) },
      }) as AnyStateMachine,
    },
    law: 'actorsStayHealthy',
    steps: 2,
  },
  {
    name: 'a completed task can still be cancelled',
    machines: brokenTask(({ states }) => {
      states.completed.on = { 'task.cancel': 'cancelled' };
    }),
    law: 'settledStaysSettled',
    steps: 2,
  },
  {
    name: 'a job ends while its tasks go on',
    machines: {
      job: brokenJob(({ states }) => {
        for (const state of ['failing', 'cancelling', 'timingOut'])
          delete [states.running.states[state].states.stopping.always].flat().at(-1).guard;
      }).job,
      task: brokenTask(({ states }) => delete states.running.on['task.cancel']).task,
    },
    law: 'settledStaysSettled',
    steps: 1,
  },
  {
    name: 'a task that is cancelled is called',
    machines: brokenTask(({ states }) => {
      const { actions } = states.ready.on['task.cancel'];
      const call = { type: 'startAttempt', params: ({ context }: Config) => ({ task: context.task, attempt: 1 }) };
      states.ready.on['task.cancel'].actions = [actions, call];
    }),
    law: 'calledWhenAnnounced',
    steps: 2,
  },
  {
    name: 'an event tells the attempt before',
    machines: brokenTask(({ states }) => states.running.entry.push(states.running.entry.shift())),
    law: 'attemptsAreCounted',
    steps: 1,
  },
  {
    name: 'the job ends without stopping its tasks',
    machines: brokenJob((config) => {
      for (const state of atWork(config)) {
        state.on['job.cancel'] = {
          target: '#job.cancelled',
          actions: { type: 'announce', params: { from: 'running', to: 'cancelled' } },
        };
      }
    }),
    law: 'endsAreSaved',
    steps: 1,
  },
  {
    name: 'a cancelled task tells so twice',
    machines: brokenTask(({ states }) => {
      states.cancelled.always = 'skipped';
    }),
    law: 'transitionsAreLegal',
    steps: 1,
  },
  {
    name: 'a task gives its slot back to itself',
    machines: {
      job: jobMachine,
      task: taskMachine.provide({
        actions: { releaseSlot: sendTo(({ self }) => self, { type: 'slot.released' } as never) },
      }) as AnyStateMachine,
    },
    law: 'booksAgree',
    steps: 2,
  },
  {
    name: 'the timeout of an attempt does nothing',
    machines: brokenTask(({ states }) => {
      states.running.states.timed.after.attemptTimeout.actions = [];
    }),
    law: 'timersAreArmed',
    steps: 3,
  },
  {
    name: 'the timeout of an attempt only begins anew',
    machines: brokenTask(({ states }) => {
      states.running.states.timed.after.attemptTimeout = { target: 'timed', reenter: true };
    }),
    law: 'timersAreArmed',
    steps: 3,
  },
  {
    name: 'a backoff is left out',
    machines: withTaskGuard('hasBackoff', () => false),
    law: 'timersAreArmed',
    steps: 3,
  },
  {
    name: 'the end of a backoff does nothing',
    machines: brokenTask(({ states }) => {
      states.backingOff.after.backoff = { actions: [] };
    }),
    law: 'timersAreArmed',
    steps: 4,
  },
  {
    name: 'the timeout of the job is never armed',
    machines: withJobGuard('hasTimeout', () => false),
    options: { timeout: 100 },
    law: 'timersAreArmed',
    steps: 1,
  },
  {
    name: 'the timeouts of tasks are never armed',
    machines: withTaskGuard('hasTimeout', () => false),
    law: 'timersAreArmed',
    steps: 2,
  },
  {
    name: 'only the first attempt of a task has a timeout',
    machines: withTaskGuard('hasTimeout', ({ context }) => context.timeout !== null && context.attempt === 0),
    law: 'timersAreArmed',
    steps: 4,
  },
  {
    name: 'a machine throws',
    machines: withTaskGuard('hasBackoff', () => {
      throw new Error('on purpose');
    }),
    law: 'actorsStayHealthy',
    steps: 2,
  },
];

/** Checks tasks with other machines than those that `run` uses. */
export function checkMachines(tasks: readonly TaskDefinition[], machines: Machines, options: CheckOptions): CheckReport {
  const plan = readCheckOptions(tasks, options);
  return carryOut({ ...plan, model: { ...plan.model, machines } });
}
