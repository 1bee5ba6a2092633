import type { CheckPlan } from '../check-options.ts';
import { ContextLaw } from '../laws/context-law.ts';
import type { Choice } from '../model/choice.ts';
import type { ModelTask } from '../model/model-task.ts';
import type { Edge } from '../paths/cover.ts';
import { EdgeGraph } from '../search/edge-graph.ts';
import type { Inspector } from '../search/inspector.ts';
import type { Searched } from '../search/liveness.ts';
import { interchangeable } from '../search/reduction.ts';
import { SearchClock } from '../search/search-clock.ts';
import { PackedChoices } from './packed-choices.ts';
import { PackedContext } from './packed-context.ts';
import { PackedKeys } from './packed-keys.ts';
import { PackedLaws } from './packed-laws.ts';
import { PackedStates } from './packed-states.ts';
import { PackedSystem } from './packed-system.ts';
import { packedView } from './packed-view.ts';
import { Suspicion } from './suspicion.ts';
import { WordSet } from './word-set.ts';

/** Visits all states of a packed system, nearest first, as `explore` does. */
export class PackedSearch extends EdgeGraph implements Searched {
  readonly graph = this;
  readonly #plan: CheckPlan;
  readonly #inspector: Inspector;
  readonly #tasks: readonly ModelTask[];
  readonly #classes: readonly (readonly ModelTask[])[];
  readonly #system: PackedSystem;
  readonly #context: PackedContext;
  readonly #laws: PackedLaws;
  readonly #keys: PackedKeys;
  readonly #known = new WordSet();
  readonly #states: PackedStates;
  readonly #choices: PackedChoices;
  readonly #clock: SearchClock;
  /** The states in which nothing can move the job forward. */
  readonly #stuck = new Set<number>();
  /** How many tasks are running in the base. */
  #running = 0;

  constructor(plan: CheckPlan, inspector: Inspector) {
    super();
    const { model, reduction, limits, onProgress } = plan;
    const { tasks } = inspector.system;
    this.#plan = plan;
    this.#inspector = inspector;
    this.#tasks = tasks;
    this.#classes = interchangeable({ tasks, model });
    this.#system = new PackedSystem(model, tasks, (transitions) => inspector.taken(transitions));
    this.#context = new PackedContext(new ContextLaw(inspector.system), tasks, this.#system);
    this.#system.context = this.#context;
    this.#laws = new PackedLaws(this.#system, Math.min(model.maxConcurrency, tasks.length));
    this.#keys = new PackedKeys(this.#system, this.#classes, reduction);
    this.#states = new PackedStates(this.#system);
    this.#choices = new PackedChoices(this.#system, model, tasks);
    this.#clock = new SearchClock(limits.ms ?? Infinity, onProgress);
  }

  /** @throws {Suspicion} if a law other than `progress` may be broken */
  run(): void {
    this.#arrive({ state: -1, edge: -1 });
    for (let state = 0; state < this.size && this.hits.size === 0; state += 1) {
      this.beginState();
      if (!this.#stuck.has(state)) {
        this.#expand(state);
      }
    }
    const [first] = this.#stuck;
    if (first !== undefined) {
      this.#askAbout(first);
    }
  }

