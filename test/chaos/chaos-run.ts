import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { getJob, type JobStore } from 'tintype';
import { redisStore } from 'tintype/bullmq';
import { sqliteStore } from 'tintype/sqlite';
import { RedisServer } from '../helpers/redis.ts';
import { Disk } from './disk.ts';
import { FAULTS_OF_PROCESSES, FAULTS_OF_STORES, type Fault, type Scene } from './faults.ts';
import { flowsOf, randomOf, shuffled } from './flows.ts';
import { judge, type SavedJob, type Verdict } from './judge.ts';
import { type Line, Log, readLog } from './log.ts';
import { Program } from './programs.ts';
import { RedisConsole } from './redis-console.ts';
import { Reference } from './reference.ts';
import { unfinishedJobs } from './saved-jobs.ts';

/** When to stop doing harm: after a time, or after a number of faults. */
export interface ChaosLimit {
  readonly seed: number;
  /** In milliseconds. */
  readonly time: number;
  readonly faults: number;
}

interface HarmLimit {
  readonly faults: number;
  readonly until: number;
  readonly log: Log;
}

export interface ChaosReport extends Verdict {
  /** Where the logs are; undefined if nothing went wrong. */
  readonly logs: string | undefined;
  readonly isDiskReal: boolean;
}

const OWNERS = 2;
const WORKERS = 1;
const LEASE = 2000;
/** How long programs get to start before the first fault, in milliseconds. */
const START = 2000;
/** Without any progress for this long after the last fault, jobs that are left are stuck, in milliseconds. */
const PATIENCE = 60_000;
const LOOK = 1000;
/** The longest pause between two faults, in milliseconds. */
const PAUSE = 1500;

/** Runs jobs on owners and workers while processes, clocks, Redis and the disk fail; then waits for the jobs and judges what happened. */
export async function chaosRun(limit: ChaosLimit): Promise<ChaosReport> {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-chaos-'));
  const redis = new RedisServer();
  const disk = new Disk(join(folder, 'disk'));
  await redis.start();
  const logPath = join(folder, 'log.jsonl');
  const log = new Log(logPath, 'scene');
  const database = join(disk.folder, 'jobs.db');
  const { seed } = limit;
  const setting = { seed, log: logPath, database, redis: redis.url, lease: LEASE };
  const programs = (program: 'owner' | 'worker', count: number) =>
    Array.from({ length: count }, (_, index) => new Program(program, index + 1, setting, folder, log));
  const owners = programs('owner', OWNERS);
  const workers = programs('worker', WORKERS);
  const scene = { owners, workers, redis, console: new RedisConsole(redis), disk, database, lease: LEASE };
  let isKept = true;
  try {
    await setTimeout(START);
    const until = performance.now() + limit.time;
    const faults = Math.ceil(limit.faults / 2);
    await Promise.all([
      harm(scene, FAULTS_OF_PROCESSES, randomOf(seed, 'processes'), { until, faults, log }),
      harm(scene, FAULTS_OF_STORES, randomOf(seed, 'stores'), { until, faults, log }),
    ]);
    for (const owner of owners) {
      owner.beginNoMore();
    }
    const stores = [sqliteStore(database), redisStore({ connection: redis.url })];
    await settled(stores, logPath);
    await Promise.all([...owners, ...workers].map((program) => program.kill()));
    const lines = readLog(logPath);
    const verdict = judge(lines, await savedJobs(stores, lines), new Reference(seed, flowsOf(seed)));
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
    await writeFile(join(folder, 'violations'), verdict.violations.join('\n'));
    isKept = verdict.violations.length > 0;
    return { ...verdict, logs: isKept ? folder : undefined, isDiskReal: disk.isMounted };
  } finally {
    await Promise.all([...owners, ...workers].map((program) => program.kill()));
    await redis.remove();
    if (isKept) {
      await cp(disk.folder, join(folder, 'kept'), { recursive: true });
    }
    disk.remove();
    if (!isKept) {
      await rm(folder, { recursive: true });
    }
  }
}

/** Does one harm after another, each kind once before any comes again. */
async function harm(
  scene: Scene,
  faults: Readonly<Record<string, Fault>>,
  random: () => number,
  limit: HarmLimit,
): Promise<void> {
  let kinds: string[] = [];
  for (let done = 0; done < limit.faults && performance.now() < limit.until; done += 1) {
    kinds = kinds.length === 0 ? shuffled(random, Object.keys(faults)) : kinds;
    const kind = kinds.pop() as string;
    limit.log.note({ type: 'fault', fault: kind });
    await faults[kind]?.(scene, random);
    await setTimeout(random() * PAUSE);
  }
}

/** Waits until all jobs have ended, or nothing has happened for a long time. */
async function settled(stores: readonly JobStore[], log: string): Promise<void> {
  let seen = 0;
  for (let last = performance.now(); performance.now() < last + PATIENCE; ) {
    const left = await Promise.all(stores.map(unfinishedJobs));
    if (left.flat().length === 0) {
      return;
    }
    const done = new Set(readLog(log).flatMap((line) => milestone(line) ?? [])).size;
    if (done > seen) {
      seen = done;
      last = performance.now();
    }
    await setTimeout(LOOK);
  }
}

/** What can happen only once. */
function milestone(line: Line): string | undefined {
  if (line.type === 'completed') {
    return `${line.job} ${line.task}`;
  }
  return line.type === 'ended' ? line.job : undefined;
}

/** All jobs that anyone has seen, or that have not ended. */
async function savedJobs(stores: readonly JobStore[], lines: readonly Line[]): Promise<Map<string, SavedJob>> {
  const saved = new Map<string, SavedJob>();
  const seen = lines.flatMap((line) => ('job' in line ? line.job : []));
  for (const store of stores) {
    const left = (await unfinishedJobs(store)).map(({ id }) => id);
    for (const id of new Set([...seen, ...left])) {
      const job = await getJob(store, id);
      if (job !== undefined) {
        saved.set(id, job);
      }
    }
  }
  return saved;
}
