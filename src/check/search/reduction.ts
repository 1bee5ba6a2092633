import { defaultRetryIf } from '../../runtime/attempts/default-retry-if.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { JobModel } from '../model/model.ts';
import type { ModelTask } from '../model/model-task.ts';
import { effectsCode, endingCode, failureCode, reasonCode } from '../model/state-code.ts';
import type { System } from '../model/system.ts';

/** Which states are merged. */
export interface Reduction {
  /**
   * Those that differ only in what the machines of settled tasks remember, such as the number of attempts, in the saved record
   * of an ended job, or in why saved attempts failed.
   */
  readonly finishedContext: boolean;
  /** Those that differ only in which of several interchangeable tasks is which. */
  readonly symmetry: boolean;
}

type Codes = ReadonlyMap<ModelTask, readonly number[]>;
type Places = ReadonlyMap<ModelTask, number>;

/** Assigns merged states the same key. */
export class StateKeys {
  readonly #system: System;
  readonly #reduction: Reduction;
  /** The number of each state text, without the name of its task. */
  readonly #shapes = new Map<string, number>();
  readonly #shapeOf = new WeakMap<object, number>();
  readonly #records = new Map<string, number>();
  readonly #classes: readonly (readonly ModelTask[])[];

  constructor(system: System, reduction: Reduction) {
    this.#system = system;
    this.#reduction = reduction;
    this.#classes = interchangeable(system);
  }

  /** @param code the result of the system's `save` */
  keyOf(code: string): string {
    const { finishedContext, symmetry } = this.#reduction;
    return finishedContext || symmetry ? this.#reducedKey() : code;
  }

  /** How the tasks ended, regardless of which of several interchangeable tasks is which. */
  endOf(): string {
    return this.#classes
      .map((tasks) =>
        tasks
          .map(({ shown }) => shown)
          .sort()
          .join(),
      )
      .join(';');
  }

  /** The tasks in a canonical order: in states with the same key, tasks at the same position are in the same state. */
  order(): readonly ModelTask[] {
    return this.#orderBy(this.#codes(), this.#places());
  }

