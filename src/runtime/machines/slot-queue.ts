import { Fifo } from '../../values/fifo.ts';

/**
 * What is saved about the next attempt of a ready task: an outcome after which the job goes on, a failure that ends the job, an outcome of an
 * attempt that was allowed to end after that, or nothing.
 * Tasks get their slots in this order.
 */
export const KNOWN = 0;
export const FAILS = 1;
export const LATE = 2;
export const UNKNOWN = 3;
export type Rank = typeof KNOWN | typeof FAILS | typeof LATE | typeof UNKNOWN;

/** The ready tasks, in the order they get a slot. */
export class SlotQueue<Node> {
  readonly #byRank = [new Fifo<Node>(), new Fifo<Node>(), new Fifo<Node>(), new Fifo<Node>()] as const;

  push(node: Node, rank: Rank): void {
    this.#byRank[rank].push(node);
  }

  /** Takes the first task out. */
  shift(): Node | undefined {
    const [known, fails, late, unknown] = this.#byRank;
    return known.shift() ?? fails.shift() ?? late.shift() ?? unknown.shift();
  }

  has(rank: Rank): boolean {
    return this.#byRank[rank].size > 0;
  }

  toArray(): Node[] {
    return this.#byRank.flatMap((queue) => queue.toArray());
  }

  /** The position of a task: 1 is next; 0 if it is not in the queue. */
  placeOf(node: Node): number {
    let ahead = 0;
    for (const queue of this.#byRank) {
      const place = queue.placeOf(node);
      if (place > 0) {
        return ahead + place;
      }
      ahead += queue.size;
    }
    return 0;
  }
}