  /** What a law says about a state, by going there with a system of objects. */
  #askAbout(state: number): void {
    const { system, initial } = this.#inspector;
    const path = this.pathTo(state);
    system.load(initial);
    system.observedBy(undefined, () => {
      for (const choice of path) {
        system.take(choice);
      }
    });
    this.#inspector.look(() => path);
  }

  #expand(state: number): void {
    const { limits, model } = this.#plan;
    this.#load(state);
    if (this.depthOf(state) >= (limits.depth ?? Infinity)) {
      if (!this.#system.jobs.local(this.#system.job).isSettled) {
        this.hits.add('depth');
      }
      return;
    }
    let edge = 0;
    for (const place of this.#choices.codes.keys()) {
      this.#take(place, 0);
      const cancels = model.cancel === 'anywhere' ? [...this.#system.interruptions.found] : NO_CANCELS;
      for (let next = -1; next < cancels.length; next += 1) {
        if (next >= 0) {
          this.#take(place, cancels[next] as number);
        }
        if (this.#choices.isDuplicate(place)) {
          this.faults.add(this.edges);
        }
        this.addEdge(this.#arrive({ state, edge }));
        edge += 1;
        if (this.#clock.isUp(this.size, this.depth)) {
          this.hits.add('ms');
        }
        if (this.hits.size > 0) {
          return;
        }
      }
    }
  }

  /** Takes a choice from the base. */
  #take(place: number, cancelAt: number): void {
    const { tasks, codes } = this.#choices;
    this.#states.restore();
    this.#system.take(tasks[place] as number, codes[place] as number, cancelAt, this.#running);
    if (this.#choices.isTimer(place) && !this.#states.hasChanged()) {
      throw new Suspicion('a timer that changes nothing');
    }
    if (this.#choices.isDuplicate(place) && this.#states.hasChanged()) {
      throw new Suspicion('a late result that changes something');
    }
  }

  #load(state: number): void {
    this.#states.load(state);
    this.#begin();
  }

  /** Finds what can happen in the base. */
  #begin(): void {
    this.#laws.count();
    this.#running = this.#laws.running;
    this.#context.begin();
    this.#choices.find(this.#laws.any);
  }

  #arrive(origin: Edge): number {
    const length = this.#keys.write();
    const known = this.#known.find(this.#keys.words, length);
    if (known >= 0) {
      return known;
    }
    if (this.size >= (this.#plan.limits.states ?? Infinity)) {
      this.hits.add('states');
      return -1;
    }
    this.#known.add(this.#keys.words, length);
    this.#states.add();
    const state = this.addState(origin);
    this.#look(state);
    return state;
  }

  #look(state: number): void {
    const { table, tasks, jobs, job } = this.#system;
    this.#laws.count();
    this.#laws.check();
    if (this.#laws.isStuck && this.#plan.builtins.has('progress')) {
      this.#stuck.add(state);
      this.isPartial = true;
    }
    if (this.#laws.mayRest) {
      for (const { name, index } of this.#tasks) {
        if ((table.attempts[tasks[index] as number] as number) > 0) {
          this.#inspector.endless.add(name);
        }
      }
    }
    const local = jobs.local(job);
    if (local.isSettled) {
      this.#inspector.addEnd(local.name, this.#end());
    }
    if (this.#inspector.readsStates) {
      this.#inspector.lookAtProperties(this.#view(), () => this.pathTo(state));
    }
  }

  /** How the tasks ended, regardless of which of several interchangeable tasks is which. */
  #end(): string {
    const { tasks, table } = this.#system;
    const nameOf = ({ index }: ModelTask) => table.names[tasks[index] as number] as number;
    return this.#classes.map((same) => String.fromCharCode(...same.map(nameOf).sort())).join('');
  }

  protected choicesIn(state: number, count: number): readonly Choice[] {
    this.#load(state);
    const choices: Choice[] = [];
    for (let place = 0; choices.length < count; place += 1) {
      const choice = this.#choices.choice(place, this.#states.base);
      choices.push(choice);
      if (this.#plan.model.cancel === 'anywhere') {
        this.#take(place, 0);
        choices.push(...this.#system.interruptions.found.map((cancelAt) => ({ ...choice, cancelAt })));
      }
    }
    return choices.slice(0, count);
  }

  lookAt(state: number): ReturnType<Searched['lookAt']> {
    this.#load(state);
    const { isSettled } = this.#system.jobs.local(this.#system.job);
    return { view: this.#view(), isSettled, mayRest: this.#laws.mayRest };
  }

  readonly #view = () => packedView(this.#system, this.#tasks, this.#plan.reduction.finishedContext);

  /** The actual choices of a job along some edges; see `realPath`. */
  pathAlong(edges: readonly Edge[]): Choice[] {
    const walker = new PackedSearch(this.#plan, this.#inspector);
    walker.#arrive({ state: -1, edge: -1 });
    walker.#load(0);
    return edges.map((edge) => {
      const { cancelAt = 0, ...choice }: Choice = this.choice(edge);
      this.#load(edge.state);
      const renamed = walker.#rename(choice, this.#keys.order());
      walker.#follow(renamed, cancelAt);
      return cancelAt === 0 ? renamed : { ...renamed, cancelAt };
    });
  }

  /** Says of which task a choice is in the base, if it is of one of these tasks in another state with the same key. */
  #rename(choice: Choice, order: readonly number[]): Choice {
    const index = this.#tasks.findIndex(({ name }) => 'task' in choice && name === choice.task);
    const task = this.#tasks[this.#keys.order()[order.indexOf(index)] as number];
    return task === undefined ? choice : ({ ...choice, task: task.name } as Choice);
  }

  /** Takes a choice and makes the state it leads to the base. */
  #follow(choice: Choice, cancelAt: number): void {
    const text = JSON.stringify(choice);
    const places = [...this.#choices.codes.keys()];
    const place = places.find((one) => JSON.stringify(this.#choices.choice(one, this.#states.base)) === text);
    if (place !== undefined) {
      this.#take(place, cancelAt);
      this.#states.rebase();
      this.#begin();
    }
  }
}

const NO_CANCELS: readonly number[] = [];
