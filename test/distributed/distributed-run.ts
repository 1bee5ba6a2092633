import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { resume, run } from 'tintype';
import { type RedisStore, redisStore } from 'tintype/bullmq';
import { randomFrom } from '../../src/check/search/random-from.ts';
import { allJobs } from '../../src/journal/list/all-jobs.ts';
import { RedisServer } from '../helpers/redis.ts';
import { startProgram } from '../helpers/start-program.ts';
import { flowOf, TASKS } from './flow.ts';
import { idOf } from './places.ts';

export interface DistributedFigures {
  readonly jobs: number;
  readonly tasks: number;
  workerKills: number;
  ownerKills: number;
  redisRestarts: number;
  /** Attempts that were run more than once, since a worker was killed. */
  repeated: number;
  /** Tasks whose effect is not there, or that are not on record as completed. */
  lost: number;
  /** Tasks whose result was merged, or is on record, more than once. */
  duplicated: number;
  /** Jobs that have not ended. */
  stuck: number;
  /** Jobs that have ended otherwise than one that is left alone. */
  wrong: number;
  /** How long the jobs took. */
  seconds: number;
}

const OWNERS = 2;
const WORKERS = 3;
/** After how many looks without any progress the jobs that are left are stuck. A machine that is busy otherwise makes less looks, too. */
const PATIENCE = 1500;
/** After how many attempts for each task the jobs that are left are stuck. */
const MOST_ATTEMPTS = 20;
const LOOK = 100;
/**
 * How many attempts begin from one kill to the next. Time wouldn't do: where processes start slowly, all of them would be killed before
 * any of them did something.
 */
const BETWEEN_KILLS = { least: 20, most: 160 };

/** Runs jobs on owners and workers that are killed and started again at random, and on a Redis that is killed and started again once. */
export async function distributedRun(jobs: number, seed: number): Promise<DistributedFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-distributed-'));
  const redis = new RedisServer();
  await redis.start();
  await using scene = new Scene(redis, folder, jobs, randomFrom(seed));
  try {
    return await scene.play();
  } finally {
    await redis.remove();
    await rm(folder, { recursive: true });
  }
}

class Scene implements AsyncDisposable {
  readonly #redis: RedisServer;
  readonly #random: () => number;
  readonly #effects: string;
  readonly #merges: string;
  readonly #figures: DistributedFigures;
  readonly #store: RedisStore;
  readonly #owners: ChildProcess[];
  readonly #workers: ChildProcess[];

  constructor(redis: RedisServer, folder: string, jobs: number, random: () => number) {
    this.#redis = redis;
    this.#random = random;
    this.#effects = join(folder, 'effects');
    this.#merges = join(folder, 'merges');
    writeFileSync(this.#effects, '');
    writeFileSync(this.#merges, '');
    this.#figures = {
      jobs,
      tasks: jobs * TASKS,
      workerKills: 0,
      ownerKills: 0,
      redisRestarts: 0,
      repeated: 0,
      lost: 0,
      duplicated: 0,
      stuck: 0,
      wrong: 0,
      seconds: 0,
    };
    this.#store = redisStore({ connection: redis.url });
    this.#workers = Array.from({ length: WORKERS }, () => this.#startWorker());
    this.#owners = Array.from({ length: OWNERS }, (_, index) => this.#startOwner(index));
  }

  async play(): Promise<DistributedFigures> {
    const figures = this.#figures;
    const started = performance.now();
    const left = await this.#untilEnded();
    figures.seconds = Math.round((performance.now() - started) / 100) / 10;
    figures.stuck = left;
    await this.#count();
    return figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#owners, ...this.#workers].map(kill));
    await this.#store.close();
  }

  /** Kills and starts processes until all jobs have ended; returns how many have not. */
  async #untilEnded(): Promise<number> {
    const { jobs, tasks } = this.#figures;
    let progress = 0;
    let looksWithout = 0;
    for (let nextKill = this.#nextKill(); ; ) {
      await setTimeout(LOOK);
      let ended = 0;
      for await (const { state } of allJobs(this.#store)) {
        ended += state === 'running' ? 0 : 1;
      }
      const begun = this.#begun;
      looksWithout = ended + begun > progress ? 0 : looksWithout + 1;
      progress = ended + begun;
      if (ended === jobs || looksWithout > PATIENCE || begun > MOST_ATTEMPTS * tasks) {
        return jobs - ended;
      }
      if (this.#figures.redisRestarts === 0 && begun > 0.4 * tasks) {
        await this.#restartRedis();
      } else if (begun > nextKill) {
        await this.#harm();
        nextKill = this.#nextKill();
      }
    }
  }

  /** After how many attempts in all something is killed next. */
  #nextKill(): number {
    const { least, most } = BETWEEN_KILLS;
    return this.#begun + least + this.#random() * (most - least);
  }

