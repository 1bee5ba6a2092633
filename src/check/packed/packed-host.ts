import type { CheckPlan } from '../check-options.ts';
import { ContextLaw } from '../laws/context-law.ts';
import type { JobView } from '../laws/view.ts';
import type { Choice } from '../model/choice.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { Inspector } from '../search/inspector.ts';
import { interchangeable } from '../search/reduction.ts';
import { Suspicion } from '../tables/suspicion.ts';
import { PackedChoices } from './packed-choices.ts';
import { PackedContext } from './packed-context.ts';
import { PackedKeys } from './packed-keys.ts';
import { PackedLaws } from './packed-laws.ts';
import { PackedStates } from './packed-states.ts';
import { PackedSystem } from './packed-system.ts';
import { packedView } from './packed-view.ts';

/** A packed system, and a base: the state from which its choices are taken. */
export class PackedHost {
  readonly system: PackedSystem;
  readonly laws: PackedLaws;
  readonly keys: PackedKeys;
  readonly states: PackedStates;
  readonly choices: PackedChoices;
  readonly tasks: readonly ModelTask[];
  /** The tasks, in groups that are interchangeable. */
  readonly classes: readonly (readonly ModelTask[])[];
  readonly #context: PackedContext;
  readonly #forgetsAttempts: boolean;
  /** How many tasks are running in the base. */
  #running = 0;

  /** The base is the state in which the job begins. */
  constructor({ model, reduction }: CheckPlan, inspector: Inspector) {
    const { tasks } = inspector.system;
    this.tasks = tasks;
    this.classes = interchangeable({ tasks, model });
    this.system = new PackedSystem(model, tasks, (transitions) => inspector.taken(transitions));
    this.#context = new PackedContext(new ContextLaw(inspector.system), tasks, this.system);
    this.system.context = this.#context;
    this.system.log = inspector.readsSteps ? [] : undefined;
    this.laws = new PackedLaws(this.system, Math.min(model.maxConcurrency, tasks.length));
    this.keys = new PackedKeys(this.system, this.classes, reduction);
    this.states = new PackedStates(this.system);
    this.choices = new PackedChoices(this.system, model, tasks);
    this.#forgetsAttempts = reduction.finishedContext;
    this.rebase();
  }

  /** Whether the job has ended in the current state. */
  get isSettled(): boolean {
    return this.system.jobs.local(this.system.job).isSettled;
  }

  /** Makes a state the base, and the current one. */
  load(state: number): void {
    this.states.load(state);
    this.#begin();
  }

  /** Makes the current state the base. */
  rebase(): void {
    this.states.rebase();
    this.#begin();
  }

  #begin(): void {
    this.laws.count();
    this.#running = this.laws.running;
    this.#context.begin();
    this.choices.find(this.laws.any);
  }

  choice(place: number): Choice {
    return this.choices.choice(place, this.states.base);
  }

  /**
   * Takes a choice from the base.
   * @throws {Suspicion} if a law may be broken
   */
  take(place: number, cancelAt: number): void {
    const { tasks, codes } = this.choices;
    this.states.restore();
    this.system.log &&= [];
    this.system.take(tasks[place] as number, codes[place] as number, cancelAt, this.#running);
    if (this.choices.isTimer(place) && !this.states.hasChanged()) {
      throw new Suspicion('a timer that changes nothing');
    }
  }

  view(): JobView {
    return packedView(this.system, this.tasks, this.#forgetsAttempts);
  }

  /** How the tasks ended, regardless of which of several interchangeable tasks is which. */
  end(): string {
    const { tasks, table } = this.system;
    const nameOf = ({ index }: ModelTask) => table.names[tasks[index] as number] as number;
    return this.classes.map((same) => String.fromCharCode(...same.map(nameOf).sort())).join('');
  }

  /** Says of which task a choice is in the base, if it is of one of these tasks in another state with the same key. */
  rename(choice: Choice, order: readonly number[]): Choice {
    const index = this.tasks.findIndex(({ name }) => 'task' in choice && name === choice.task);
    const task = this.tasks[this.keys.order()[order.indexOf(index)] as number];
    return task === undefined ? choice : ({ ...choice, task: task.name } as Choice);
  }

  /** Takes a choice and makes the state it leads to the base. A late result leads nowhere. */
  follow(choice: Choice, cancelAt: number): void {
    const text = JSON.stringify(choice);
    const place = [...this.choices.codes.keys()].find((one) => JSON.stringify(this.choice(one)) === text);
    if (place !== undefined) {
      this.take(place, cancelAt);
      this.rebase();
    }
  }
}
