import type { Choice } from './choice.ts';
import { describeSteps } from './describe-steps.ts';
import type { Found } from './inspector.ts';
import { replay } from './replay.ts';
import { sequenceDiagram } from './sequence-diagram.ts';
import { ownJobs, type Resumer, type Runner } from './stage.ts';
import type { System } from './system.ts';
import { type PathStep, trace } from './trace.ts';

/** What a counterexample is as JSON. */
export interface CounterexampleData {
  readonly property: string;
  /** `law` for what holds of every job, otherwise the kind of the user's property. */
  readonly kind: Found['kind'];
  readonly message: string;
  readonly steps: readonly PathStep[];
}

/** A shortest way to where a property does not hold. */
export class Counterexample implements CounterexampleData {
  readonly property: string;
  readonly kind: Found['kind'];
  /** What is wrong. */
  readonly message: string;
  /** What happens; empty where something never happens. */
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
   * Runs the same steps as a real job, with functions that do what the steps say, on a simulated clock.
   * @param start what starts the job, where it is not this library's own `run`
   * @param resume what continues it after a crash, where it is not this library's own `resume`
   * @throws {ReplayError} at the first step in which the job does something else than the machines did when they were checked
   */
  async replay(start: Runner = ownJobs.start, resume: Resumer = ownJobs.resume): Promise<void> {
    await replay(this.#system.model, this.steps, { start, resume });
  }

  /** A sequence diagram for Mermaid. */
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
