/** Something that is being saved, and what follows from it. */
interface Pending {
  readonly save: () => void;
  readonly land: () => void;
  /** Whether it is a decision: about a condition, or how the job will end. */
  readonly isDecision: boolean;
}

/** What is being saved, in order, besides how attempts end. All of it is saved by the end of a step, unless something stops it. */
export class PendingRecords {
  readonly #pending: Pending[] = [];
  readonly #turn: (event: () => void) => void;

  constructor(turn: (event: () => void) => void) {
    this.#turn = turn;
  }

  push(save: () => void, land: () => void, isDecision = false): void {
    this.#pending.push({ save, land, isDecision });
  }

  /**
   * Everything is saved, and what follows from it happens, one after the other.
   * @param decisions how many decisions are saved; what comes after them keeps waiting
   */
  follow(decisions = Infinity): void {
    let left = decisions;
    for (let [next] = this.#pending; next !== undefined && !(next.isDecision && left === 0); [next] = this.#pending) {
      left -= Number(next.isDecision);
      this.#pending.shift();
      this.#follow(next);
    }
  }

  /** The next decision is saved, and notifies nobody. */
  saveDecision(): void {
    this.#pending.shift()?.save();
  }

  /** Nothing more is saved. */
  drop(): void {
    this.#pending.length = 0;
  }

  #follow({ save, land }: Pending): void {
    this.#turn(() => {
      save();
      land();
    });
  }
}
