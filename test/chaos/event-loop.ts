/** Measures how long the event loop of this process is blocked by what runs in it, on however busy a machine. */
import { openSync, readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { timesInDatabase } from './conditions.ts';
import { type Log, monotonic } from './log.ts';

/** How often to look, in milliseconds. */
const TICK = 20;
/** Shorter blocks aren't worth a note, in milliseconds. */
const WORTH_A_NOTE = 50;

/**
 * A thread that notes how long it didn't run: then the whole process was stopped. It excuses time in which it waited for a core. It makes
 * hardly any garbage, since the main thread would wait for its collection.
 */
const WATCHDOG = `
  const { openSync, readSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  const { absent, sleeper } = workerData;
  const seen = new Float64Array(absent);
  const lock = new Int32Array(sleeper);
  const monotonic = () => {
    const [seconds, nanoseconds] = process.hrtime();
    return seconds * 1e3 + nanoseconds / 1e6;
  };
  const timesOfThread = (${timesOfThread})(openSync, readSync);
  let time = monotonic();
  let wait = timesOfThread().waited;
  for (;;) {
    Atomics.wait(lock, 0, 0, ${TICK});
    const nowTime = monotonic();
    const nowWait = timesOfThread().waited;
    seen[0] += Math.max(nowTime - time - ${TICK} - (nowWait - wait), 0);
    seen[1] = nowTime;
    time = nowTime;
    wait = nowWait;
  }
`;

/**
 * Returns a function for how long this thread has run, and been ready to run without a core, in milliseconds. Where the system doesn't say,
 * it counts as running all the time. The object is always the same.
 */
function timesOfThread(open: typeof openSync, read: typeof readSync): () => { ran: number; waited: number } {
  const times = { ran: 0, waited: 0 };
  let file: number;
  try {
    file = open('/proc/thread-self/schedstat', 'r');
  } catch {
    return () => {
      times.ran = performance.now();
      return times;
    };
  }
  const text = Buffer.alloc(128);
  return () => {
    const length = read(file, text, 0, text.length, 0);
    let at = 0;
    let number = 0;
    for (; at < length && text[at] !== 32; at += 1) {
      number = number * 10 + (text[at] as number) - 48;
    }
    times.ran = number / 1e6;
    number = 0;
    for (at += 1; at < length && text[at] !== 32; at += 1) {
      number = number * 10 + (text[at] as number) - 48;
    }
    times.waited = number / 1e6;
    return times;
  };
}

/** A stretch without a turn of the event loop. */
interface Stretch {
  readonly until: number;
  readonly ms: number;
  /** For how long of it the thread had a core, or the database. */
  readonly busy: number;
  /** How long the process had been stopped before. */
  readonly absent: number;
}

/**
 * Notes each time that the event loop was blocked: it had no turn, and its thread ran or waited for the database. Time in which the process
 * was stopped, had no core, wrote to the log or waited for a commit doesn't count.
 */
export function watchEventLoop(log: Log): void {
  const shared = new SharedArrayBuffer(16);
  const seen = new Float64Array(shared);
  new Worker(WATCHDOG, { eval: true, workerData: { absent: shared, sleeper: new SharedArrayBuffer(4) } }).unref();
  const times = timesOfThread(openSync, readSync);
  const look = () => {
    const { ran, waited } = times();
    const { committing, calling } = timesInDatabase();
    return { time: monotonic(), busy: ran + calling, excused: waited + committing + log.spent, absent: seen[0] as number };
  };
  let last = look();
  /** Those that the watchdog hasn't seen the end of. */
  let open: Stretch[] = [];
  setInterval(() => {
    const now = look();
    const ms = now.time - last.time - TICK - (now.excused - last.excused);
    if (ms > WORTH_A_NOTE) {
      open.push({ until: now.time, ms, busy: now.busy - last.busy, absent: last.absent });
    }
    last = now;
    for (const { ms, busy, absent } of open.filter(({ until }) => until < (seen[1] as number))) {
      const blocked = Math.min(ms - ((seen[0] as number) - absent), busy);
      if (blocked > WORTH_A_NOTE) {
        log.note({ type: 'blocked', ms: Math.ceil(blocked) });
      }
    }
    open = open.filter(({ until }) => until >= (seen[1] as number));
  }, TICK).unref();
}
