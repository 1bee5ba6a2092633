import type { AnyEventObject } from 'xstate';
import type { JobEmitted, JobState, TaskEmitted, TaskState, UndoEmitted } from '../../machines/events.ts';
import type { UndoResult } from '../../runtime/undo/undo-result.ts';
import { CheckError } from '../check-error.ts';
import { nameOf } from '../machine/machine-transitions.ts';
import { type Choice, describeChoice } from '../model/choice.ts';
import type { ModelActor, ModelTask } from '../model/model-task.ts';
import type { Observer } from '../model/observer.ts';
import type { SteppedActor } from '../model/stepped-actor.ts';
import type { System } from '../model/system.ts';
import { UndoTask } from '../model/undo-task.ts';
import type { LocalState, LocalStep } from '../tables/local-machine.ts';

/** One thing that happens in a step. */
export type Deed =
  | {
      /** A machine receives a message, a timer event or a call. */
      readonly kind: 'took';
      /** `job` or the name of a task; `isJob` tells them apart. */
      readonly machine: string;
      readonly isJob: boolean;
      readonly message: string;
      /** The task that sent the message. */
      readonly sender?: string;
      readonly from: string;
      readonly to: string;
      /** The counters that changed, such as `running 0 -> 1`. */
      readonly counted: readonly string[];
    }
  | { readonly kind: 'event'; readonly event: TaskEmitted | UndoEmitted | JobEmitted }
  | CallDeed
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly message: string; readonly machine: string | undefined };

/** A function is called, or its signal aborts. */
export interface CallDeed {
  readonly kind: 'called' | 'aborted';
  readonly task: string;
  /** Set for the undo of the task. */
  readonly isUndo?: true;
  readonly attempt: number;
}

/** A job at rest. */
export interface RestState {
  readonly job: JobState;
  /** The `undo` of its result, if tasks can be undone and the job has ended. */
  readonly undo?: UndoResult;
  /** In definition order. */
  readonly tasks: readonly { readonly name: string; readonly state: TaskState; readonly runningAttempt?: number }[];
  /** The pending timers; a timer of the job has no `task`. */
  readonly timers: readonly { readonly task?: string; readonly timer: string }[];
}

/** One choice and everything that follows from it. */
export interface PathStep {
  readonly choice: Choice;
  /** The choice as a clause, such as `blend throws`. */
  readonly description: string;
  readonly deeds: readonly Deed[];
  /** The job at rest after the step. */
  readonly after: RestState;
}

/** Takes the choices of a path one by one and describes what happens. */
export function trace(system: System, initial: string, path: readonly Choice[]): PathStep[] {
  system.load(initial);
  return path.map((choice) => {
    const scribe = new Scribe(system, choice.cancelAt);
    system.observedBy(scribe, () => takeAnyway(system, choice));
    const taken = system.explicit(choice);
    return {
      choice: taken,
      description: describeChoice(taken, scribe.interruptedIn),
      deeds: scribe.deeds,
      after: restState(system),
    };
  });
}

/** The transitions that the machines take on a choice, each prefixed with the name of its machine. */
export function transitionsIn(system: System, code: string, choice: Choice): string[] {
  const taken = new Set<string>();
  const observer: Observer = {
    moved({ id }, _event, _before, { transitions }) {
      for (const transition of transitions) {
        taken.add(`${id}: ${nameOf(transition)}`);
      }
    },
  };
  system.load(code);
  system.observedBy(observer, () => takeAnyway(system, choice));
  return [...taken];
}

/**
 * Takes a choice; if a broken machine fails, what it did until then still counts.
 * @throws {CheckError} if the choice can't be taken
 */
export function takeAnyway(system: System, choice: Choice): void {
  try {
    system.take(choice);
  } catch (error) {
    if (error instanceof CheckError) {
      throw error;
    }
    // Already reported by the check of the machine.
  }
}

function restState({ job, tasks, undos, isSettled, undoResult }: System): RestState {
  return {
    job: job.announced as JobState,
    ...(isSettled && undos.length > 0 && { undo: undoResult }),
    tasks: tasks.map(({ name, shown, attempt: own, undo }) => {
      const attempt = own || (undo?.attempt ?? 0);
      return { name, state: shown, ...(attempt > 0 && { runningAttempt: attempt }) };
    }),
    timers: [
      ...job.timers.map(({ name }) => ({ timer: name })),
      ...tasks.flatMap((task) => task.timers.map(({ name }) => ({ task: task.name, timer: name }))),
      ...undos.flatMap(timersOfUndo),
    ],
  };
}

function timersOfUndo({ name: task, timers, isWaiting }: UndoTask): { readonly task: string; readonly timer: string }[] {
  const names = timers.map(({ name }) => (name === 'backoff' ? 'backoff of the undo' : 'timeout of the undo'));
  return [...names, ...(isWaiting ? ['timeout of the undo'] : [])].map((timer) => ({ task, timer }));
}

class Scribe implements Observer {
  readonly deeds: Deed[] = [];
  interruptedIn: string | undefined;
  readonly #system: System;
  readonly #cancelAt: number | undefined;
  #calls = 0;

  constructor(system: System, cancelAt: number | undefined) {
    this.#system = system;
    this.#cancelAt = cancelAt;
  }

  moved(actor: ModelActor, event: AnyEventObject, before: LocalState, { next }: LocalStep): void {
    const isJob = actor === this.#system.job;
    if (event.type !== 'xstate.init') {
      this.deeds.push({
        kind: 'took',
        machine: actor.id,
        isJob,
        message: event.type,
        ...(isJob && 'task' in event && { sender: event.task }),
        from: pathOf(before.snapshot.value),
        to: next.status === 'error' ? `error: ${String(next.snapshot.error)}` : pathOf(next.snapshot.value),
        counted: changes(before.snapshot.context, next.snapshot.context),
      });
    }
  }

  emitted(actor: ModelActor, event: AnyEventObject): void {
    if (!(actor instanceof UndoTask)) {
      this.#emitted(event as unknown as TaskEmitted | JobEmitted);
    }
  }

  undoEmitted(_: ModelTask, event: UndoEmitted): void {
    this.#emitted(event);
  }

  #emitted(event: TaskEmitted | UndoEmitted | JobEmitted): void {
    this.deeds.push({ kind: 'event', event });
    this.#count(() => `a listener for ${event.type}${'task' in event ? ` of ${event.task}` : ''}`);
  }

  called({ name, id, isUndo }: ModelTask, attempt: number): void {
    this.deeds.push({ kind: 'called', task: name, attempt, ...(isUndo && { isUndo }) });
    this.#count(() => `the function of ${id}`);
  }

  aborted({ name, id, isUndo }: ModelTask, attempt: number): void {
    this.deeds.push({ kind: 'aborted', task: name, attempt, ...(isUndo && { isUndo }) });
    this.#count(() => `an abort listener of ${id}`);
  }

  refused(actor: SteppedActor | undefined, event: AnyEventObject): void {
    this.deeds.push({ kind: 'refused', message: event.type, machine: actor?.id });
  }

  #count(describe: () => string): void {
    this.#calls += 1;
    if (this.#calls === this.#cancelAt) {
      this.interruptedIn = describe();
      this.deeds.push({ kind: 'cancelled' });
    }
  }
}

/** The path of a state, such as `running.timed`. */
const pathOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : Object.entries(value as object)
        .map(([state, inner]) => `${state}.${pathOf(inner)}`)
        .join(' and ');

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));

function changes(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(after)
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key} ${textOf(before[key])} -> ${textOf(after[key])}`);
}
