import type { FailureReason } from '../../machines/events.ts';
import { CheckError } from '../check-error.ts';
import type { Decision, Policy } from './choice.ts';

/** How an attempt ended. `backOff` turns into `retry` when its backoff ends. */
export type OutcomeOnRecord = 'succeeded' | { readonly reason: FailureReason; readonly policy: Policy };

type Outcomes = readonly OutcomeOnRecord[];

/** Record numbers are stored as characters. */
const LAST_CHARACTER = 0xffff;

interface Saved {
  readonly begun: number;
  readonly isOpen: boolean;
  readonly isInterrupted: boolean;
  readonly outcomes: Outcomes;
  readonly output: number;
  readonly decision: Decision | undefined;
}

/** The saved record of a task: what was decided about its condition, and how its attempts ended, in order. */
export class TaskRecord {
  outcomes: Outcomes = [];
  /** How many attempts have started, if interrupted ones count. */
  begun = 0;
  /** Whether an attempt of a task that can be undone is saved as started and not as ended. */
  isOpen = false;
  /** Whether that was so when a process died, before it was saved how the job ends: the attempt may have had an effect. */
  isInterrupted = false;
  /** The number of the output it returned; 0 if conditions don't mention it. */
  output = 0;
  decision: Decision | undefined;
  readonly #task: string;
  readonly #known: Saved[] = [];
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

  /** Whether an attempt that is saved as failed, or was interrupted, may have had an effect. */
  get mayHaveActed(): boolean {
    return this.isInterrupted || this.outcomes.some((outcome) => outcome !== 'succeeded' && outcome.reason !== 'exception');
  }

  outcomeOf(attempt: number): OutcomeOnRecord | undefined {
    return this.outcomes[attempt - 1];
  }

  /** Whether an attempt started and its end was never saved, if that counts. */
  wasInterrupted(attempt: number): boolean {
    return attempt <= this.begun && attempt > this.outcomes.length;
  }

  /** An attempt has one outcome; a second one is ignored. */
  add(attempt: number, outcome: OutcomeOnRecord, output = 0): void {
    if (attempt > this.outcomes.length) {
      this.outcomes = [...this.outcomes, outcome];
      this.output = output;
      this.isOpen = false;
    }
  }

  /** A condition is decided once; a second decision is ignored. */
  decide(decision: Decision): void {
    this.decision ??= decision;
  }

  /** The process of the job dies. */
  interrupt(): void {
    this.isInterrupted ||= this.isOpen;
    this.isOpen = false;
  }

  /** It is saved, with how the job ends, whether the task has something to undo although it did not complete. */
  saveEffect(hasActed: boolean): void {
    this.isInterrupted = hasActed;
    this.isOpen = false;
  }

  /** Ends the backoff after an attempt. */
  endBackoff(attempt: number): void {
    this.outcomes = this.outcomes.map((outcome, index) =>
      index === attempt - 1 && outcome !== 'succeeded' ? { ...outcome, policy: 'retry' } : outcome,
    );
  }

  /** A number that stands for the record. */
  save(): number {
    const { begun, isOpen, isInterrupted, outcomes, output, decision } = this;
    const saved: Saved = { begun, isOpen, isInterrupted, outcomes, output, decision };
    const text = JSON.stringify(saved);
    const id = this.#ids.get(text) ?? this.#known.push(saved) - 1;
    if (id > LAST_CHARACTER) {
      throw new CheckError(`The record of ${this.#task} has more than ${LAST_CHARACTER} states: lower \`maxRetries\``);
    }
    this.#ids.set(text, id);
    return id;
  }

  load(id: number): void {
    Object.assign(this, this.#known[id]);
  }
}
