import test from 'ava';
import { type CheckOptions, checkWorkflow, LAWS } from 'tintype/check';
import { jobMachine, taskMachine } from 'tintype/machines';
import { JobWorld } from '../../src/check/model/job-world.ts';
import { ModelUndoing } from '../../src/check/model/model-undoing.ts';
import { PendingRecords } from '../../src/check/model/pending-records.ts';
import { TaskRecord } from '../../src/check/model/task-record.ts';
import { UndoTask } from '../../src/check/model/undo-task.ts';
import { UndoOrder } from '../../src/runtime/undo/undo-order.ts';
import { AT_ONCE, task } from './dags.ts';
import { brokenJob, checkMachines, type Machines, withJobGuard, withTaskGuard } from './planted-defects.ts';
import { UNDO_GRAPHS, undo } from './undo-graphs.ts';

// biome-ignore lint/suspicious/noExplicitAny: a configuration is changed in places that its type makes read-only
type Config = any;

const tasks = [
  task('a', [], { undo, timeout: 10 }),
  task('b', ['a'], { undo }),
  task('c'),
  task('y', [], { finally: true }),
  task('z', ['y'], { finally: true }),
];
const options: CheckOptions = { ...AT_ONCE, maxRetries: 0, outcomes: ['returns', 'throws'], cancel: 'between-steps' };

interface Defect {
  readonly name: string;
  readonly machines: Machines;
  readonly law: string;
  /** What it takes to show, besides the options of all. */
  readonly options?: CheckOptions;
}

const ENDS = ['failed', 'cancelled', 'timedOut'] as const;

/** The places where a task settles while a job undoes or finishes. */
const settling = ({ states }: Config, phase: 'undoing' | 'finishing', end: string) =>
  states[phase].states[end].states.working.on['task.settled'];

const DEFECTS: readonly Defect[] = [
  {
    name: 'a cancel changes how a job ends that undoes tasks',
    machines: brokenJob(({ states }) => {
      states.undoing.states.failed.on = { 'job.cancel': '#job.undoing.cancelled' };
    }),
    law: 'endingIsKept',
  },
  {
    name: 'a cancel changes how a job ends that runs its finally tasks',
    machines: brokenJob(({ states }) => {
      states.finishing.states.completed.on = { 'job.cancel': '#job.finishing.cancelled' };
    }),
    law: 'endingIsKept',
  },
  {
    name: 'a failed undo makes a cancelled job fail',
    machines: brokenJob((config) => {
      const [plain] = settling(config, 'undoing', 'cancelled');
      settling(config, 'undoing', 'cancelled').unshift({ ...plain, guard: 'taskFailed', target: '#job.undoing.failed' });
    }),
    law: 'endingIsKept',
  },
  {
    name: 'a failed finally task makes a cancelled job fail',
    machines: brokenJob((config) => {
      const [plain] = settling(config, 'finishing', 'cancelled');
      settling(config, 'finishing', 'cancelled').unshift({ ...plain, guard: 'taskFailed', target: '#job.finishing.failed' });
    }),
    law: 'endingIsKept',
  },
  {
    name: 'a job completes although a finally task failed',
    machines: brokenJob((config) => settling(config, 'finishing', 'completed').shift()),
    law: 'jobAgreesWithTasks',
  },
  {
    name: 'a cancelled job undoes nothing',
    machines: brokenJob(({ states }) => states.running.states.cancelling.states.leaving.always.shift()),
    law: 'effectsAreUndone',
  },
  {
    name: 'a job undoes tasks before an end that excludes it',
    machines: withJobGuard('mayUndo', ({ context }) => context.undoable > 0),
    options: { undo: ['failed'] },
    law: 'effectsAreUndone',
  },
  {
    name: 'a job ends before all is undone',
    machines: brokenJob(({ states }) => {
      for (const end of ENDS) delete states.undoing.states[end].states.working.always[0].guard;
    }),
    law: 'finallyComesLast',
  },
  {
    name: 'a task is undone while its function still runs',
    machines: withTaskGuard('isLastDependency', ({ context }) => context.waitingFor <= 2),
    law: 'undoneInOrder',
  },
  {
    name: 'a task is undone although the undo of a dependent failed',
    machines: withTaskGuard('dependenciesAllow', () => true),
    law: 'undoneInOrder',
  },
  {
    name: 'nothing tells a task that its dependents are undone',
    machines: brokenJob((config) => {
      for (const end of ENDS) settling(config, 'undoing', end)[0].actions.pop();
    }),
    law: 'undoneInOrder',
  },
  {
    name: 'the undos are not counted',
    machines: brokenJob(({ states }) => {
      delete states.running.states.failing.states.planning.on['undo.planned'][0].actions;
    }),
    law: 'booksAgree',
  },
  {
    name: 'finally tasks start while others are undone',
    machines: brokenJob(({ states }) => {
      states.undoing.entry = ['scheduleUndo', 'scheduleFinals'];
    }),
    law: 'finallyComesLast',
  },
  {
    name: 'finally tasks do not run after an undo',
    machines: brokenJob(({ states }) => states.undoing.states.failed.states.leaving.always.shift()),
    law: 'finallyComesLast',
  },
  {
    name: 'finally tasks do not run if there is nothing to undo',
    machines: brokenJob(({ states }) => states.running.states.failing.states.planning.on['undo.planned'].splice(1, 1)),
    law: 'finallyComesLast',
  },
  {
    name: 'finally tasks do not run in a job that completes',
    machines: brokenJob(({ states }) => states.running.states.completing.states.leaving.always.shift()),
    law: 'finallyComesLast',
  },
];

