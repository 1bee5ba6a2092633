import { Redis } from 'ioredis';
import type { RedisServer } from '../helpers/redis.ts';

/** Gives orders to a Redis. Each has a connection of its own, since Redis may be killed at any moment. */
export class RedisConsole {
  readonly #redis: RedisServer;

  constructor(redis: RedisServer) {
    this.#redis = redis;
  }

  async tell(command: string, ...values: readonly (string | number)[]): Promise<unknown> {
    const client = new Redis(this.#redis.url, { lazyConnect: true });
    client.on('error', () => {});
    try {
      return await client.call(command, ...values);
    } finally {
      client.disconnect();
    }
  }

  /** Stops the process; returns what continues it. */
  async stop(): Promise<() => void> {
    const info = String(await this.tell('INFO', 'server'));
    const id = Number(/process_id:(\d+)/.exec(info)?.[1]);
    process.kill(id, 'SIGSTOP');
    return () => process.kill(id, 'SIGCONT');
  }
}
