import { setTimeout } from 'node:timers/promises';
import Database from 'libsql';
import { pick } from './flows.ts';
import type { Program } from './programs.ts';
import type { Scene } from './scene.ts';

/** Does harm, and undoes it after a while. */
export type Fault = (scene: Scene, random: () => number) => Promise<void>;

const HOURS = 3_600_000;

const killed =
  (among: (scene: Scene) => readonly Program[]): Fault =>
  async (scene, random) => {
    const program = pick(random, among(scene));
    await program.kill();
    await setTimeout(random() * 500);
    program.start();
  };

/** For longer than its lease lasts. */
const stopped =
  (among: (scene: Scene) => readonly Program[]): Fault =>
  async (scene, random) => {
    const program = pick(random, among(scene));
    program.stop();
    await setTimeout(scene.lease * (1.2 + random() * 1.5));
    program.continue();
  };

/** The clock stays wrong until the next step. */
const stepped =
  (among: (scene: Scene, random: () => number) => readonly Program[]): Fault =>
  async (scene, random) => {
    const clock = pick(random, [-2, 2, 0]) * HOURS;
    for (const program of among(scene, random)) {
      program.change({ clock });
    }
    await setTimeout(scene.lease * random());
  };

/** Sometimes shorter, sometimes longer than a lease lasts. */
const aWhile = ({ lease }: Scene, random: () => number): Promise<void> => setTimeout(lease * 2 * random());

export const FAULTS_OF_PROCESSES: Readonly<Record<string, Fault>> = {
  'an owner is killed': killed(({ owners }) => owners),
  'a worker is killed': killed(({ workers }) => workers),
  'an owner is stopped': stopped(({ owners }) => owners),
  'a worker is stopped': stopped(({ workers }) => workers),
  'all clocks are set': stepped(({ programs }) => programs),
  'a clock is set': stepped((scene, random) => [pick(random, scene.programs)]),
};

export const FAULTS_OF_STORES: Readonly<Record<string, Fault>> = {
  async 'Redis is killed'({ redis }, random) {
    await redis.kill();
    await setTimeout(random() * 1500);
    await redis.start();
  },
  async 'Redis is paused'(scene, random) {
    await scene.console.tell('CLIENT', 'PAUSE', Math.ceil(scene.lease * 2 * random()), 'ALL');
    await aWhile(scene, random);
  },
  async 'Redis is stopped'(scene, random) {
    const resume = await scene.console.stop();
    await aWhile(scene, random);
    resume();
  },
  async 'Redis is full'(scene, random) {
    await scene.console.tell('CONFIG', 'SET', 'maxmemory', '1');
    await aWhile(scene, random);
    await scene.console.tell('CONFIG', 'SET', 'maxmemory', '0');
  },
  async 'the disk is full'(scene, random) {
    await scene.disk.fill(scene.owners);
    await aWhile(scene, random);
    await scene.disk.empty(scene.owners);
  },
  async 'the disk is slow'(scene, random) {
    const commit = 100 + random() * 400;
    for (const owner of scene.owners) {
      owner.change({ commit });
    }
    await aWhile(scene, random);
    for (const owner of scene.owners) {
      owner.change({ commit: 0 });
    }
  },
  async 'the database is locked'(scene, random) {
    const database = new Database(scene.database);
    try {
      await soon(() => database.exec('BEGIN IMMEDIATE'));
      await aWhile(scene, random);
      database.exec('ROLLBACK');
    } finally {
      database.close();
    }
  },
};

/** Tries again until it works. */
async function soon(work: () => unknown): Promise<void> {
  for (;;) {
    try {
      work();
      return;
    } catch {
      await setTimeout(5);
    }
  }
}
