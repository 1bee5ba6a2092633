import type { Choice } from '../model/choice.ts';
import type { System } from '../model/system.ts';
import type { CoverableGraph, Edge } from '../paths/cover.ts';
import { transitionsIn } from '../report/trace.ts';

/** Limits on a search. */
export interface Limits {
  /**
   * The maximum number of states.
   * @default 1000000
   */
  readonly states?: number | undefined;
  /** The maximum number of steps from the start. No limit by default. */
  readonly depth?: number | undefined;
  /** The maximum duration in milliseconds. No limit by default. */
  readonly ms?: number | undefined;
}

/** The states found, in order of their distance from the start, and the edges between them. */
export class StateGraph implements CoverableGraph {
  readonly codes: string[] = [];
  readonly depths: number[] = [];
  /** The edge by which each state was first reached, except the first state. */
  readonly origins: Edge[] = [];
  /** The index in `targets` where the edges of each expanded state start. */
  readonly offsets: number[] = [];
  /** The target state of each edge; -1 where the search stopped. */
  readonly targets: number[] = [];
  /** The indexes in `targets` of the edges that are outside faults, which don't advance a job. */
  readonly faults = new Set<number>();
  /** The limits that were hit. */
  readonly hits = new Set<keyof Limits>();
  /** Whether states past a broken law were not explored. */
  isPartial = false;
  readonly #system: System;
  readonly #choices = new Map<number, readonly Choice[]>();

  constructor(system: System) {
    this.#system = system;
  }

  get size(): number {
    return this.codes.length;
  }

  targetsOf(state: number): readonly number[] {
    return this.targets.slice(...this.#edgesOf(state));
  }

  /** The states a job can reach in one step, outside faults excluded. */
  stepsFrom(state: number): readonly number[] {
    const [begin] = this.#edgesOf(state);
    return this.targetsOf(state).filter((target, edge) => target >= 0 && !this.faults.has(begin + edge));
  }

  /** Where the edges of a state start and end in `targets`. */
  #edgesOf(state: number): [begin: number, end: number] {
    const { offsets, targets } = this;
    return [offsets[state] ?? targets.length, offsets[state + 1] ?? targets.length];
  }

  /** The names of the transitions that the machines take on an edge. */
  transitionsOf(edge: Edge): string[] {
    return transitionsIn(this.#system, this.codes[edge.state] as string, this.choice(edge));
  }

  choice({ state, edge }: Edge): Choice {
    let choices = this.#choices.get(state);
    if (choices === undefined) {
      const [begin, end] = this.#edgesOf(state);
      choices = choicesIn(this.#system, this.codes[state] as string, end - begin);
      this.#choices.set(state, choices);
    }
    return choices[edge] as Choice;
  }

  /** The edges that lead to a state: the fewest, or along other origins; for those, see `realPath`. */
  edgesTo(state: number, originOf = (at: number) => this.origins[at] as Edge): Edge[] {
    const path: Edge[] = [];
    for (let at = state; at > 0; at = (path.at(-1) as Edge).state) {
      path.push(originOf(at));
    }
    return path.reverse();
  }

  /** The fewest choices that lead to a state. */
  pathTo(state: number): Choice[] {
    return this.edgesTo(state).map((edge) => this.choice(edge));
  }
}

/** The choices in a state, each after `take` has taken it, including those interrupted by a cancellation where it makes a difference. */
export function* takeAll(system: System, code: string, take: (choice: Choice) => readonly number[]): Generator<Choice> {
  system.load(code);
  for (const choice of system.choices()) {
    const interruptions = take(choice);
    yield choice;
    for (const cancelAt of system.model.cancel === 'anywhere' ? interruptions : []) {
      const interrupted: Choice = { ...choice, cancelAt };
      take(interrupted);
      yield interrupted;
    }
  }
}

/** The first choices in a state: only those taken before a limit was hit. */
function choicesIn(system: System, code: string, count: number): Choice[] {
  return system.observedBy(undefined, () => {
    const take = (choice: Choice) => {
      system.load(code);
      try {
        return system.take(choice);
      } catch {
        // A broken machine, already reported by the first visit.
        return [];
      }
    };
    const choices: Choice[] = [];
    for (const choice of takeAll(system, code, take)) {
      choices.push(choice);
      if (choices.length === count) {
        break;
      }
    }
    return choices;
  });
}
