import type { Choice } from '../model/choice.ts';
import type { Edge } from '../paths/cover.ts';
import { GrowingInts } from './growing-ints.ts';
import type { Limits } from './limits.ts';

/** The states of a search, numbered in the order of their distance from the start, and the edges between them. */
export abstract class EdgeGraph {
  /** The limits that were hit. */
  readonly hits = new Set<keyof Limits>();
  /** Whether states past a broken law were not explored. */
  isPartial = false;
  readonly #depths = new GrowingInts();
  /** The edge by which each state was first reached, except the first state. */
  readonly #originStates = new GrowingInts();
  readonly #originEdges = new GrowingInts();
  /** The index at which the edges of each expanded state start. */
  readonly #offsets = new GrowingInts();
  /** The state each edge leads to, times two, plus one if the edge is an outside fault, which doesn't advance a job. */
  readonly #targets = new GrowingInts();
  readonly #choices = new Map<number, readonly Choice[]>();

  /** The first choices in a state: only those taken before a limit was hit. */
  protected abstract choicesIn(state: number, count: number): readonly Choice[];

  get size(): number {
    return this.#depths.length;
  }

  /** The number of edges. */
  get edges(): number {
    return this.#targets.length;
  }

  /** The distance from the start to the farthest state. */
  get depth(): number {
    return this.depthOf(this.size - 1);
  }

  depthOf(state: number): number {
    return this.#depths.at(state);
  }

  /** @returns the number of the state */
  addState({ state, edge }: Edge): number {
    this.#originStates.push(state);
    this.#originEdges.push(edge);
    this.#depths.push(state < 0 ? 0 : this.depthOf(state) + 1);
    return this.size - 1;
  }

  /** The edges added from now on start in the next state. */
  beginState(): void {
    this.#offsets.push(this.edges);
  }

  /** @param target the state it leads to; -1 where the search stops */
  addEdge(target: number, isFault: boolean): void {
    this.#targets.push(target * 2 + Number(isFault));
  }

  targetsOf(state: number): readonly number[] {
    const [begin, end] = this.#edgesOf(state);
    const targets: number[] = [];
    for (let edge = begin; edge < end; edge += 1) {
      targets.push(this.#targets.at(edge) >> 1);
    }
    return targets;
  }

  /** The states a job can reach in one step, outside faults excluded. */
  stepsFrom(state: number): readonly number[] {
    const [begin, end] = this.#edgesOf(state);
    const targets: number[] = [];
    for (let edge = begin; edge < end; edge += 1) {
      const target = this.#targets.at(edge);
      if (target >= 0 && target % 2 === 0) {
        targets.push(target >> 1);
      }
    }
    return targets;
  }

  #edgesOf(state: number): [begin: number, end: number] {
    const offsetOf = (one: number) => (one < this.#offsets.length ? this.#offsets.at(one) : this.edges);
    return [offsetOf(state), offsetOf(state + 1)];
  }

  choice({ state, edge }: Edge): Choice {
    let choices = this.#choices.get(state);
    if (choices === undefined) {
      const [begin, end] = this.#edgesOf(state);
      choices = this.choicesIn(state, end - begin);
      this.#choices.set(state, choices);
    }
    return choices[edge] as Choice;
  }

  /** The edges that lead to a state: the fewest, or along other origins; for those, see `realPath`. */
  edgesTo(state: number, originOf = (at: number): Edge => this.#originOf(at)): Edge[] {
    const path: Edge[] = [];
    for (let at = state; at > 0; at = (path.at(-1) as Edge).state) {
      path.push(originOf(at));
    }
    return path.reverse();
  }

  #originOf(state: number): Edge {
    return { state: this.#originStates.at(state), edge: this.#originEdges.at(state) };
  }

  /** The fewest choices that lead to a state. */
  pathTo(state: number): Choice[] {
    return this.edgesTo(state).map((edge) => this.choice(edge));
  }
}
