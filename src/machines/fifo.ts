interface Link<T> {
  readonly item: T;
  next: Link<T> | undefined;
}

/** A first in, first out queue: each step costs the same, however long it is. */
export class Fifo<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;

  constructor(items: readonly T[] = []) {
    for (const item of items) {
      this.push(item);
    }
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
  }

  shift(): T | undefined {
    const first = this.#first;
    this.#first = first?.next;
    if (this.#first === undefined) {
      this.#last = undefined;
    }
    return first?.item;
  }

  /** The place of an item in the queue: 1 is the next; 0 when it is not in it. */
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
