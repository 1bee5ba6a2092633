import type { Redis } from 'ioredis';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { deferred } from '../../runtime/deferred.ts';
import { raise } from '../../values/raise.ts';
import { PASSING_REPLIES } from './is-transient.ts';
import type { RedisClients } from './redis-clients.ts';
import { within } from './within.ts';
import { withoutSecrets } from './without-secrets.ts';

/** How long `close` waits for Redis, in milliseconds. */
const CLOSING = 2000;

/** How long a call waits for a reply, in milliseconds: a hung Redis keeps its connections. */
const PATIENCE = 10_000;

/** Whether an error reply of Redis may go away by itself. Other replies are permanent errors. */
const isPassing = ({ message }: Error): boolean => PASSING_REPLIES.test(message);

/** Sends commands to the Redis of a store. Every call settles, even if the store is closed before Redis replies. */
export class StoreClient {
  readonly #clients: RedisClients;
  readonly #patience: number;
  /** Settle the calls that wait for a reply. */
  readonly #pending = new Set<(give: () => never) => void>();
  #client: Redis | undefined;
  #closed = false;

  /** @param patience how long a call waits for a reply, in milliseconds */
  constructor(clients: RedisClients, patience: number = PATIENCE) {
    this.#clients = clients;
    this.#patience = patience;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await within(CLOSING, Promise.allSettled([this.#client?.quit()]));
    this.#clients.close();
    // A client that waits to reconnect would never settle them.
    for (const settle of this.#pending) {
      settle(() => raise(new Error('it is closed')));
    }
  }

  /** Sends the full script each time: with only its digest, calls could get out of order when Redis doesn't know it yet. */
  run<Answer>(script: string, keys: readonly string[], values: readonly (string | number)[]): Promise<Answer> {
    return this.ask((client) => client.eval(script, keys.length, ...keys, ...values) as Promise<Answer>);
  }

  async ask<Answer>(call: (client: Redis) => Promise<Answer>): Promise<Answer> {
    if (this.#closed) {
      throw new JobStoreError('STORE_FAILED', 'The Redis store failed: it is closed');
    }
    const { promise, resolve: settle } = deferred<() => Answer>();
    this.#pending.add(settle);
    const late = new Error(`Redis didn't reply within ${this.#patience} ms`);
    const timer = setTimeout(() => settle(() => raise(late)), this.#patience);
    try {
      this.#client ??= this.#clients.open();
      call(this.#client).then(
        (answer) => settle(() => answer),
        (error) => settle(() => raise(error)),
      );
      return (await promise)();
    } catch (error) {
      throw storeError(this.#clients.problem ?? withoutSecrets(error), this.#closed);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(settle);
    }
  }
}

function storeError(cause: Error, isClosed: boolean): JobStoreError {
  const isReply = cause.name === 'ReplyError';
  const isTransient = !isClosed && (!isReply || isPassing(cause));
  const code = isReply && /\bWRONGTYPE\b/.test(cause.message) ? 'STORE_UNREADABLE' : 'STORE_FAILED';
  return new JobStoreError(code, `The Redis store failed: ${cause.message}`, { cause, isTransient });
}
