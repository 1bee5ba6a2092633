import type { FailureReason } from '../machines/events.ts';
import { CheckError } from './check-error.ts';
import type { Policy } from './choice.ts';

/** How an attempt ended. `backOff` lasts until its backoff is over, and is `retry` then. */
export type OutcomeOnRecord = 'succeeded' | { readonly reason: FailureReason; readonly policy: Policy };

type Outcomes = readonly OutcomeOnRecord[];

/** The number of a record is kept as a character. */
const LAST_CHARACTER = 0xffff;

/** What is on record of a task: how its attempts ended, from the first on. */
export class TaskRecord {
  outcomes: Outcomes = [];
  /** How many attempts have begun, where interrupted ones count. */
  begun = 0;
  readonly #task: string;
  readonly #known: (readonly [begun: number, outcomes: Outcomes])[] = [];
  readonly #ids = new Map<string, number>();

  constructor(task: string) {
    this.#task = task;
  }

  get hasSucceeded(): boolean {
    return this.outcomes.at(-1) === 'succeeded';
  }

  /** What followed from each of them. */
  get decisions(): readonly ('succeeded' | Policy)[] {
    return this.outcomes.map((outcome) => (outcome === 'succeeded' ? outcome : outcome.policy));
  }

  outcomeOf(attempt: number): OutcomeOnRecord | undefined {
    return this.outcomes[attempt - 1];
  }

  /** Whether an attempt has begun, and it is not on record how it ended, where that counts. */
  wasInterrupted(attempt: number): boolean {
    return attempt <= this.begun && attempt > this.outcomes.length;
  }

  /** An attempt has one outcome: a second one does not count. */
  add(attempt: number, outcome: OutcomeOnRecord): void {
    if (attempt > this.outcomes.length) {
      this.outcomes = [...this.outcomes, outcome];
    }
  }

  /** The time has come when the task may be repeated after this attempt. */
  endBackoff(attempt: number): void {
    this.outcomes = this.outcomes.map((outcome, index) =>
      index === attempt - 1 && outcome !== 'succeeded' ? { ...outcome, policy: 'retry' } : outcome,
    );
  }

  /** A number that tells what is on record. */
  save(): number {
    const text = JSON.stringify([this.begun, this.outcomes]);
    const id = this.#ids.get(text) ?? this.#known.push([this.begun, this.outcomes]) - 1;
    if (id > LAST_CHARACTER) {
      throw new CheckError(`The record of ${this.#task} has more than ${LAST_CHARACTER} states: check with fewer retries`);
    }
    this.#ids.set(text, id);
    return id;
  }

  load(id: number): void {
    [this.begun, this.outcomes] = this.#known[id] as [number, Outcomes];
  }
}
