import type { Redis } from 'ioredis';
import { deferred } from '../runtime/deferred.ts';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { raise } from '../runtime/raise.ts';
import type { RedisClients } from './redis-clients.ts';
import { within } from './within.ts';
import { withoutSecrets } from './without-secrets.ts';

/** How long the closing waits for Redis, in milliseconds. */
const CLOSING = 2000;

/** Asks the Redis of a store; what is asked settles, also when it is closed without an answer. */
export class StoreClient {
  readonly #clients: RedisClients;
  /** Settle the calls that wait for an answer. */
  readonly #pending = new Set<(give: () => never) => void>();
  #client: Redis | undefined;
  #closed = false;

  constructor(clients: RedisClients) {
    this.#clients = clients;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await within(CLOSING, Promise.allSettled([this.#client?.quit()]));
    this.#clients.close();
    // A client that waits to connect again would leave them as they are.
    for (const settle of this.#pending) {
      settle(() => raise(new Error('it is closed')));
    }
  }

  /** Sends the text of the script each time: with its digest alone, calls would get out of order where Redis does not know it yet. */
  run<Answer>(script: string, keys: readonly string[], values: readonly (string | number)[]): Promise<Answer> {
    return this.ask((client) => client.eval(script, keys.length, ...keys, ...values) as Promise<Answer>);
  }

  async ask<Answer>(call: (client: Redis) => Promise<Answer>): Promise<Answer> {
    const { promise, resolve: settle } = deferred<() => Answer>();
    this.#pending.add(settle);
    try {
      if (this.#closed) {
        throw new Error('it is closed');
      }
      this.#client ??= this.#clients.open();
      call(this.#client).then(
        (answer) => settle(() => answer),
        (error) => settle(() => raise(error)),
      );
      return (await promise)();
    } catch (error) {
      const cause = this.#clients.problem ?? withoutSecrets(error);
      throw new JobStoreError('STORE_FAILED', `The Redis store failed: ${cause.message}`, { cause });
    } finally {
      this.#pending.delete(settle);
    }
  }
}
