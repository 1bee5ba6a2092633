/** An edge, identified by its source state and its index. */
export interface Edge {
  readonly state: number;
  /** The index among the edges of the state. */
  readonly edge: number;
}

/** What the paths should cover: each transition of each machine, each state, or each edge between states. */
export const COVERS = ['transitions', 'states', 'edges'] as const;
export type Cover = (typeof COVERS)[number];

/** Numbered states, in order of their distance from the first. */
export interface CoverableGraph {
  readonly size: number;
  /** The target states of the edges that start in a state; -1 where the search stopped. */
  targetsOf(state: number): readonly number[];
  /** The shortest path to a state. */
  edgesTo(state: number): readonly Edge[];
  /** The names of the transitions taken on an edge. */
  transitionsOf(edge: Edge): readonly string[];
}

/** Finds paths from the first state to an end that cover everything, starting with whatever is farthest away. */
export class CoveringPaths {
  readonly #graph: CoverableGraph;
  readonly #cover: Cover;
  readonly #covered = new Set<string>();
  readonly #transitions = new Map<string, readonly string[]>();

  constructor(graph: CoverableGraph, cover: Cover) {
    this.#graph = graph;
    this.#cover = cover;
  }

  *[Symbol.iterator](): Generator<Edge[]> {
    for (const edge of this.#firsts().reverse()) {
      if (this.#isNew(edge)) {
        const path = this.#through(edge);
        for (const key of path.flatMap((step) => this.#keysOf(step))) {
          this.#covered.add(key);
        }
        yield path;
      }
    }
  }

  /** The first edge to cover each thing. */
  #firsts(): Edge[] {
    const seen = new Set<string>();
    const firsts: Edge[] = [];
    for (let state = 0; state < this.#graph.size; state += 1) {
      for (const edge of this.#edgesOf(state)) {
        const fresh = this.#keysOf(edge).filter((key) => !seen.has(key));
        if (fresh.length > 0) {
          firsts.push(edge);
        }
        for (const key of fresh) {
          seen.add(key);
        }
      }
    }
    return firsts;
  }

  /** The shortest path to an edge, continued until an end or until nothing new is left, along uncovered edges where possible. */
  #through(edge: Edge): Edge[] {
    const path = [...this.#graph.edgesTo(edge.state), edge];
    const passed = new Set(path.map(({ state }) => state));
    for (let next = this.#after(edge, passed); next !== undefined; next = this.#after(next, passed)) {
      path.push(next);
    }
    return path;
  }

  /** An edge to a state that is not on the path yet. */
  #after(edge: Edge, passed: Set<number>): Edge | undefined {
    const state = this.#target(edge);
    passed.add(state);
    const edges = this.#edgesOf(state).filter((next) => !passed.has(this.#target(next)));
    return edges.find((next) => this.#isNew(next)) ?? edges[0];
  }

  #target({ state, edge }: Edge): number {
    return this.#graph.targetsOf(state)[edge] as number;
  }

  #edgesOf(state: number): Edge[] {
    return this.#graph.targetsOf(state).map((_, edge) => ({ state, edge }));
  }

  #isNew(edge: Edge): boolean {
    return this.#keysOf(edge).some((key) => !this.#covered.has(key));
  }

  #keysOf(edge: Edge): readonly string[] {
    switch (this.#cover) {
      case 'edges':
        return [`${edge.state}:${edge.edge}`];
      case 'states':
        return this.#target(edge) === 0 ? [] : [String(this.#target(edge))];
      case 'transitions': {
        const place = `${edge.state}:${edge.edge}`;
        const names = this.#transitions.get(place) ?? this.#graph.transitionsOf(edge);
        this.#transitions.set(place, names);
        return names;
      }
    }
  }
}
