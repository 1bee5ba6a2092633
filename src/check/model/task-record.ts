import type { FailureReason } from '../../machines/events.ts';
import { CheckError } from '../check-error.ts';
import type { Policy } from './choice.ts';

/** How an attempt ended. `backOff` turns into `retry` when its backoff ends. */
export type OutcomeOnRecord = 'succeeded' | { readonly reason: FailureReason; readonly policy: Policy };

type Outcomes = readonly OutcomeOnRecord[];

/** Record numbers are stored as characters. */
const LAST_CHARACTER = 0xffff;

/** The saved record of a task: how its attempts ended, in order. */
export class TaskRecord {
  outcomes: Outcomes = [];
  /** How many attempts have started, if interrupted ones count. */
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

  /** The decision about each of them. */
  get decisions(): readonly ('succeeded' | Policy)[] {
    return this.outcomes.map((outcome) => (outcome === 'succeeded' ? outcome : outcome.policy));
  }

  /** How many retries are saved as decided. */
  get retries(): number {
    return this.decisions.filter((decision) => decision === 'retry' || decision === 'backOff').length;
  }

  outcomeOf(attempt: number): OutcomeOnRecord | undefined {
    return this.outcomes[attempt - 1];
  }

  /** Whether an attempt started and its end was never saved, if that counts. */
  wasInterrupted(attempt: number): boolean {
    return attempt <= this.begun && attempt > this.outcomes.length;
  }

  /** An attempt has one outcome; a second one is ignored. */
  add(attempt: number, outcome: OutcomeOnRecord): void {
    if (attempt > this.outcomes.length) {
      this.outcomes = [...this.outcomes, outcome];
    }
  }

  /** Ends the backoff after an attempt. */
  endBackoff(attempt: number): void {
    this.outcomes = this.outcomes.map((outcome, index) =>
      index === attempt - 1 && outcome !== 'succeeded' ? { ...outcome, policy: 'retry' } : outcome,
    );
  }

  /** A number that stands for the record. */
  save(): number {
    const text = JSON.stringify([this.begun, this.outcomes]);
    const id = this.#ids.get(text) ?? this.#known.push([this.begun, this.outcomes]) - 1;
    if (id > LAST_CHARACTER) {
      throw new CheckError(`The record of ${this.#task} has more than ${LAST_CHARACTER} states: lower \`maxRetries\``);
    }
    this.#ids.set(text, id);
    return id;
  }

  load(id: number): void {
    [this.begun, this.outcomes] = this.#known[id] as [number, Outcomes];
  }
}