test('the machines as they are have none of the defects of undo and finally', (t) => {
  const machines = { job: jobMachine, task: taskMachine };
  for (const more of [{}, { crash: 'anywhere' } as const, { undo: ['failed'] } as const, { timeout: 100 }]) {
    const report = checkMachines(tasks, machines, { ...options, ...more });
    t.true(report.ok, String(report));
  }
});

for (const defect of DEFECTS) {
  test(`a defect of undo or finally is found: ${defect.name}`, (t) => {
    const report = checkMachines(tasks, defect.machines, { ...options, ...defect.options });
    t.true(Object.hasOwn(LAWS, defect.law));
    t.true(
      report.violations.some(({ property, kind }) => property === defect.law && kind === 'law'),
      String(report),
    );
  });
}

test('a defect of undo or finally is found: a resumed job completes that was being undone, since all its tasks are done', (t) => {
  const { tasks: own, options: more } = UNDO_GRAPHS.at(-1) as (typeof UNDO_GRAPHS)[number];
  const machines = withJobGuard('mayComplete', ({ context }) => context.settled === context.tasks);
  const report = checkMachines(own, machines, { ...more, crash: 'anywhere' });
  t.true(
    report.violations.some(({ property }) => property === 'endingIsKept'),
    String(report),
  );
});

/** The laws that are broken while a method, or a getter, is another one. */
function lawsBrokenWith(host: object, name: string, change: PropertyDescriptor, more: CheckOptions = {}): readonly string[] {
  const before = Object.getOwnPropertyDescriptor(host, name) as PropertyDescriptor;
  Object.defineProperty(host, name, { ...before, ...change });
  try {
    return checkWorkflow(tasks, { ...options, ...more }).violations.map(({ property }) => property);
  } finally {
    Object.defineProperty(host, name, before);
  }
}

test.serial('a defect of undo is found: attempts that may have acted are not undone', (t) => {
  const { plan } = UndoTask.prototype;
  const laws = lawsBrokenWith(UndoTask.prototype, 'plan', {
    value(this: UndoTask) {
      if (this.of.announced === 'completed') {
        plan.call(this);
      }
    },
  });
  t.true(laws.includes('effectsAreUndone'), laws.join());
});

test.serial('a defect of undo is found: a failed undo keeps nothing from being undone', (t) => {
  const laws = lawsBrokenWith(UndoOrder.prototype, 'blockerOf', { value: () => null });
  t.true(laws.includes('undoneInOrder'), laws.join());
});

test.serial('a defect of undo is found: all tasks are undone at once', (t) => {
  const { start } = UndoOrder.prototype;
  const laws = lawsBrokenWith(UndoOrder.prototype, 'start', {
    value(this: UndoOrder) {
      start.call(this);
      return [1, 0];
    },
  });
  t.true(laws.includes('undoneInOrder'), laws.join());
});

test.serial('a defect of undo is found: the return of a function goes unnoticed', (t) => {
  const laws = lawsBrokenWith(ModelUndoing.prototype, 'returned', { value: () => {} });
  t.true(laws.includes('everyPathEnds') || laws.includes('timersAreArmed'), laws.join());
});

test.serial('a defect of undo is found: a crash makes a job forget that an attempt was interrupted', (t) => {
  const laws = lawsBrokenWith(TaskRecord.prototype, 'interrupt', { value: () => {} }, { crash: 'anywhere' });
  t.true(laws.includes('recordIsKept'), laws.join());
});

test.serial('a defect of undo is found: how a job will end is not saved', (t) => {
  const { push } = PendingRecords.prototype;
  const change = {
    value(this: PendingRecords, ...[save, land, isDecision]: Parameters<PendingRecords['push']>) {
      push.call(this, isDecision === true ? () => {} : save, land, isDecision);
    },
  };
  const laws = lawsBrokenWith(PendingRecords.prototype, 'push', change, { crash: 'anywhere' });
  t.true(laws.includes('endingIsKept'), laws.join());
});

test.serial('a defect of undo is found: an incomplete undo is reported as done', (t) => {
  const laws = lawsBrokenWith(JobWorld.prototype, 'undoResult', { get: () => 'done' });
  t.true(laws.includes('undoIsReported'), laws.join());
});