  #orderBy(codes: Codes, places: Places): readonly ModelTask[] {
    const { symmetry } = this.#reduction;
    return symmetry ? this.#classes.flatMap((same) => sorted(same, codes, places)) : this.#system.tasks;
  }

  #codes(): Codes {
    return new Map(this.#system.tasks.map((task) => [task, this.#codeOf(task)]));
  }

  /** The positions of tasks in the queue, counted from 1. */
  #places(): Places {
    const { isSettled: isOver, queue } = this.#system;
    return new Map(isOver ? [] : queue.map((task, place) => [task, place + 1]));
  }

  #reducedKey(): string {
    const codes = this.#codes();
    const places = this.#places();
    const order = this.#orderBy(codes, places);
    const ranks = new Map(order.map((task, rank) => [task, rank]));
    const all: number[] = this.#system.job.save();
    for (const task of order) {
      all.push(...(codes.get(task) as number[]));
    }
    if (this.#system.limits.mayChange) {
      all.push(this.#system.limits.place);
    }
    if (this.#system.model.isBranching) {
      all.push(this.#system.isSettled && this.#reduction.finishedContext ? 0 : failureCode(this.#system));
    }
    if (this.#system.model.hasPhases) {
      all.push(...this.#phasesCode());
    }
    for (const task of places.keys()) {
      all.push(ranks.get(task) ?? task.index);
    }
    return String.fromCharCode(...all);
  }

  /** What undoes tasks, and how the job will end. */
  #phasesCode(): number[] {
    const { isRecorded, undos } = this.#system;
    const codes = undos.flatMap((undo) => {
      const [, timers] = undo.save();
      return [this.#shape(undo), timers, undo.attempt, undo.flags, isRecorded ? this.#recordOf(undo) : 0];
    });
    return [...codes, endingCode(this.#system)];
  }

  #codeOf(task: ModelTask): number[] {
    const [, timers] = task.save();
    const { isRecorded, model, job } = this.#system;
    return [
      this.#shape(task),
      timers,
      task.attempt,
      ...(isRecorded ? [this.#recordOf(task)] : []),
      ...(model.isBranching ? [this.#outputOf(task, task.output), reasonCode(task)] : []),
      ...(model.hasPhases ? [effectsCode(task, job.announced)] : []),
    ];
  }

  /** The output of a task only makes a difference until the conditions that mention it are decided. */
  #outputOf(task: ModelTask, output: number): number {
    const isPending = task.dependents.some(
      ({ state, spec, record }) =>
        typeof spec.when === 'object' &&
        spec.when.some((one) => one.task === task.name) &&
        (this.#system.isRecorded ? record.decision === undefined : state.name === 'unscheduled'),
    );
    const isForgotten = this.#reduction.finishedContext && (this.#system.isSettled || !isPending);
    return isForgotten ? 0 : output;
  }

  /**
   * What a resumed job does depends on everything saved, settled tasks included, but on why attempts failed only as far as they may have had
   * an effect that has to be undone.
   */
  #recordOf(task: ModelTask): number {
    const { record } = task;
    if (!this.#reduction.finishedContext) {
      return record.save();
    }
    const output = this.#outputOf(task, record.output);
    const effects = task.undo === undefined ? [] : [record.isOpen, record.mayHaveActed];
    // Once it is saved how the job will end, only how the tasks of earlier phases ended makes a difference.
    const decisions = this.#isPast(task) ? record.decisions.slice(-1) : [record.begun, ...record.decisions];
    const text = this.#system.isSettled ? '' : [record.decision, output, ...effects, ...decisions].join();
    const number = this.#records.get(text) ?? this.#records.size;
    this.#records.set(text, number);
    return number;
  }

  /** Whether a phase is over, and saved to be, that a task runs in. */
  #isPast({ spec, isUndo }: ModelTask): boolean {
    const { savedEnding } = this.#system;
    return savedEnding !== undefined && spec.finally !== true && (!isUndo || savedEnding.phase === 'finishing');
  }

  #shape({ state, name }: ModelTask): number {
    let shape = this.#shapeOf.get(state);
    if (shape === undefined) {
      const isFinished = this.#reduction.finishedContext && isSettled(state.name);
      const text = isFinished ? state.name : state.text.replace(`"task":${JSON.stringify(name)}`, '');
      shape = this.#shapes.get(text) ?? this.#shapes.size;
      this.#shapes.set(text, shape);
      this.#shapeOf.set(state, shape);
    }
    return shape;
  }
}

function sorted(tasks: readonly ModelTask[], codes: Codes, places: Places): ModelTask[] {
  const rank = (task: ModelTask) => [...(codes.get(task) as number[]), places.get(task) ?? 0];
  return [...tasks].sort((one, other) => {
    const theirs = rank(other);
    return (
      rank(one)
        .map((number, index) => number - (theirs[index] as number))
        .find((difference) => difference !== 0) ?? 0
    );
  });
}

/** Groups the tasks that share dependencies, dependents and options. */
export function interchangeable({ tasks, model }: Pick<System, 'tasks' | 'model'>): ModelTask[][] {
  const classes = new Map<string, ModelTask[]>();
  for (const task of tasks) {
    const key = JSON.stringify([
      indexesOf(task.dependencies),
      indexesOf(task.dependents),
      optionsOf(task, model),
      isTold(task) ? task.index : '',
    ]);
    const same = classes.get(key);
    if (same === undefined) {
      classes.set(key, [task]);
    } else {
      same.push(task);
    }
  }
  return [...classes.values()];
}

/** Whether other tasks tell it apart from those with the same dependencies, dependents and options. */
const isTold = ({ spec, outputs, dependents }: ModelTask): boolean =>
  spec.edges !== undefined ||
  spec.undo !== undefined ||
  spec.finally === true ||
  spec.when !== undefined ||
  outputs.length > 0 ||
  dependents.some((one) => one.spec.edges !== undefined);

const indexesOf = (tasks: readonly ModelTask[]): number[] => tasks.map(({ index }) => index).sort((a, b) => a - b);

/** The options of a task that affect what can happen to it. */
export function optionsOf({ spec, policy, maxRetries, index }: ModelTask, { outcomes }: JobModel): unknown {
  const { timeout, continueOnFailure } = spec;
  const { backoff, retryIf } = policy;
  return [
    maxRetries,
    timeout ?? 0,
    typeof backoff === 'function' ? 'function' : backoff,
    retryIf === true || (retryIf === defaultRetryIf ? 'default' : 'function'),
    continueOnFailure ?? false,
    [...(outcomes[index] ?? [])].sort(),
  ];
}
