import type { AnyTransitionDefinition } from 'xstate';
import type { JobEmitted, JobState, TaskEmitted, UndoEmitted } from '../../machines/events.ts';
import { describeValue } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';
import { isStopped } from '../laws/branch-laws.ts';
import type { Breach } from '../laws/law-names.ts';
import {
  type AlwaysProperty,
  type Property,
  type SometimesProperty,
  type StepProperty,
  type Verdict,
  verdictOf,
} from '../laws/properties.ts';
import { RestLaws } from '../laws/rest-laws.ts';
import { StepLaws } from '../laws/step-laws.ts';
import { type JobView, viewOf } from '../laws/view.ts';
import type { Choice } from '../model/choice.ts';
import type { JobModel } from '../model/model.ts';
import { System } from '../model/system.ts';
import { type Reduction, StateKeys } from './reduction.ts';

/** A violated property and how to get there. */
export interface Found extends Breach {
  readonly kind: 'law' | Property['kind'];
  readonly path: PathOf;
}

/** Returns the choices that lead to the inspected state. It steps the system, so call it after all inspection is done. */
export type PathOf = () => readonly Choice[];

export interface InspectorOptions {
  readonly properties: readonly Property[];
  /** The names of the laws to check. */
  readonly builtins: ReadonlySet<string>;
  readonly reduction: Reduction;
}

/** Takes steps of a system and inspects each step and state; keeps the first violation of each property. */
export class Inspector {
  readonly system: System;
  /** The state in which the job begins. */
  readonly initial: string;
  readonly found: Found[] = [];
  /** The `sometimes` properties that have not held yet. */
  readonly unseen: Set<SometimesProperty>;
  readonly transitions = new Set<AnyTransitionDefinition>();
  /** The distinct combinations of task outcomes, by the state in which the job ended. */
  readonly ends = new Map<JobState, Set<string>>();
  /** The tasks that may keep the job from ending. */
  readonly endless = new Set<string>();
  /** In a workflow with branches, the tasks that were more than skipped, and those that were skipped while their job went on. */
  readonly ran = new Set<string>();
  readonly skipped = new Set<string>();
  /** In a workflow with undos, the tasks without one that completed in a job that then failed. */
  readonly kept = new Set<string>();
  readonly #options: InspectorOptions;
  readonly #keys: StateKeys;
  readonly #stepLaws: StepLaws;
  readonly #restLaws: RestLaws;
  readonly #always: readonly AlwaysProperty[];
  readonly #steps: readonly StepProperty[];

  constructor(model: JobModel, options: InspectorOptions) {
    this.#options = options;
    this.system = new System(model);
    this.initial = this.system.save();
    this.#keys = new StateKeys(this.system, options.reduction);
    this.#restLaws = new RestLaws(this.system);
    this.#stepLaws = new StepLaws(this.system, ({ transitions }) => this.taken(transitions));
    this.system.observer = this.#stepLaws;
    this.unseen = new Set(options.properties.filter((property) => property.kind === 'sometimes'));
    this.#always = options.properties.filter((property) => property.kind === 'always');
    this.#steps = options.properties.filter((property) => property.kind === 'step');
  }

  /**
   * Takes a choice in a state and inspects what happens.
   * @returns whether all laws held, and where a cancellation makes a difference
   */
  take(code: string, choice: Choice, pathOf: PathOf): { isSound: boolean; interruptions: readonly number[] } {
    const { system } = this;
    system.load(code);
    const before = this.readsSteps ? this.view() : undefined;
    this.#stepLaws.begin();
    let interruptions: readonly number[] = [];
    try {
      interruptions = system.take(choice);
      this.#stepLaws.end(choice, () => system.save() !== code);
    } catch (error) {
      if (error instanceof CheckError) {
        throw error;
      }
      this.#stepLaws.breaches.push({ property: 'actorsStayHealthy', message: `the job threw ${describeValue(error)}` });
    }
    const isSound = this.#keepLaws(this.#stepLaws.breaches, pathOf);
    if (before !== undefined) {
      const events = this.#stepLaws.events as unknown as readonly (TaskEmitted | UndoEmitted | JobEmitted)[];
      this.lookAtStep([before, system.explicit(choice), this.view(), events], pathOf);
    }
    return { isSound, interruptions };
  }

