import test from 'ava';
import { type CheckOptions, type CheckReport, checkWorkflow } from 'tintype/check';
import { ModelTask } from '../../src/check/model/model-task.ts';
import { SteppedActor } from '../../src/check/model/stepped-actor.ts';
import { System } from '../../src/check/model/system.ts';
import { type OutcomeOnRecord, TaskRecord } from '../../src/check/model/task-record.ts';
import { KNOWN } from '../../src/runtime/machines/slot-queue.ts';
import { AT_ONCE, task } from './dags.ts';
import { brokenJob, brokenTask, checkMachines, DEFECTS, type Machines } from './planted-defects.ts';

const tasks = [task('a', [], { timeout: 10 }), task('b', ['a'], { backoff: 5 }), task('c', ['a']), task('d', ['b', 'c'])];
const options: CheckOptions = { ...AT_ONCE, maxRetries: 1, maxConcurrency: 1, crash: 'anywhere', delivery: 'at-least-once' };

/** A way in which what keeps the record, or what resumes a job, could be broken. */
interface Defect {
  readonly name: string;
  /** Breaks it, and gives what mends it. */
  readonly plant: () => () => void;
  readonly law: string;
  /** How many steps the shortest way to it has. */
  readonly steps: number;
}

function broken<Host extends object, Name extends keyof Host>(host: Host, name: Name, value: Host[Name]): () => () => void {
  return () => {
    const before = Object.getOwnPropertyDescriptor(host, name) as PropertyDescriptor;
    Object.defineProperty(host, name, { ...before, ...(before.get ? { get: () => value } : { value }) });
    return () => Object.defineProperty(host, name, before);
  };
}

const { add, outcomeOf, endBackoff } = TaskRecord.prototype;
const { take } = System.prototype;

const forgets = (isForgotten: (outcome: OutcomeOnRecord) => boolean) =>
  broken(TaskRecord.prototype, 'outcomeOf', function (this: TaskRecord, attempt) {
    const outcome = outcomeOf.call(this, attempt);
    return outcome !== undefined && isForgotten(outcome) ? undefined : outcome;
  });

const records = (change: (outcome: OutcomeOnRecord) => OutcomeOnRecord | undefined) =>
  broken(TaskRecord.prototype, 'add', function (this: TaskRecord, attempt, outcome) {
    const changed = change(outcome);
    if (changed !== undefined) {
      add.call(this, attempt, changed);
    }
  });

const isFailure = (outcome: OutcomeOnRecord) => outcome !== 'succeeded';

const RECORD_DEFECTS: readonly Defect[] = [
  {
    name: 'a success is told before it is on record',
    plant: records((outcome) => (isFailure(outcome) ? outcome : undefined)),
    law: 'recordIsKept',
    steps: 2,
  },
  {
    name: 'a failure is told before it is on record',
    plant: records((outcome) => (isFailure(outcome) ? undefined : outcome)),
    law: 'recordIsKept',
    steps: 2,
  },
  {
    name: 'a timeout is not put on record',
    plant: records((outcome) => (isFailure(outcome) && outcome.reason === 'timedOut' ? undefined : outcome)),
    law: 'recordIsKept',
    steps: 2,
  },
  {
    name: 'a backoff is not put on record',
    plant: records((outcome) =>
      isFailure(outcome) && outcome.policy === 'backOff' ? { ...outcome, policy: 'retry' } : outcome,
    ),
    law: 'recordIsKept',
    steps: 3,
  },
  {
    name: 'a resume runs a completed task again',
    plant: forgets((outcome) => outcome === 'succeeded'),
    law: 'completedRunsOnce',
    steps: 2,
  },
  {
    name: 'a resume forgets failures, so attempts are counted from the beginning',
    plant: forgets(isFailure),
    law: 'recordIsKept',
    steps: 2,
  },
  {
    name: 'a resume makes an attempt again that failed for good',
    plant: forgets((outcome) => isFailure(outcome) && outcome.policy === 'giveUp'),
    law: 'recordIsKept',
    steps: 2,
  },
  {
    name: 'a resume leaves a backoff out',
    plant: broken(TaskRecord.prototype, 'outcomeOf', function (this: TaskRecord, attempt) {
      const outcome = outcomeOf.call(this, attempt);
      return outcome !== undefined && isFailure(outcome) && outcome.policy === 'backOff'
        ? { ...outcome, policy: 'retry' as const }
        : outcome;
    }),
    law: 'recordIsKept',
    steps: 3,
  },
  {
    name: 'a resume begins a backoff anew that is over',
    plant: broken(TaskRecord.prototype, 'endBackoff', function (this: TaskRecord, attempt) {
      endBackoff.call(this, attempt + 1);
    }),
    law: 'recordIsKept',
    steps: 4,
  },
  {
    name: 'a cancel on record is forgotten',
    plant: broken(System.prototype, 'take', function (this: System, choice) {
      const { recorded } = { recorded: undefined, ...choice };
      return take.call(this, recorded?.kind === 'cancel' ? { kind: 'crash' } : choice);
    }),
    law: 'recordIsKept',
    steps: 2,
  },
  {
    name: 'a second result of an attempt takes the place of the first',
    plant: broken(TaskRecord.prototype, 'add', function (this: TaskRecord, attempt, outcome) {
      this.outcomes = [...this.outcomes.slice(0, attempt - 1), outcome, ...this.outcomes.slice(attempt)];
    }),
    law: 'recordIsKept',
    steps: 3,
  },
  {
    name: 'a duplicate is taken for the result of the attempt that runs',
    plant: broken(System.prototype, 'take', function (this: System, choice) {
      const isRunning = choice.kind === 'duplicate' && this.task(choice.task).attempt > 0;
      return take.call(this, isRunning ? { kind: 'attempt', task: choice.task, outcome: choice.outcome } : choice);
    }),
    law: 'lateResultsAreDropped',
    steps: 3,
  },
  {
    name: 'a resumed job fails before everything that was saved has happened again',
    plant: broken(ModelTask.prototype, 'rank', KNOWN),
    law: 'savedOutcomesCount',
    steps: 6,
  },
];

