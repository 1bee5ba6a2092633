import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import Database from 'libsql';
import { resume, run } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { randomFrom } from '../../src/check/search/random-from.ts';
import { startProgram } from '../helpers/start-program.ts';
import { randomFlow } from './random-flow.ts';

export interface CrashFigures {
  rounds: number;
  kills: number;
  /** Tasks whose effect is not there, or that are not on record as completed. */
  lost: number;
  /** Tasks that ran again after their completion was on record. */
  runTwice: number;
  wrongContext: number;
  /** Databases that SQLite finds damaged. */
  corrupt: number;
}

const PROGRAM = fileURLToPath(new URL('process.ts', import.meta.url));
/** How many times a job is killed at most. */
const MOST_KILLS = 4;

/** Kills random jobs at random moments, continues them until they are done, and compares them with the same jobs left alone. */
export async function crashRounds(rounds: number, firstSeed: number): Promise<CrashFigures> {
  const figures = { rounds, kills: 0, lost: 0, runTwice: 0, wrongContext: 0, corrupt: 0 };
  for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1) {
    const directory = await mkdtemp(join(tmpdir(), 'tintype-crash-'));
    try {
      await crashRound(seed, join(directory, 'jobs.db'), join(directory, 'effects'), figures);
    } finally {
      await rm(directory, { recursive: true });
    }
  }
  return figures;
}

async function crashRound(seed: number, database: string, effects: string, figures: CrashFigures): Promise<void> {
  const random = randomFrom(seed + 1_000_000);
  const kills = 1 + Math.floor(random() * MOST_KILLS);
  const before = new Map<string, number>();
  writeFileSync(effects, '');
  for (let kill = 0; kill < kills; kill += 1) {
    figures.kills += (await killedAfter(start(seed, database, effects), random() * 80)) ? 1 : 0;
    await noteCompleted(database, effects, before);
  }
  const last = start(seed, database, effects);
  const [code] = await once(last, 'exit');
  const counts = effectsIn(effects);
  const expected = await run(
    randomFlow(seed, () => {}),
    { maxConcurrency: 4 },
  );
  figures.runTwice += [...before].filter(([task, count]) => counts.get(task) !== count).length;

  await using store = sqliteStore(database);
  const recorded = await store.read('job');
  const completed = new Set(
    recorded?.attempts.filter(({ outcome }) => outcome?.type === 'attempt.succeeded').map(({ task }) => task),
  );
  figures.lost += [...expected.tasks.keys()].filter((task) => !counts.has(task) || !completed.has(task)).length;
  const result = await resume(
    randomFlow(seed, () => {}),
    'job',
    { store },
  );
  const isRight = code === 0 && recorded?.state === 'completed' && isDeepStrictEqual(result.context, expected.context);
  figures.wrongContext += isRight ? 0 : 1;
  figures.corrupt += isSound(database) ? 0 : 1;
}

function start(seed: number, database: string, effects: string): ChildProcess {
  return startProgram(process.execPath, ['--import=tsx', PROGRAM, String(seed), database, effects]);
}

/** Kills a process so many milliseconds after it is ready; says whether it still ran. */
async function killedAfter(child: ChildProcess, delay: number): Promise<boolean> {
  const exited = once(child, 'exit');
  await Promise.race([once(child.stdout as NodeJS.ReadableStream, 'data'), exited]);
  const timer = setTimeout(() => child.kill('SIGKILL'), delay);
  const [, signal] = await exited;
  clearTimeout(timer);
  return signal === 'SIGKILL';
}

/** Keeps how often the tasks have run whose completion is on record. */
async function noteCompleted(database: string, effects: string, counts: Map<string, number>): Promise<void> {
  await using store = sqliteStore(database);
  const job = await store.read('job');
  const now = effectsIn(effects);
  for (const { task, outcome } of job?.attempts ?? []) {
    if (outcome?.type === 'attempt.succeeded' && !counts.has(task)) {
      counts.set(task, now.get(task) ?? 0);
    }
  }
}

function effectsIn(file: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of readFileSync(file, 'utf8').trim().split('\n')) {
    counts.set(task, (counts.get(task) ?? 0) + 1);
  }
  return counts;
}

function isSound(file: string): boolean {
  const database = new Database(file);
  const [row] = database.prepare('PRAGMA integrity_check').all() as { integrity_check: string }[];
  database.close();
  return row?.integrity_check === 'ok';
}
