import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { deferred } from '../../../runtime/deferred.ts';

interface Source {
  /** For commands; a copy of it listens. */
  readonly client: Redis;
  /** The name of the BullMQ queue. */
  readonly queue: string;
  readonly prefix: string;
  readonly onCompleted: (id: string, result: unknown) => void;
  /** It failed, or was queued already when it was added, so events about it may have come before. */
  readonly onChanged: (id: string) => void;
  /** Events may have been missed. */
  readonly onGap: () => void;
  readonly onError: (error: unknown) => void;
}

/** The pause before listening again after an unreadable event, in milliseconds. */
const PAUSE = 1000;

/** Reports which attempts have ended, from the events of BullMQ. */
export class FinishedAttempts {
  readonly #source: Source;
  readonly #listening = deferred<void>();
  #events: QueueEvents | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(source: Source) {
    this.#source = source;
    void this.#begin();
  }

  /** Resolves once no further event can be missed. */
  get listening(): Promise<void> {
    return this.#listening.promise;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#listening.resolve();
    await this.#events?.close();
  }

  /** Listens from the last existing event: with `$`, an event that comes before Redis gets the command would be missed. */
  async #begin(): Promise<void> {
    const { client, queue, prefix, onGap } = this.#source;
    try {
      const last = await client.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1);
      if (!this.#closed) {
        this.#listen(last[0]?.[0] ?? '0-0');
        this.#listening.resolve();
        onGap();
      }
    } catch (error) {
      this.#beginAgain(error);
    }
  }

  #listen(lastEventId: string): void {
    const { client, queue, prefix, onCompleted, onChanged, onError } = this.#source;
    const events = new QueueEvents(queue, { connection: client, prefix, lastEventId, autorun: false });
    this.#events = events;
    events.on('error', onError);
    events.on('completed', ({ jobId, returnvalue }) => onCompleted(jobId, returnvalue));
    events.on('failed', ({ jobId }) => onChanged(jobId));
    events.on('duplicated', ({ jobId }) => onChanged(jobId));
    events.run().catch(async (error: unknown) => {
      await events.close().catch(onError);
      this.#beginAgain(error);
    });
  }

  #beginAgain(error: unknown): void {
    if (!this.#closed) {
      this.#source.onError(error);
      this.#timer = setTimeout(() => void this.#begin(), PAUSE);
    }
  }
}
