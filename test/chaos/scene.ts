import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../helpers/redis.ts';
import { Disk } from './disk.ts';
import { type Line, Log, readLog } from './log.ts';
import { Program } from './programs.ts';
import { RedisConsole } from './redis-console.ts';

const OWNERS = 2;
const WORKERS = 1;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Two owners, a worker, a Redis and a disk, which faults can harm. */
export class Scene implements AsyncDisposable {
  readonly folder: string;
  readonly log: Log;
  readonly redis = new RedisServer();
  readonly console = new RedisConsole(this.redis);
  readonly disk: Disk;
  /** The file of the SQLite store. */
  readonly database: string;
  /** How long a process may be silent before others take over, in milliseconds. */
  readonly lease = 2000;
  owners: readonly Program[] = [];
  workers: readonly Program[] = [];
  /** Whether the logs stay. */
  isKept = true;

  static async open(seed: number): Promise<Scene> {
    const scene = new Scene(await mkdtemp(join(tmpdir(), 'tintype-chaos-')));
    await scene.#start(seed);
    return scene;
  }

  private constructor(folder: string) {
    this.folder = folder;
    this.log = new Log(this.#logFile, 'scene');
    this.disk = new Disk(join(folder, 'disk'));
    this.database = join(this.disk.folder, 'jobs.db');
    for (const signal of SIGNALS) {
      process.once(signal, this.#interrupt);
    }
  }

  get programs(): readonly Program[] {
    return [...this.owners, ...this.workers];
  }

  lines(): Line[] {
    return readLog(this.#logFile);
  }

  async keep(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  async end(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.end()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const signal of SIGNALS) {
      process.off(signal, this.#interrupt);
    }
    await this.end();
    await this.redis.remove();
    this.disk.remove();
    if (!this.isKept) {
      await rm(this.folder, { recursive: true });
    }
  }

  /** Otherwise Redis and the mounted disk would stay. */
  readonly #interrupt = async (): Promise<void> => {
    await this[Symbol.asyncDispose]();
    process.exit(1);
  };

  get #logFile(): string {
    return join(this.folder, 'log.jsonl');
  }

  async #start(seed: number): Promise<void> {
    await this.redis.start();
    const setting = { seed, log: this.#logFile, database: this.database, redis: this.redis.url, lease: this.lease };
    const start = (program: 'owner' | 'worker', count: number) =>
      Array.from({ length: count }, (_, index) => new Program(program, index + 1, setting, this.folder, this.log));
    this.owners = start('owner', OWNERS);
    this.workers = start('worker', WORKERS);
  }
}
