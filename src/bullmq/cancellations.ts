import type { Redis } from 'ioredis';
import type { AttemptKeys } from './attempt-message.ts';
import type { RedisClients } from './redis-clients.ts';

interface Attempts {
  /** The ids of those that run. */
  readonly running: () => readonly string[];
  /** @param reason A text of the codec. */
  readonly cancel: (id: string, reason: string) => void;
}

/** How often the running attempts are looked up, in milliseconds, should a message have been lost. */
const LOOK_UP = 500;

/** Learns which of the running attempts are not wanted any more: from messages, and from what is on record in Redis. */
export class Cancellations {
  readonly #clients: RedisClients;
  readonly #client: Redis;
  readonly #keys: AttemptKeys;
  readonly #attempts: Attempts;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(clients: RedisClients, client: Redis, keys: AttemptKeys, attempts: Attempts) {
    this.#clients = clients;
    this.#client = client;
    this.#keys = keys;
    this.#attempts = attempts;
    // What ioredis subscribes to by itself rejects unheard where the connection is closed meanwhile.
    const subscriber = clients.open({ maxRetriesPerRequest: null, autoResubscribe: false });
    subscriber.on('message', (_, id) => void this.#lookUp([id].filter((one) => attempts.running().includes(one))));
    subscriber.on('ready', () => subscriber.subscribe(keys.cancelled).catch(clients.report));
    this.#timer = setInterval(() => void this.#lookUpAll(), LOOK_UP);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #lookUpAll(): Promise<void> {
    if (!this.#looking) {
      this.#looking = true;
      await this.#lookUp(this.#attempts.running());
      this.#looking = false;
    }
  }

  async #lookUp(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) {
      return;
    }
    try {
      const reasons = await this.#client.mget(ids.map((id) => this.#keys.cancellation(id)));
      for (const [index, id] of ids.entries()) {
        const reason = reasons[index];
        if (typeof reason === 'string') {
          this.#attempts.cancel(id, reason);
        }
      }
    } catch (error) {
      this.#clients.report(error);
    }
  }
}
