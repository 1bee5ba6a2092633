import { type ChildProcess, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ExecutionContext, TestFn } from 'ava';
import { startProgram } from './start-program.ts';

/** Whether there is a redis-server here. */
export const isRedisInstalled = spawnSync('redis-server', ['--version']).status === 0;

/** A Redis of a test, on a port of its own. */
export class RedisServer {
  port = 0;
  #folder = '';
  #process: ChildProcess | undefined;
  readonly #options: readonly string[];

  constructor(options: readonly string[] = []) {
    this.#options = options;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    if (this.port === 0) {
      this.port = await freePort();
      this.#folder = await mkdtemp(join(tmpdir(), 'tintype-redis-'));
    }
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
    const place = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.#folder];
    const redis = startProgram('redis-server', [...place, ...durable, ...this.#options]);
    this.#process = redis;
    for await (const line of createInterface(redis.stdout)) {
      if (line.includes('Ready to accept connections')) {
        redis.stdout.resume();
        return;
      }
    }
    throw new Error('redis-server did not start');
  }

  /** Ends it as a power cut does; what it has acknowledged is there after the next `start`. */
  async kill(): Promise<void> {
    const redis = this.#process;
    if (redis !== undefined && redis.exitCode === null && redis.signalCode === null) {
      const ended = once(redis, 'exit');
      redis.kill('SIGKILL');
      await ended;
    }
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

type Implementation = (t: ExecutionContext, redis: RedisServer) => unknown;

/**
 * Gives what declares tests that want a Redis, which all tests of a file share. Where none is installed they are left out, and
 * that is said; on CI that is a failure.
 */
export function testWithRedis(test: TestFn): (title: string, implementation: Implementation) => void {
  if (!isRedisInstalled) {
    test('tests with Redis are left out, because redis-server is not installed', (t) => {
      t.log('left out: redis-server is not installed');
      t.falsy(process.env.CI, 'on CI it has to be there');
    });
    return () => {};
  }
  const redis = new RedisServer();
  test.before('there is a Redis', () => redis.start());
  test.after.always('Redis is removed', () => redis.remove());
  return (title, implementation) => test(title, (t) => implementation(t, redis));
}

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