  /**
   * Inspects the current state of the system.
   * @returns whether all laws hold
   */
  look(pathOf: PathOf): boolean {
    const { system } = this;
    const isSound = this.#keepLaws(this.#restLaws.breaches(), pathOf);
    for (const { id } of this.#restLaws.endless()) {
      this.endless.add(id);
    }
    if (system.model.isBranching) {
      this.#noteBranches();
    }
    if (system.isSettled) {
      this.addEnd(system.job.announced as JobState, this.#keys.endOf());
      this.#noteKept();
    }
    if (this.readsStates) {
      this.lookAtProperties(this.view(), pathOf);
    }
    return isSound;
  }

  #noteBranches(): void {
    for (const task of this.system.tasks) {
      const { name } = task.state;
      if (name !== 'unscheduled' && name !== 'skipped') {
        this.ran.add(task.name);
      } else if (name === 'skipped' && !isStopped(task)) {
        this.skipped.add(task.name);
      }
    }
  }

  #noteKept(): void {
    const { undos, job, model, firstFailed, ordinary } = this.system;
    // If a finally task fails, nothing is undone.
    if (undos.length > 0 && job.announced === 'failed' && model.undo.includes('failed') && firstFailed?.spec.finally !== true) {
      for (const { name } of ordinary.filter(({ undo, state }) => undo === undefined && state.name === 'completed')) {
        this.kept.add(name);
      }
    }
  }

  /** Whether there are properties of steps. */
  get readsSteps(): boolean {
    return this.#steps.length > 0;
  }

  lookAtStep(step: Parameters<StepProperty['holds']>, pathOf: PathOf): void {
    for (const property of this.#steps) {
      this.#judge(property, () => property.holds(...step), pathOf);
    }
  }

  /** Whether there are properties of single states. */
  get readsStates(): boolean {
    return this.#always.length > 0 || this.unseen.size > 0;
  }

  lookAtProperties(view: JobView, pathOf: PathOf): void {
    for (const property of this.#always) {
      this.#judge(property, () => property.holds(view), pathOf);
    }
    for (const property of this.unseen) {
      const { holds, thrown } = verdictOf(() => property.holds(view));
      if (thrown !== undefined) {
        this.keep({ property: property.name, kind: 'sometimes', message: thrown, path: pathOf });
      }
      if (holds || thrown !== undefined) {
        this.unseen.delete(property);
      }
    }
  }

  /** Counts an end of the job, in words that are the same for ends that differ only in which of several interchangeable tasks is which. */
  addEnd(state: JobState, tasks: string): void {
    const ends = this.ends.get(state) ?? new Set();
    this.ends.set(state, ends.add(tasks));
  }

  /** Whether the job may stay in the current state forever, since functions may never return. */
  mayRest(): boolean {
    return this.#restLaws.endless().length > 0;
  }

  view(): JobView {
    return viewOf(this.system, this.#options.reduction.finishedContext);
  }

  /** The key of the current state; merged states share a key. */
  key(code: string): string {
    return this.#keys.keyOf(code);
  }

  /** The tasks in a canonical order: in merged states, tasks at the same position are in the same state. */
  order(): readonly string[] {
    return this.#keys.order().map(({ name }) => name);
  }

  /** Counts transitions of machines as taken. */
  taken(transitions: readonly AnyTransitionDefinition[]): void {
    for (const transition of transitions) {
      this.transitions.add(transition);
    }
  }

  /** Keeps a violation, unless there is already one of the same property. */
  keep(found: Found): void {
    const isSame = ({ property, kind }: Found) => property === found.property && kind === found.kind;
    if (!this.found.some(isSame)) {
      this.found.push(found);
    }
  }

  #keepLaws(breaches: Iterable<Breach>, path: PathOf): boolean {
    let isSound = true;
    for (const breach of breaches) {
      if (this.#options.builtins.has(breach.property)) {
        isSound = false;
        this.keep({ ...breach, kind: 'law', path });
      }
    }
    return isSound;
  }

  #judge({ name, kind }: Property, ask: () => Verdict, path: PathOf): void {
    const { message } = verdictOf(ask);
    if (message !== undefined) {
      this.keep({ property: name, kind, message, path });
    }
  }
}
