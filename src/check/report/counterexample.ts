import type { Choice } from '../model/choice.ts';
import type { System } from '../model/system.ts';
import { ownJobs, type Resumer, type Runner } from '../replay/job-source.ts';
import { replay } from '../replay/replay.ts';
import type { Found } from '../search/inspector.ts';
import { describeSteps } from './describe-steps.ts';
import { sequenceDiagram } from './sequence-diagram.ts';
import { type PathStep, trace } from './trace.ts';

/** A counterexample as JSON. */
export interface CounterexampleData {
  readonly property: string;
  /** `law` for a law that holds for every job; otherwise the kind of your property. */
  readonly kind: Found['kind'];
  readonly message: string;
  readonly steps: readonly PathStep[];
}

/** A shortest path to a violation of a property. */
export class Counterexample implements CounterexampleData {
  readonly property: string;
  readonly kind: Found['kind'];
  /** What went wrong. */
  readonly message: string;
  /** The steps that lead there; empty if the violation is that something never happens. */
  readonly steps: readonly PathStep[];
  readonly #system: System;

  constructor(system: System, initial: string, { property, kind, message }: Found, path: readonly Choice[]) {
    this.#system = system;
    this.property = property;
    this.kind = kind;
    this.message = message;
    this.steps = trace(system, initial, path);
  }

  /**
   * Runs the same steps as a real job on a simulated clock, with functions that do what the steps say.
   * @param start starts the job; defaults to `run`
   * @param resume continues it after a crash; defaults to `resume`
   * @throws {ReplayError} at the first step where the job behaves differently from the checked machines
   */
  async replay(start: Runner = ownJobs.start, resume: Resumer = ownJobs.resume): Promise<void> {
    await replay(this.#system.model, this.steps, { start, resume });
  }

  /** The steps as a Mermaid sequence diagram. */
  toMermaid(): string {
    return sequenceDiagram(
      this.#system.tasks.map(({ name }) => name),
      this.steps,
    );
  }

  toJSON(): CounterexampleData {
    const { property, kind, message, steps } = this;
    return { property, kind, message, steps };
  }

  toString(): string {
    return [`${this.property}: ${this.message}`, ...describeSteps(this.steps)].join('\n');
  }
}
