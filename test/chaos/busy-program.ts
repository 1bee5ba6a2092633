/** Does something for a while, and has its event loop watched: `busy-program.ts LOG WHAT`. */
import './conditions.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'libsql';
import { watchEventLoop } from './event-loop.ts';
import { Log } from './log.ts';

const WHILE = 400;
const LONGER = 5 * WHILE;

const DEEDS: Record<string, () => unknown> = {
  computes() {
    const start = process.cpuUsage();
    // This includes other threads, such as a watchdog that is still starting.
    for (let used = { user: 0, system: 0 }; used.user + used.system < LONGER * 1000; used = process.cpuUsage(start));
  },
  'waits for a locked database'() {
    const file = join(dirname(path), 'locked.db');
    new Database(file).exec('BEGIN IMMEDIATE');
    // Time without a core doesn't count.
    new Database(file).exec(`PRAGMA busy_timeout = ${LONGER}; BEGIN IMMEDIATE`);
  },
  // CHAOS_CONDITIONS make it slow.
  commits: () => new Database(':memory:').exec('COMMIT'),
  stops: () => once(spawn('sh', ['-c', `kill -STOP ${process.pid}; sleep 1; kill -CONT ${process.pid}`]), 'exit'),
};

const [path = '', what = ''] = process.argv.slice(2);
watchEventLoop(new Log(path, what));
await setTimeout(WHILE);
try {
  await DEEDS[what]?.();
} catch {
  // There is nothing to commit, or the database stays locked.
}
// Until the watchdog has seen the end of it, on a busy machine too.
await setTimeout(LONGER);
