import { TASK_STATES } from '../../machines/events.ts';
import type { TaskContext } from '../../machines/task.machine.ts';
import { CheckError } from '../check-error.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { AttemptChoice, DuplicateChoice, Outcome, TimerChoice } from '../model/choice.ts';
import type { JobModel } from '../model/model.ts';
import type { ModelTask, TaskAtRest } from '../model/model-task.ts';
import { optionsOf } from '../search/reduction.ts';
import { ANY_TASK, type JobTable } from './job-table.ts';
import { LocalMachine, type LocalState, type Timer } from './local-machine.ts';
import type { OnTransitions } from './program.ts';
import { Suspicion } from './suspicion.ts';
import { CODES, choicesOf, isDuplicate, isEnding, isTimer } from './task-codes.ts';
import { factsOf } from './task-facts.ts';
import { type TaskProgram, takeTaskStep } from './task-program.ts';

/** States have 16 bits. */
const LAST = 0xffff;

/** Tasks whose machines have the same input and are offered the same choices, so that they share a table. */
interface Kind {
  readonly number: number;
  readonly task: ModelTask;
  readonly machine: LocalMachine;
  readonly initial: number;
}

interface Local extends TaskAtRest {
  readonly kind: Kind;
}

/** The states of all tasks as numbers, and what happens in each. Filled as the search comes to them, by stepping the machine. */
export class TaskTable {
  /** The bits of each state. */
  readonly facts: number[] = [];
  /** The number of the attempt that runs in each state; 0 if none does. */
  readonly attempts: number[] = [];
  /** The state that stands for each state once what settled tasks remember is forgotten. */
  readonly merged: number[] = [];
  /** The number of the name of each state. */
  readonly names: number[] = [];
  /** The codes of what may happen in each state: attempts that end, timers, late results. */
  readonly endings: (readonly number[])[] = [];
  readonly timers: (readonly number[])[] = [];
  readonly duplicates: (readonly number[])[] = [];
  /** The initial state of each task. */
  readonly initial: readonly number[];
  readonly #model: JobModel;
  readonly #jobs: JobTable;
  readonly #onTransitions: OnTransitions;
  readonly #locals: Local[] = [];
  readonly #ids = new Map<string, number>();
  readonly #programs: (TaskProgram | undefined)[] = [];
  readonly #started: (number | undefined)[] = [];

  constructor(model: JobModel, tasks: readonly ModelTask[], jobs: JobTable, onTransitions: OnTransitions) {
    this.#model = model;
    this.#jobs = jobs;
    this.#onTransitions = onTransitions;
    const kinds = new Map<string, Kind>();
    this.initial = tasks.map((task) => {
      const key = JSON.stringify([task.spec.dependencies.length, optionsOf(task, model)]);
      const kind = kinds.get(key) ?? this.#newKind(kinds.size, task);
      kinds.set(key, kind);
      return kind.initial;
    });
  }

  #newKind(number: number, task: ModelTask): Kind {
    const machine = new LocalMachine(this.#model.machines.task, ANY_TASK, this.#jobs.self);
    const { next, actions, deferred, transitions } = machine.first({ ...task.input, task: ANY_TASK });
    if (actions.length + deferred.length > 0 || next.status !== 'active') {
      throw new Suspicion('a machine that does something before it gets a message');
    }
    this.#onTransitions(transitions);
    const kind = { number, task, machine, initial: this.facts.length };
    this.#number(kind, next, [], 0);
    return kind;
  }

  /** What happens in a state. */
  program(state: number, code: number): TaskProgram {
    const place = state * CODES + code;
    const known = this.#programs[place];
    if (known !== undefined) {
      return known;
    }
    const local = this.#locals[state] as Local;
    const { program: rest, next, timers, attempt, transitions } = takeTaskStep(local, code, this.#jobs);
    this.#onTransitions(transitions);
    const program = { ...rest, next: this.#number(local.kind, next, timers, attempt) };
    this.#programs[place] = program;
    return program;
  }

  /** The state after an attempt has started, of a task whose machine counts it. */
  started(state: number, attempt: number): number {
    const known = this.#started[state];
    if (known !== undefined && this.attempts[known] === attempt) {
      return known;
    }
    const { kind, state: local, timers, attempts } = this.#locals[state] as Local;
    if (local.name !== 'running' || attempts !== attempt || attempt > kind.task.maxRetries + 1) {
      throw new Suspicion(`attempt ${attempt} of a task that is ${local.name}`);
    }
    const started = this.#number(kind, local, timers, attempt);
    this.#started[state] = started;
    return started;
  }

  nameOf(state: number): string {
    return (this.#locals[state] as Local).state.name;
  }

  /** The number of attempts started. */
  attemptsOf(state: number): number {
    return (this.#locals[state] as Local).attempts;
  }

  /** A choice by its code, for a task with this name. */
  choiceOf(state: number, code: number, task: string): AttemptChoice | TimerChoice | DuplicateChoice {
    const choices = this.#choicesOf(this.#locals[state] as Local);
    const [, choice] = choices.find(([one]) => one === code) as (typeof choices)[number];
    return { ...choice, task };
  }

  #choicesOf(local: Local): ReturnType<typeof choicesOf> {
    return choicesOf(local, this.#outcomesOf(local));
  }

  #outcomesOf({ index }: Local): readonly Outcome[] {
    return this.#model.outcomes[index] ?? [];
  }

  #number(kind: Kind, state: LocalState, timers: readonly Timer[], attempt: number): number {
    const key = [kind.number, state.id, attempt, ...timers.map(({ id }) => id)].join();
    const known = this.#ids.get(key);
    if (known !== undefined) {
      return known;
    }
    const id = this.#locals.length;
    if (id > LAST) {
      throw new CheckError(`The machine of ${kind.task.name} has more than ${LAST} states: lower \`maxRetries\``);
    }
    const { spec, policy, maxRetries, index, outputs } = kind.task;
    const { attempt: attempts } = state.snapshot.context as TaskContext;
    const { machine } = kind;
    const local: Local = {
      kind,
      id: ANY_TASK,
      name: ANY_TASK,
      index,
      spec,
      policy,
      maxRetries,
      outputs,
      machine,
      state,
      timers,
      attempt,
      attempts,
    };
    this.#ids.set(key, id);
    this.#locals.push(local);
    this.facts.push(factsOf(local, this.#outcomesOf(local)));
    this.attempts.push(attempt);
    this.names.push(TASK_STATES.indexOf(state.name as (typeof TASK_STATES)[number]));
    this.merged.push(this.#mergedWith(local, id));
    const codes = this.#choicesOf(local).map(([code]) => code);
    this.endings.push(codes.filter(isEnding));
    this.timers.push(codes.filter(isTimer));
    this.duplicates.push(codes.filter(isDuplicate));
    return id;
  }

  #mergedWith({ kind, state, timers, attempt }: Local, id: number): number {
    if (!isSettled(state.name)) {
      return id;
    }
    const key = [kind.number, state.name, attempt, ...timers.map((timer) => timer.id)].join();
    const first = this.#ids.get(key) ?? id;
    this.#ids.set(key, first);
    return first;
  }
}
