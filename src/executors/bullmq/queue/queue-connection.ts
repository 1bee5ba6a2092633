import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RedisClients } from '../../../stores/redis/redis-clients.ts';
import { within } from '../../../stores/redis/within.ts';
import type { AttemptKeys } from '../attempt-message.ts';
import { EndedAttempts } from '../ended-attempts.ts';
import { FinishedAttempts } from './finished-attempts.ts';
import { Pulse } from './pulse.ts';

interface Settings {
  readonly clients: RedisClients;
  /** The name of the BullMQ queue. */
  readonly queue: string;
  readonly prefix: string;
  readonly keys: AttemptKeys;
  /** How long Redis may stay silent, in milliseconds. */
  readonly unavailableTimeout: number;
}

interface Listener {
  readonly onCompleted: (id: string, result: unknown) => void;
  readonly onChanged: (id: string) => void;
  /** Anything may have changed. */
  readonly onGap: () => void;
  readonly onError: (error: unknown) => void;
  readonly onBeat: (isSilent: boolean) => void;
}

/** How often everything is checked in case an event was lost, in milliseconds. */
const CHECK_INTERVAL = 5000;
/** How long `close` waits for Redis, in milliseconds. */
const CLOSING = 1000;

/** An executor's connections to a queue. */
export class QueueConnection {
  readonly client: Redis;
  readonly queue: Queue;
  readonly taken: EndedAttempts;
  readonly pulse: Pulse;
  readonly #finished: FinishedAttempts;
  readonly #timer: NodeJS.Timeout;

  constructor({ clients, queue: name, prefix, keys, unavailableTimeout }: Settings, listener: Listener) {
    const { onGap, onError, onBeat } = listener;
    const client = clients.open({ maxRetriesPerRequest: null });
    client.on('error', onError);
    client.on('ready', onGap);
    const queue = new Queue(name, { connection: client, prefix });
    queue.on('error', clients.report);
    this.client = client;
    this.queue = queue;
    this.#finished = new FinishedAttempts({
      ...listener,
      client,
      queue: name,
      prefix,
      onError: (error) => {
        clients.report(error);
        // An unreadable event doesn't mean that Redis failed.
        if (!(error instanceof SyntaxError)) {
          onError(error);
        }
      },
    });
    const [toKey, toResultKey] = [(key: string) => queue.toKey(key), (id: string) => keys.result(id)];
    this.taken = new EndedAttempts({ client, toKey, toResultKey, onError: clients.report }, true);
    this.pulse = new Pulse({ ping: () => client.ping(), limit: unavailableTimeout, onBeat });
    this.#timer = setInterval(onGap, CHECK_INTERVAL);
  }

  /** Resolves once no further event can be missed. */
  get listening(): Promise<void> {
    return this.#finished.listening;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.pulse.stop();
    await within(CLOSING, this.taken.flush());
    await within(CLOSING, Promise.allSettled([this.#finished.close(), this.queue.close()]));
  }
}
