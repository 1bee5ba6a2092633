interface Link<T> {
  readonly item: T;
  next: Link<T> | undefined;
}

/** A first in, first out queue. `push` and `shift` take constant time. */
export class Fifo<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #size = 0;

  constructor(items: readonly T[] = []) {
    for (const item of items) {
      this.push(item);
    }
  }

  get first(): T | undefined {
    return this.#first?.item;
  }

  get size(): number {
    return this.#size;
  }

  toArray(): T[] {
    const items: T[] = [];
    for (let link = this.#first; link !== undefined; link = link.next) {
      items.push(link.item);
    }
    return items;
  }

  push(item: T): void {
    const link = { item, next: undefined };
    if (this.#last === undefined) {
      this.#first = link;
    } else {
      this.#last.next = link;
    }
    this.#last = link;
    this.#size += 1;
  }

  shift(): T | undefined {
    const first = this.#first;
    if (first === undefined) {
      return undefined;
    }
    this.#first = first.next;
    this.#size -= 1;
    if (this.#first === undefined) {
      this.#last = undefined;
    }
    return first.item;
  }

  /** The position of an item: 1 is next; 0 if it is not in the queue. */
  placeOf(item: T): number {
    let place = 1;
    for (let link = this.#first; link !== undefined; link = link.next) {
      if (link.item === item) {
        return place;
      }
      place += 1;
    }
    return 0;
  }
}
