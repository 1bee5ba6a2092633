import type { JobContext } from '../../machines/job.machine.ts';
import type { JobModel } from '../model/model.ts';
import type { ModelTask } from '../model/model-task.ts';
import { mayNeverEnd } from '../model/possible-choices.ts';
import type { System } from '../model/system.ts';
import { UndoTask } from '../model/undo-task.ts';
import type { LocalState } from '../tables/local-machine.ts';
import { isStopped } from './branch-laws.ts';
import { verdictOn } from './edge-table.ts';
import { countedTasks, endingOf } from './ending.ts';
import { EndingRestLaws } from './ending-rest-laws.ts';
import { type Breach, breach } from './law-names.ts';
import {
  breachesOfAttempt,
  breachesOfEnd,
  breachesOfMessages,
  breachesOfSettled,
  breachesOfTimers,
  isPending,
} from './task-laws.ts';
import { isSettled } from './transition-rules.ts';

/** Checks a system at rest against the laws. */
export class RestLaws {
  readonly #system: System;
  /** The violations in each machine state, which is checked once. */
  readonly #known = new WeakMap<LocalState, readonly Breach[]>();
  readonly #endings: EndingRestLaws;

  constructor(system: System) {
    this.#system = system;
    this.#endings = new EndingRestLaws(system);
  }

  *breaches(): Generator<Breach> {
    const { all, model, isSettled: isOver } = this.#system;
    yield* this.#announcements();
    yield* isOver ? this.#leftBehind() : this.#waiting();
    yield* this.#missingTimers();
    yield* this.#books();
    yield* this.#outcome();
    for (const task of all) {
      yield* this.#messagesThatChangeNothing(task);
    }
    if (model.hasPhases) {
      yield* this.#endings.breaches();
    }
    yield* this.#progress();
  }

  /** The tasks whose functions may keep the job from ending if they never return. */
  endless(): readonly ModelTask[] {
    const { job, all, model } = this.#system;
    const running = all.filter(({ attempt }) => attempt > 0);
    const isEndless =
      !this.#system.isSettled &&
      job.timers.length === 0 &&
      all.every(({ timers, isWaiting }) => timers.length === 0 && isWaiting !== true) &&
      running.every((task) => mayNeverEnd(model, task));
    return isEndless ? running : [];
  }

