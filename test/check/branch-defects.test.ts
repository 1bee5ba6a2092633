import test from 'ava';
import { type CheckOptions, checkWorkflow, LAWS } from 'tintype/check';
import { jobMachine, taskMachine } from 'tintype/machines';
import { type AnyStateMachine, assign } from 'xstate';
import { ModelTask } from '../../src/check/model/model-task.ts';
import { TaskRecord } from '../../src/check/model/task-record.ts';
import { when } from './branch-graphs.ts';
import { AT_ONCE, task } from './dags.ts';
import { brokenJob, brokenTask, checkMachines, type Machines, withJobGuard, withTaskGuard } from './planted-defects.ts';

// biome-ignore lint/suspicious/noExplicitAny: a configuration is changed in places that its type makes read-only
type Config = any;

const tasks = [
  task('a', [], { continueOnFailure: true }),
  task('b', [], { continueOnFailure: true }),
  task('c', ['a', 'b'], { when, continueOnFailure: true }),
  task('d', [{ anyOf: ['a', 'b'] }], { when: { a: { x: 1 } } }),
  task('e', ['c', { settled: 'd' }]),
  task('f', [{ settled: 'e' }]),
];
const options: CheckOptions = { ...AT_ONCE, maxRetries: 0, outcomes: ['returns', 'throws'], cancel: 'between-steps' };

interface Defect {
  readonly name: string;
  readonly machines: Machines;
  readonly law: string;
  /** What it takes to show, besides the options of all. */
  readonly options?: CheckOptions;
}

const withTaskActions = (actions: object): Machines => ({
  job: jobMachine,
  task: taskMachine.provide({ actions } as never) as AnyStateMachine,
});

/** The last blocker, instead of the first in workflow order. */
const lastBlocker = assign({ blockedBy: ({ context, event }: Config) => event.blocker ?? context.blockedBy } as never);

const working = ({ states }: Config) => [
  states.running.states.timed.states.working,
  states.running.states.untimed.states.working,
];
const draining = ({ states }: Config) => [
  states.running.states.timed.states.draining,
  states.running.states.untimed.states.draining,
];
const waiting = ({ states }: Config) => states.unscheduled.states.waiting.on['dependency.settled'];

const DEFECTS: readonly Defect[] = [
  {
    name: 'an anyOf is met before all its tasks have settled',
    machines: withTaskGuard(
      'isLastDependency',
      ({ context, event }) => context.waitingFor <= 1 || (event.edge === 'anyOf' && event.blocker === null),
    ),
    law: 'decidedOnce',
  },
  {
    name: 'a task runs as soon as one that must settle has completed',
    machines: withTaskGuard(
      'isLastDependency',
      ({ context, event }) => context.waitingFor <= 1 || (event.edge === 'settled' && event.blocker === null),
    ),
    law: 'dependenciesComeFirst',
  },
  {
    name: 'a task that must settle has to complete',
    machines: withTaskGuard('dependenciesAllow', ({ context, event }) => event.blocker === null && context.blockedBy === null),
    law: 'skipsHaveCauses',
  },
  {
    name: 'a task runs although a dependency did not complete',
    machines: withTaskGuard('dependenciesAllow', () => true),
    law: 'dependenciesComeFirst',
  },
  {
    name: 'a skip has no origin',
    machines: brokenTask((config) => waiting(config)[2].actions.splice(1, 1)),
    law: 'skipsHaveCauses',
  },
  {
    name: 'the origin of a skip is the last cause',
    machines: withTaskActions({ noteBlocker: lastBlocker, chooseBlocker: lastBlocker }),
    law: 'skipsHaveCauses',
  },
  {
    name: 'a task is not told that a dependency was skipped',
    machines: brokenJob((config) => {
      for (const state of working(config)) state.on['task.settled'][1].actions.pop();
    }),
    law: 'decidedOnce',
  },
  {
    name: 'a task is not told that a dependency failed and was tolerated',
    machines: brokenJob((config) => {
      for (const state of working(config)) state.on['task.settled'][2].actions.pop();
    }),
    law: 'decidedOnce',
  },
  {
    name: 'a condition is evaluated twice',
    machines: brokenTask(({ states }) => {
      const { deciding } = states.unscheduled.states;
      deciding.entry = [deciding.entry, deciding.entry];
    }),
    law: 'decidedOnce',
  },
  {
    name: 'a condition is not evaluated',
    machines: withTaskGuard('isUnconditional', () => true),
    law: 'conditionsAreKept',
  },
  {
    name: 'a task runs although its condition does not hold',
    machines: withTaskGuard('conditionHolds', () => true),
    law: 'conditionsAreKept',
  },
  {
    name: 'a task whose condition throws is skipped',
    machines: brokenTask(({ states }) => {
      states.unscheduled.on['condition.failed'] = {
        target: 'skipped',
        actions: { type: 'announce', params: { from: 'unscheduled', to: 'skipped' } },
      };
    }),
    law: 'skipsHaveCauses',
  },
  {
    name: 'a task whose condition throws gives back a slot',
    machines: brokenJob((config) => {
      for (const state of working(config)) state.on['task.settled'][2].actions[1] = 'freeSlot';
    }),
    law: 'slotsAreKept',
  },
  {
    name: 'a task waits for ever when its condition throws',
    machines: brokenTask(({ states }) => delete states.unscheduled.on['condition.failed']),
    law: 'decidedOnce',
  },
  {
    name: 'a failure stops a job that is to keep going',
    machines: withJobGuard('failureStops', ({ event }) => event.state === 'failed' && !event.continueOnFailure),
    options: { onFailure: 'keepGoing' },
    law: 'failuresAreHandled',
  },
  {
    name: 'a job that keeps going does not count its failures',
    machines: brokenJob((config) => {
      for (const state of working(config)) state.on['task.settled'][5].actions.splice(1, 1);
    }),
    options: { onFailure: 'keepGoing' },
    law: 'booksAgree',
  },
  {
    name: 'a job that keeps going completes although a task has failed',
    machines: brokenJob((config) => {
      for (const state of working(config)) state.always.shift();
    }),
    options: { onFailure: 'keepGoing' },
    law: 'jobAgreesWithTasks',
  },
  {
    name: 'a job starts attempts after a failure, although it only finishes what runs',
    machines: withJobGuard('failureEndsAttempts', () => false),
    options: { onFailure: 'finishRunning', maxConcurrency: 1 },
    law: 'failuresAreHandled',
  },
  {
    name: 'a retry stays ready after a failure',
    machines: brokenJob((config) => {
      for (const state of draining(config)) {
        delete state.on['slot.requested'];
        delete state.on['slot.released'];
      }
    }),
    options: { onFailure: 'finishRunning', maxRetries: 1 },
    law: 'failuresAreHandled',
  },
  {
    name: 'tasks that wait are not stopped after a failure',
    machines: brokenJob((config) => {
      for (const state of working(config)) state.on['task.settled'][4].actions.pop();
    }),
    options: { onFailure: 'finishRunning' },
    law: 'failuresAreHandled',
  },
  {
    name: 'a cancel drops a decision that is being saved',
    machines: brokenTask(({ states }) => {
      delete states.unscheduled.states.saving.on['task.cancel'].guard;
    }),
    options: { crash: 'anywhere' },
    law: 'savedOutcomesCount',
  },
];

