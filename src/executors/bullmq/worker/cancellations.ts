import type { Redis } from 'ioredis';
import type { RedisClients } from '../../../stores/redis/redis-clients.ts';
import type { AttemptKeys } from '../attempt-message.ts';

interface Attempts {
  /** The ids of the running attempts. */
  readonly running: () => readonly string[];
  /** @param reason encoded by the codec */
  readonly cancel: (id: string, reason: string) => void;
}

/** How often the running attempts are looked up in case a message was lost, in milliseconds. */
const LOOK_UP = 500;

/** Finds out which running attempts were cancelled, from messages and from what is saved in Redis. */
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
    // The automatic resubscription of ioredis causes an unhandled rejection if the connection closes meanwhile.
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
