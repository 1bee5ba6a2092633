import { Suspicion } from '../tables/suspicion.ts';

/** A queue of integers in a typed array: first in, first out. */
export class Ring {
  /** How many integers it can hold. */
  readonly capacity: number;
  readonly #ints: Int32Array;
  readonly #mask: number;
  #head = 0;
  #tail = 0;

  /** @param room how many integers it must hold at least */
  constructor(room: number) {
    this.capacity = 2 ** Math.ceil(Math.log2(room + 1));
    this.#ints = new Int32Array(this.capacity);
    this.#mask = this.capacity - 1;
  }

  get length(): number {
    return this.#tail - this.#head;
  }

  at(place: number): number {
    return this.#ints[(this.#head + place) & this.#mask] as number;
  }

  /** @throws {Suspicion} if it is full */
  push(value: number): void {
    if (this.length === this.capacity) {
      throw new Suspicion(`more than ${this.capacity} things that wait`);
    }
    this.#ints[this.#tail & this.#mask] = value;
    this.#tail += 1;
  }

  shift(): number {
    const value = this.at(0);
    this.#head += 1;
    return value;
  }

  clear(): void {
    this.#head = 0;
    this.#tail = 0;
  }
}
