import { setTimeout } from 'node:timers/promises';
import { redisStore } from 'tintype/bullmq';
import { sqliteStore } from 'tintype/sqlite';
import { FAULTS_OF_PROCESSES, FAULTS_OF_STORES, type Fault } from './faults.ts';
import { flowsOf, randomOf, shuffled } from './flows.ts';
import { judge, type Verdict } from './judge.ts';
import { Reference } from './reference.ts';
import { savedJobs, settled } from './saved-jobs.ts';
import { Scene } from './scene.ts';

/** Which harm to do, and for how long: until a time or a number of faults is reached. */
export interface Harm {
  readonly seed: number;
  /** In milliseconds. */
  readonly time: number;
  readonly faults: number;
  /** Only faults whose name contains this. */
  readonly only?: string;
}

export interface ChaosReport extends Verdict {
  /** Where the logs are; undefined if nothing went wrong. */
  readonly logs: string | undefined;
  /** Whether the full disk was a real one. */
  readonly isDiskReal: boolean;
}

/** How often to look for the first job, in milliseconds. */
const LOOK = 200;
/** The longest pause between two faults, in milliseconds. */
const PAUSE = 1500;

/** Runs jobs on owners and workers while processes, clocks, Redis and the disk fail; then waits for the jobs and judges what happened. */
export async function chaosRun(harm: Harm): Promise<ChaosReport> {
  await using scene = await Scene.open(harm.seed);
  try {
    const { figures, violations } = await play(scene, harm);
    scene.isKept = violations.length > 0;
    return { figures, violations, logs: scene.isKept ? scene.folder : undefined, isDiskReal: scene.disk.isMounted };
  } catch (cause) {
    throw new Error(`The run broke off; its logs are in ${scene.folder}`, { cause });
  }
}

async function play(scene: Scene, harm: Harm): Promise<Verdict> {
  const { seed, time, faults } = harm;
  // On a busy machine, all faults could be over before the programs have started.
  while (!scene.lines().some(({ type }) => type === 'accepted' || type === 'crashed')) {
    await setTimeout(LOOK);
  }
  const until = performance.now() + time;
  await Promise.all([
    doHarm(scene, FAULTS_OF_PROCESSES, randomOf(seed, 'processes'), harm, until),
    doHarm(scene, FAULTS_OF_STORES, randomOf(seed, 'stores'), harm, until),
    setTimeout(faults === Number.POSITIVE_INFINITY ? time : 0),
  ]);
  for (const owner of scene.owners) {
    owner.beginNoMore();
  }
  await using sqlite = sqliteStore(scene.database);
  await using redis = redisStore({ connection: scene.redis.url });
  const stores = [sqlite, redis];
  await settled(stores, () => scene.lines());
  await scene.end();
  const lines = scene.lines();
  const saved = await savedJobs(stores, lines);
  const verdict = judge(lines, saved, new Reference(seed, flowsOf(seed)));
  await scene.keep('violations', verdict.violations.join('\n'));
  await scene.keep('saved.jsonl', [...saved.values()].map((job) => JSON.stringify(job)).join('\n'));
  return verdict;
}

/** Does one harm after another, each kind once before any comes again. */
async function doHarm(
  scene: Scene,
  faults: Readonly<Record<string, Fault>>,
  random: () => number,
  harm: Harm,
  until: number,
): Promise<void> {
  const kinds = Object.keys(faults).filter((kind) => kind.includes(harm.only ?? ''));
  let next: string[] = [];
  for (let done = 0; kinds.length > 0 && done < harm.faults / 2 && performance.now() < until; done += 1) {
    next = next.length === 0 ? shuffled(random, kinds) : next;
    const kind = next.pop() as string;
    scene.log.note({ type: 'fault', fault: kind });
    await faults[kind]?.(scene, random);
    await setTimeout(random() * PAUSE);
  }
}
