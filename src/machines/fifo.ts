/** A first in, first out queue: each step costs the same, however long it is. */
export class Fifo<T> {
  #items: T[];
  #head = 0;

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  toArray(): T[] {
    return this.#items.slice(this.#head);
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.length > 0) {
      this.#head += 1;
      // Half of the array is spent: cutting it off now costs no more than what was pushed since the last time.
      if (this.#head * 2 >= this.#items.length) {
        this.#items = this.#items.slice(this.#head);
        this.#head = 0;
      }
    }
    return item;
  }

  /** The place of an item in the queue: 1 is the next; 0 when it is not in it. */
  placeOf(item: T): number {
    const index = this.#items.indexOf(item, this.#head);
    return index === -1 ? 0 : index - this.#head + 1;
  }
}