/** Checks while something is broken. */
function checkBroken({ plant }: Defect, more: CheckOptions = {}): CheckReport {
  const mend = plant();
  try {
    return checkWorkflow(tasks, { ...options, ...more });
  } finally {
    mend();
  }
}

test('a job whose process may die has none of the defects', (t) => {
  const report = checkWorkflow(tasks, options);
  t.true(report.ok, String(report));
  t.true(checkWorkflow(tasks, { ...options, countInterrupted: true, timeout: 100 }).ok);
});

for (const defect of RECORD_DEFECTS) {
  test(`a defect of a resume is found: ${defect.name}`, (t) => {
    const report = checkBroken(defect);
    const violation = report.violations.find(({ property }) => property === defect.law);
    t.is(violation?.kind, 'law', String(report));
    t.is(violation?.steps.length, defect.steps, String(violation));
    t.false(report.complete, 'what lies behind it is left out');
    t.true(checkBroken(defect, { builtins: ['slotsAreKept'] }).violations.length === 0);
    if (defect.law !== 'lateResultsAreDropped') {
      t.true(checkBroken(defect, { crash: false, delivery: 'exactly-once' }).ok, 'without crashes nobody looks at the record');
    }
  });
}

const announced = (to: string) => ({ type: 'announce', params: { from: 'running', to } });

/** Defects of the machines that show only where a job is saved. */
const SAVING_DEFECTS: readonly (Pick<Defect, 'name' | 'law'> & { readonly machines: Machines })[] = [
  {
    name: 'a job tells its end before it is saved',
    machines: brokenJob(({ states }) => {
      states.running.states.failing.states.stopping.always = {
        guard: 'allTasksSettled',
        target: '#job.failed',
        actions: announced('failed'),
      };
    }),
    law: 'endsAreSaved',
  },
  {
    name: 'a job that leaves its process saves an end',
    machines: brokenJob(({ states }) => {
      states.running.states.detaching.states.saving.entry.params.state = 'cancelled';
    }),
    law: 'endsAreSaved',
  },
  {
    name: 'a job saves another end than it tells',
    machines: brokenJob(({ states }) => {
      states.running.states.cancelling.states.saving.entry.params.state = 'failed';
    }),
    law: 'endsAreSaved',
  },
  {
    name: 'a task is cancelled while its outcome is being saved',
    machines: brokenTask(({ states }) => {
      delete states.running.states.saving.on;
    }),
    law: 'savedOutcomesCount',
  },
  {
    name: 'a task that goes on is not stopped, since its outcome was being saved when its job was',
    machines: brokenJob(({ states }) => {
      const { on } = states.running.states.cancelling.states.stopping;
      delete on['slot.released'];
      delete on['slot.requested'];
    }),
    law: 'progress',
  },
  {
    name: 'a job whose end can’t be saved waits for ever',
    machines: brokenJob(({ states }) => {
      delete states.running.states.completing.states.saving.on['job.detach'];
    }),
    law: 'progress',
  },
  {
    name: 'a job that is stopped does not see that all its tasks are done',
    machines: brokenJob(({ states }) => {
      states.running.states.cancelling.states.stopping.always.splice(1, 1);
    }),
    law: 'jobAgreesWithTasks',
  },
  {
    name: 'a job that is stopped does not see that a task has failed',
    machines: brokenJob(({ states }) => {
      states.running.states.cancelling.states.stopping.on['task.settled'].splice(1, 2);
    }),
    law: 'jobAgreesWithTasks',
  },
];

