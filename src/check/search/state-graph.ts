import type { Choice } from '../model/choice.ts';
import type { System } from '../model/system.ts';
import type { CoverableGraph, Edge } from '../paths/cover.ts';
import { transitionsIn } from '../report/trace.ts';
import { EdgeGraph } from './edge-graph.ts';
import { takeAll } from './take-all.ts';

/** The states found by stepping a system. */
export class StateGraph extends EdgeGraph implements CoverableGraph {
  readonly codes: string[] = [];
  readonly #system: System;

  constructor(system: System) {
    super();
    this.#system = system;
  }

  /** The names of the transitions that the machines take on an edge. */
  transitionsOf(edge: Edge): string[] {
    return transitionsIn(this.#system, this.codes[edge.state] as string, this.choice(edge));
  }

  protected choicesIn(state: number, count: number): readonly Choice[] {
    return choicesIn(this.#system, this.codes[state] as string, count);
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
