import type { Choice } from './choice.ts';
import type { CoverableGraph, Edge } from './cover.ts';
import type { System } from './system.ts';
import { transitionsIn } from './trace.ts';

/** How far to go; what is not given has no limit. */
export interface Limits {
  /**
   * How many states.
   * @default 1000000
   */
  readonly states?: number | undefined;
  /** How many steps from the start. */
  readonly depth?: number | undefined;
  /** How long, in milliseconds. */
  readonly ms?: number | undefined;
}

/** The states that were found, in the order of their distance from the start, and what leads from one to the other. */
export class StateGraph implements CoverableGraph {
  readonly codes: string[] = [];
  readonly depths: number[] = [];
  /** The edge by which each state but the first was first reached. */
  readonly origins: Edge[] = [];
  /** Where the edges of each state that was expanded begin in `targets`. */
  readonly offsets: number[] = [];
  /** The state at the end of each edge; -1 where it was not gone on. */
  readonly targets: number[] = [];
  /** The places in `targets` of the edges that are faults of the world, which bring a job no further. */
  readonly faults = new Set<number>();
  /** Which limits were hit. */
  readonly hits = new Set<keyof Limits>();
  /** Whether something was left out behind a broken law. */
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

  /** The states to which what a job does leads, without faults of the world. */
  stepsFrom(state: number): readonly number[] {
    const [begin] = this.#edgesOf(state);
    return this.targetsOf(state).filter((target, edge) => target >= 0 && !this.faults.has(begin + edge));
  }

  /** Where its edges begin and end in `targets`. */
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

  /** The edges that lead to a state: as few as possible, or along other origins; along those, see `realPath`. */
  edgesTo(state: number, originOf = (at: number) => this.origins[at] as Edge): Edge[] {
    const path: Edge[] = [];
    for (let at = state; at > 0; at = (path.at(-1) as Edge).state) {
      path.push(originOf(at));
    }
    return path.reverse();
  }

  /** The choices that lead to a state: as few as possible. */
  pathTo(state: number): Choice[] {
    return this.edgesTo(state).map((edge) => this.choice(edge));
  }
}

/** The choices in a state, each after `take` has taken it: also those in which the job is cancelled meanwhile. */
export function* takeAll(system: System, code: string, take: (choice: Choice) => number): Generator<Choice> {
  system.load(code);
  for (const choice of system.choices()) {
    const calls = take(choice);
    yield choice;
    for (let cancelAt = 1; system.model.cancel === 'anywhere' && cancelAt <= calls; cancelAt += 1) {
      const interrupted: Choice = { ...choice, cancelAt };
      take(interrupted);
      yield interrupted;
    }
  }
}

/** The first choices in a state: no more than were gone through before a limit was hit. */
function choicesIn(system: System, code: string, count: number): Choice[] {
  return system.observedBy(undefined, () => {
    const take = (choice: Choice) => {
      system.load(code);
      try {
        return system.take(choice);
      } catch {
        // A broken machine, of which the first look has told already.
        return 0;
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
