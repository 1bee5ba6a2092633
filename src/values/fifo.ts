/** A power of two, as all capacities are. */
const SMALLEST = 8;

/** A first in, first out queue, in a ring that grows. On average, `push` and `shift` take constant time. */
export class Fifo<T> {
  #ring: (T | undefined)[] = new Array(SMALLEST);
  /** The place of the first item in the ring. */
  #head = 0;
  #size = 0;

  constructor(items: readonly T[] = []) {
    for (const item of items) {
      this.push(item);
    }
  }

  get first(): T | undefined {
    return this.#ring[this.#head];
  }

  get size(): number {
    return this.#size;
  }

  toArray(): T[] {
    const { length } = this.#ring;
    return Array.from({ length: this.#size }, (_, place) => this.#ring[(this.#head + place) & (length - 1)] as T);
  }

  push(item: T): void {
    const { length } = this.#ring;
    if (this.#size === length) {
      this.#ring = [...this.toArray(), ...new Array(length)];
      this.#head = 0;
    }
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = item;
    this.#size += 1;
  }

  shift(): T | undefined {
    const ring = this.#ring;
    const first = ring[this.#head];
    if (this.#size > 0) {
      ring[this.#head] = undefined;
      this.#head = (this.#head + 1) & (ring.length - 1);
      this.#size -= 1;
    }
    return first;
  }

  /** The position of an item: 1 is next; 0 if it is not in the queue. */
  placeOf(item: T): number {
    return this.toArray().indexOf(item) + 1;
  }
}
