/** Counts the listeners and functions that a step calls, and finds those in which a cancellation makes a difference. */
export class Interruptions {
  /** Values for `cancelAt`, one for each part of the step. */
  readonly found: number[] = [];
  /** Whether the job was cancelled and has not noticed yet. */
  isCancelled = false;
  #calls = 0;
  #cancelAt = 0;
  /** The first call of the part; 0 if there is none yet. */
  #first = 0;

  /** @param cancelAt the call in which the job is cancelled; 0 for none */
  begin(cancelAt: number): void {
    while (this.found.length > 0) {
      this.found.pop();
    }
    this.isCancelled = false;
    this.#calls = 0;
    this.#cancelAt = cancelAt;
    this.#first = 0;
  }

  call(): void {
    this.#calls += 1;
    if (this.#first === 0) {
      this.#first = this.#calls;
    }
    if (this.#calls === this.#cancelAt) {
      this.isCancelled = true;
    }
  }

  /** Everything is quiet, so a cancellation takes effect, unless the job has ended. */
  endPart(isOver: boolean): void {
    if (this.#first > 0 && !isOver) {
      this.found.push(this.#first);
    }
    this.#first = 0;
  }
}