/** Defects that show only where a resume has other limits. */
const LIMIT_DEFECTS: readonly (Omit<Defect, 'steps'> & { readonly machines?: Machines })[] = [
  {
    name: 'a resumed job keeps the slots it had',
    machines: brokenJob(({ states }) => {
      for (const way of states.idle.states.waiting.on['job.start']) {
        delete way.actions;
      }
    }),
    plant: () => () => {},
    law: 'slotsAreKept',
  },
  {
    name: 'a resumed job keeps the retries it had',
    machines: brokenTask((config) => {
      const { context } = config;
      config.context = (args: unknown) => ({ ...context(args), maxRetries: 1 });
    }),
    plant: () => () => {},
    law: 'attemptsAreCounted',
  },
  {
    name: 'a resume with fewer retries fails what completed after more',
    plant: broken(TaskRecord.prototype, 'retries', 0),
    law: 'recordIsKept',
  },
];

for (const { name, machines, plant, law } of LIMIT_DEFECTS) {
  test(`a defect of limits is found: ${name}`, (t) => {
    const find = (resumeLimits: CheckOptions['resumeLimits']) => {
      const mend = plant();
      const faulty: CheckOptions = { ...AT_ONCE, maxRetries: 1, maxConcurrency: 2, crash: 'anywhere', resumeLimits };
      try {
        const pair = [task('a'), task('b')];
        return machines === undefined ? checkWorkflow(pair, faulty) : checkMachines(pair, machines, faulty);
      } finally {
        mend();
      }
    };
    const report = find([{ maxConcurrency: 1 }, { maxRetries: 0 }]);
    t.true(
      report.violations.some(({ property }) => property === law),
      String(report),
    );
    t.true(find([]).ok);
  });
}

test('a defect of a timeout is found where the timeout is being saved', (t) => {
  const { deliver } = SteppedActor.prototype;
  const mend = broken(SteppedActor.prototype, 'deliver', function (this: SteppedActor, event, world) {
    const hasTimedOut = this instanceof ModelTask && this.spec.timeout !== undefined && this.timers.length === 0;
    if (event.type !== 'attempt.ended' || !hasTimedOut) {
      deliver.call(this, event, world);
    }
  })();
  const report = checkWorkflow([task('a', [], { timeout: 10 })], { ...AT_ONCE, maxRetries: 0, crash: 'anywhere' });
  mend();
  const violation = report.violations.find(({ property }) => property === 'savedOutcomesCount');
  t.deepEqual(
    violation?.steps.map(({ description }) => description),
    ['the job starts', 'the job is cancelled while the store is saving that a times out'],
  );
});

for (const { name, machines, law } of SAVING_DEFECTS) {
  test(`a defect of saving is found: ${name}`, (t) => {
    const report = checkMachines([task('a'), task('b')], machines, { ...AT_ONCE, maxRetries: 1, crash: 'anywhere' });
    t.true(
      report.violations.some(({ property }) => property === law),
      String(report),
    );
  });
}

test('a defect of a machine is found where processes may die, too', (t) => {
  const missed = DEFECTS.filter(({ machines, options: more }) => {
    const isFound = (faults: CheckOptions) =>
      !checkMachines(tasks, machines, { ...AT_ONCE, maxRetries: 1, maxConcurrency: 1, ...faults, ...more }).ok;
    return isFound({ cancel: 'between-steps' }) && !isFound({ crash: 'anywhere', delivery: 'at-least-once' });
  });
  t.deepEqual(
    missed.map(({ name }) => name),
    [],
  );
});
