import type { CheckPlan } from '../check-options.ts';
import type { JobView } from '../laws/view.ts';
import type { Choice } from '../model/choice.ts';
import type { Edge } from '../paths/cover.ts';
import { EdgeGraph } from '../search/edge-graph.ts';
import type { Inspector } from '../search/inspector.ts';
import type { Searched } from '../search/liveness.ts';
import { SearchClock } from '../search/search-clock.ts';
import { WordSet } from '../search/word-set.ts';
import { PackedHost } from './packed-host.ts';
import { packedEvents } from './packed-view.ts';

const NO_CANCELS: readonly number[] = [];

/** Visits all states of a packed system, nearest first, as `explore` does. */
export class PackedSearch extends EdgeGraph implements Searched {
  readonly graph = this;
  readonly #plan: CheckPlan;
  readonly #inspector: Inspector;
  readonly #host: PackedHost;
  readonly #known = new WordSet();
  readonly #clock: SearchClock;
  /** The states in which nothing can move the job forward. */
  readonly #stuck = new Set<number>();

  constructor(plan: CheckPlan, inspector: Inspector) {
    super();
    this.#plan = plan;
    this.#inspector = inspector;
    this.#clock = new SearchClock(plan.limits.ms ?? Infinity, plan.onProgress);
    this.#host = new PackedHost(plan, inspector);
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
    const { choices, system } = this.#host;
    this.#host.load(state);
    if (this.depthOf(state) >= (limits.depth ?? Infinity)) {
      if (!this.#host.isSettled) {
        this.hits.add('depth');
      }
      return;
    }
    const before = this.#inspector.readsSteps ? this.#host.view() : undefined;
    let edge = 0;
    for (let place = 0; place < choices.codes.length; place += 1) {
      this.#host.take(place, 0);
      const cancels = model.cancel === 'anywhere' ? [...system.interruptions.found] : NO_CANCELS;
      for (let next = -1; next < cancels.length; next += 1) {
        const cancelAt = cancels[next] ?? 0;
        if (cancelAt > 0) {
          this.#host.take(place, cancelAt);
        }
        if (before !== undefined) {
          this.#lookAtStep(state, before, withCancel(this.#host.choice(place), cancelAt));
        }
        this.addEdge(this.#arrive({ state, edge }), choices.isDuplicate(place));
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

  #lookAtStep(state: number, before: JobView, choice: Choice): void {
    const { system, tasks } = this.#host;
    const events = packedEvents(system, tasks);
    this.#inspector.lookAtStep([before, choice, this.#host.view(), events], () => [...this.pathTo(state), choice]);
  }

  #arrive(origin: Edge): number {
    const { keys, states } = this.#host;
    const length = keys.write();
    const known = this.#known.find(keys.words, length);
    if (known >= 0) {
      return known;
    }
    if (this.size >= (this.#plan.limits.states ?? Infinity)) {
      this.hits.add('states');
      return -1;
    }
    this.#known.add(keys.words, length);
    states.add();
    const state = this.addState(origin);
    this.#look(state);
    return state;
  }

  #look(state: number): void {
    const { laws, system, tasks } = this.#host;
    laws.count();
    laws.check();
    if (laws.isStuck && this.#plan.builtins.has('progress')) {
      this.#stuck.add(state);
      this.isPartial = true;
    }
    if (laws.mayRest) {
      for (const { name, index } of tasks) {
        if ((system.table.attempts[system.tasks[index] as number] as number) > 0) {
          this.#inspector.endless.add(name);
        }
      }
    }
    if (this.#host.isSettled) {
      this.#inspector.addEnd(system.jobs.local(system.job).name, this.#host.end());
    }
    if (this.#inspector.readsStates) {
      this.#inspector.lookAtProperties(this.#host.view(), () => this.pathTo(state));
    }
  }

  protected choicesIn(state: number, count: number): readonly Choice[] {
    const host = this.#host;
    host.load(state);
    const choices: Choice[] = [];
    for (let place = 0; choices.length < count; place += 1) {
      const choice = host.choice(place);
      choices.push(choice);
      if (this.#plan.model.cancel === 'anywhere') {
        host.take(place, 0);
        choices.push(...host.system.interruptions.found.map((cancelAt) => withCancel(choice, cancelAt)));
      }
    }
    return choices.slice(0, count);
  }

  lookAt(state: number): ReturnType<Searched['lookAt']> {
    this.#host.load(state);
    return { view: this.#host.view(), isSettled: this.#host.isSettled, mayRest: this.#host.laws.mayRest };
  }

  /** The actual choices of a job along some edges; see `realPath`. */
  pathAlong(edges: readonly Edge[]): Choice[] {
    const walker = new PackedHost(this.#plan, this.#inspector);
    return edges.map((edge) => {
      const { cancelAt = 0, ...choice }: Choice = this.choice(edge);
      this.#host.load(edge.state);
      const renamed = walker.rename(choice, this.#host.keys.order());
      walker.follow(renamed, cancelAt);
      return withCancel(renamed, cancelAt);
    });
  }
}

const withCancel = (choice: Choice, cancelAt: number): Choice => (cancelAt === 0 ? choice : { ...choice, cancelAt });