  /** How many attempts have begun. */
  get #begun(): number {
    return readFileSync(this.#effects, 'utf8').split('\n').length;
  }

  async #restartRedis(): Promise<void> {
    this.#figures.redisRestarts += 1;
    await this.#redis.kill();
    await setTimeout(this.#random() * 1000);
    await this.#redis.start();
  }

  async #harm(): Promise<void> {
    const figures = this.#figures;
    if (this.#random() < 0.25) {
      const index = Math.floor(this.#random() * OWNERS);
      figures.ownerKills += 1;
      await kill(this.#owners[index] as ChildProcess);
      this.#owners[index] = this.#startOwner(index);
    } else {
      const index = Math.floor(this.#random() * WORKERS);
      figures.workerKills += 1;
      await kill(this.#workers[index] as ChildProcess);
      this.#workers[index] = this.#startWorker();
    }
  }

  #startWorker(): ChildProcess {
    return start('worker.ts', this.#redis.url, this.#effects);
  }

  #startOwner(index: number): ChildProcess {
    const { jobs } = this.#figures;
    return start('owner.ts', this.#redis.url, this.#merges, jobs, Math.floor((index * jobs) / OWNERS));
  }

  /** Compares what is on record, in the files and in the contexts with what has to be there. */
  async #count(): Promise<void> {
    const figures = this.#figures;
    const effects = linesOf(this.#effects);
    const merges = linesOf(this.#merges);
    figures.repeated = [...effects.values()].filter((times) => times > 1).length;
    const done = new Set([...effects.keys()].map((line) => line.split(' ', 2).join(' ')));
    await Promise.all(Array.from({ length: figures.jobs }, (_, number) => this.#compare(number, done, merges)));
  }

  async #compare(number: number, done: ReadonlySet<string>, merges: ReadonlyMap<string, number>): Promise<void> {
    const figures = this.#figures;
    const flow = flowOf(() => {});
    const recorded = await this.#store.read(idOf(number));
    const succeeded = (recorded?.attempts ?? []).filter(({ outcome }) => outcome?.type === 'attempt.succeeded');
    for (const task of Array.from({ length: TASKS }, (_, index) => `t${index}`)) {
      const times = succeeded.filter((one) => one.task === task).length;
      figures.lost += times > 0 && done.has(`${number} ${task}`) ? 0 : 1;
      figures.duplicated += times > 1 || (merges.get(`${number} ${task}`) ?? 0) > 1 ? 1 : 0;
    }
    const expected = await run(flow, { context: { number } as never });
    const executor = () => Promise.reject(new Error('All that has happened is on record'));
    const result = await resume(flow, idOf(number), { store: this.#store, executor });
    const tasksOf = ({ tasks }: typeof result) => [...tasks].map(([name, { state, attempts }]) => [name, state, attempts]);
    const isRight =
      result.state === expected.state &&
      isDeepStrictEqual(result.context, expected.context) &&
      isDeepStrictEqual(tasksOf(result), tasksOf(expected));
    figures.wrong += isRight ? 0 : 1;
  }
}

function start(program: string, ...args: readonly (string | number)[]): ChildProcess {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = startProgram(process.execPath, ['--import=tsx', file, ...args.map(String)]);
  child.stdout.resume();
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}

function linesOf(file: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}