/** A failure that isn't tolerated, for what a job does then. */
const strict = [
  task('a'),
  task('b'),
  task('c', ['a'], { when }),
  task('d', [{ settled: 'b' }]),
  task('e', [{ anyOf: ['c', 'd'] }]),
];

const graphOf = ({ options: more }: Pick<Defect, 'options'>) => (more?.onFailure === undefined ? tasks : strict);

test('the machines as they are have none of the defects', (t) => {
  const machines = { job: jobMachine, task: taskMachine };
  for (const more of [{ options: {} }, ...DEFECTS]) {
    const report = checkMachines(graphOf(more), machines, { ...options, ...more.options });
    t.true(report.ok, String(report));
  }
});

for (const defect of DEFECTS) {
  test(`a defect of branches is found: ${defect.name}`, (t) => {
    const report = checkMachines(graphOf(defect), defect.machines, { ...options, ...defect.options });
    t.true(Object.hasOwn(LAWS, defect.law));
    t.true(
      report.violations.some(({ property, kind }) => property === defect.law && kind === 'law'),
      String(report),
    );
  });
}

/** Checks while a method is another one. */
function checkWith<Host extends object, Name extends keyof Host & string>(
  host: Host,
  name: Name,
  value: Host[Name],
  more: CheckOptions = {},
) {
  const before = host[name];
  host[name] = value;
  try {
    return checkWorkflow(tasks, { ...options, ...more });
  } finally {
    host[name] = before;
  }
}

const lawsBrokenBy = ({ violations }: ReturnType<typeof checkWorkflow>) => violations.map(({ property }) => property);

test.serial('a defect of branches is found: a decision takes effect before it is saved', (t) => {
  const report = checkWith(TaskRecord.prototype, 'decide', () => {}, { crash: 'anywhere' });
  t.true(lawsBrokenBy(report).includes('recordIsKept'), String(report));
  t.true(checkWith(TaskRecord.prototype, 'decide', () => {}).ok, 'without crashes nobody looks at the record');
});

test.serial('a defect of branches is found: a later decision takes the place of a saved one', (t) => {
  const { decide } = TaskRecord.prototype;
  const report = checkWith(
    TaskRecord.prototype,
    'decide',
    function (this: TaskRecord, decision) {
      decide.call(this, decision === 'skips' ? 'holds' : decision);
    },
    { crash: 'anywhere' },
  );
  t.true(lawsBrokenBy(report).includes('recordIsKept'), String(report));
});

test.serial('a defect of branches is found: a skipped task is the origin of the next skip', (t) => {
  const { announce } = ModelTask.prototype;
  const report = checkWith(ModelTask.prototype, 'announce', function (this: ModelTask, event) {
    announce.call(this, event);
    this.origin = undefined;
  });
  t.true(lawsBrokenBy(report).includes('skipsHaveCauses'), String(report));
});
