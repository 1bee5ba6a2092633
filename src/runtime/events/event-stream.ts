import type { JobEvent } from '../../machines/events.ts';
import { Fifo } from '../../values/fifo.ts';

type Waiting = (result: IteratorResult<JobEvent, undefined>) => void;

const END: IteratorResult<JobEvent, undefined> = { done: true, value: undefined };

/** The events of a job as an async iterator, buffered until they are read. */
export class EventStream implements AsyncIterableIterator<JobEvent, undefined> {
  #buffer = new Fifo<JobEvent>();
  readonly #waiting = new Fifo<Waiting>();
  readonly #onReturn: () => void;
  #ended = false;

  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  push(event: JobEvent): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#buffer.push(event);
    } else {
      waiting({ done: false, value: event });
    }
  }

  /** There are no more events; buffered ones can still be read. */
  end(): void {
    this.#ended = true;
    for (let waiting = this.#waiting.shift(); waiting !== undefined; waiting = this.#waiting.shift()) {
      waiting(END);
    }
  }

  async next(): Promise<IteratorResult<JobEvent, undefined>> {
    const event = this.#buffer.shift();
    if (event !== undefined) {
      return { done: false, value: event };
    }
    return this.#ended ? END : new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Called when a `for await` loop is left early. */
  async return(): Promise<IteratorResult<JobEvent, undefined>> {
    this.#onReturn();
    this.end();
    this.#buffer = new Fifo();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