  *#progress(): Generator<Breach> {
    const { job, isSettled: isOver } = this.#system;
    if (!isOver && job.announced !== 'idle' && !this.#canMove()) {
      const message =
        job.timers.length > 0
          ? 'stalled: only the job timeout can move the job forward'
          : 'deadlock: only a cancellation can move the job forward';
      yield breach('progress', `${message} (${this.#unsettled()})`);
    }
  }

  /** Whether the end of an attempt, or the timer of a task, can move the job forward. */
  #canMove(): boolean {
    for (const { kind, ...choice } of this.#system.choices()) {
      if (kind === 'attempt' || kind === 'return' || (kind === 'timer' && 'task' in choice)) {
        return true;
      }
    }
    return false;
  }

  #unsettled(): string {
    return this.#system.current
      .filter(({ state }) => !isSettled(state.name))
      .map(({ id, state }) => `${id} is ${state.name}`)
      .join(', ');
  }

  *#announcements(): Generator<Breach> {
    for (const { id, state, announced } of [this.#system.job, ...this.#system.all]) {
      if (state.name !== announced) {
        yield breach('transitionsAreLegal', `${id} is ${state.name}, but its last event announced ${announced}`);
      }
    }
    for (const task of this.#system.all) {
      yield* breachesOfAttempt(task);
    }
  }

  *#leftBehind(): Generator<Breach> {
    for (const task of this.#system.all) {
      if (!(task instanceof UndoTask) || task.isPlanned) {
        yield* breachesOfEnd(task);
      }
    }
    for (const { name } of this.#system.job.timers) {
      yield breach('settledStaysSettled', `the job has ended, but its ${name} timer is still pending`);
    }
  }

  *#waiting(): Generator<Breach> {
    const { queue, limits, all, job } = this.#system;
    const { slots } = limits;
    const running = all.filter(({ state }) => state.name === 'running').length;
    const ready = all.filter(({ state }) => state.name === 'ready');
    if (ready.length > 0 && running < slots) {
      yield breach('slotsAreUsed', `${ready[0]?.id} is ready, but ${slots - running} of ${slots} slots are free`);
    }
    if (new Set(queue).size !== queue.length || queue.length !== ready.length || !ready.every((task) => queue.includes(task))) {
      yield breach('booksAgree', `the queue holds ${list(queue)}, but the ready tasks are ${list(ready)}`);
    }
    for (const task of all) {
      yield* breachesOfSettled(task);
      const isDue = job.announced === (task.spec.finally === true ? 'finishing' : 'running') && !task.isUndo;
      if (isDue && task.state.name === 'unscheduled' && verdictOn(task) !== 'wait') {
        yield breach('decidedOnce', `${task.id} is unscheduled, but all its dependencies have settled`);
      }
    }
  }

  *#missingTimers(): Generator<Breach> {
    const { job, all, model } = this.#system;
    for (const task of all) {
      yield* breachesOfTimers(task);
    }
    if (job.state.name === 'running' && model.timeout !== undefined && !isPending(job, 'jobTimeout')) {
      yield breach('timersAreArmed', 'the job is running, but its timeout is not pending');
    }
  }

  *#books(): Generator<Breach> {
    const { job, tasks, model, isSettled: isOver } = this.#system;
    const counted = job.state.snapshot.context as JobContext;
    const phase = countedTasks(this.#system);
    const count = (wanted: (name: string) => boolean) => phase.filter(({ state }) => wanted(state.name)).length;
    // No slots are granted any more once a task has failed, unless the job keeps going.
    const isDraining = job.announced === 'running' && model.onFailure === 'finishRunning' && tasks.some(fails);
    const isClosed = isOver || isDraining;
    const failures = tasks.filter(fails).length;
    // A job that leaves its process counts tasks of several phases.
    const isUncounted = model.hasPhases && job.announced === 'detached';
    const settled = job.announced === 'idle' ? 0 : count(isSettled);
    const actual = {
      settled: isUncounted ? counted.settled : settled,
      running: isClosed ? 0 : count((name) => name === 'running'),
      queued: isClosed ? 0 : count((name) => name === 'ready'),
      failures: model.onFailure === 'keepGoing' && job.announced === 'running' ? failures : counted.failures,
    };
    for (const key of ['settled', 'running', 'queued', 'failures'] as const) {
      if (counted[key] !== actual[key]) {
        yield breach('booksAgree', `the job counts ${counted[key]} ${key} tasks, but there are ${actual[key]}`);
      }
    }
  }

  *#outcome(): Generator<Breach> {
    const { job, ordinary: tasks, model, savedEnding } = this.#system;
    const failed = tasks.find(fails);
    const isDone = tasks.every(succeeds);
    const announced = this.#ending() ?? job.announced;
    // A resumed job ends as was saved: then, its tasks may end in another way than when they were stopped.
    const isResumed = savedEnding !== undefined && savedEnding.ending === announced && announced !== 'completed';
    if (announced === 'detached' || isResumed) {
      return;
    }
    if (failed === undefined ? announced === 'failed' : !statesAfterFailure(model, tasks).includes(announced)) {
      yield breach(
        'jobAgreesWithTasks',
        `the job is ${announced}, but ${failed === undefined ? 'no task' : failed.id} has failed`,
      );
    }
    if (announced === 'completed' && !isDone) {
      yield breach('jobAgreesWithTasks', 'the job has completed, but some of its tasks have not');
    }
    if (isDone && tasks.length > 0 && announced !== 'completed') {
      yield breach('jobAgreesWithTasks', `all tasks are done, but the job is ${announced}`);
    }
  }

  /** How the job will end, or has ended, regardless of its finally tasks. */
  #ending(): string | undefined {
    const { finals } = this.#system;
    const ending = endingOf(this.#system);
    return ending === 'failed' && finals.some(fails) && !this.#system.ordinary.some(fails) ? 'completed' : ending;
  }

  *#messagesThatChangeNothing(task: ModelTask): Generator<Breach> {
    let known = this.#known.get(task.state);
    if (known === undefined) {
      known = [...breachesOfMessages(task)];
      this.#known.set(task.state, known);
    }
    yield* known;
  }
}

/** Whether a task fails its job. */
const fails = ({ state, spec }: ModelTask): boolean => state.name === 'failed' && spec.continueOnFailure !== true;

/** Whether a task ended in a way with which a job completes. */
const succeeds = (task: ModelTask): boolean =>
  task.state.name === 'completed' ||
  (task.state.name === 'failed' && !fails(task)) ||
  (task.state.name === 'skipped' && !isStopped(task));

/** The states that a job may have after a failure. */
function statesAfterFailure({ onFailure }: JobModel, tasks: readonly ModelTask[]): readonly string[] {
  if (onFailure !== 'stop' && tasks.some(({ state }) => !isSettled(state.name))) {
    return ['running'];
  }
  return onFailure === 'keepGoing' && tasks.some(isStopped) ? ['cancelled', 'timedOut'] : ['failed'];
}

const list = (tasks: readonly ModelTask[]): string => (tasks.length === 0 ? 'none' : tasks.map(({ id }) => id).join(', '));
