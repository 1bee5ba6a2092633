/** Measures how long the event loop of this process is blocked by what runs in it, on however busy a machine. */
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { timeInCommits } from './conditions.ts';
import { type Log, monotonic } from './log.ts';

/** How often to look, in milliseconds. */
const TICK = 20;
/** Shorter blocks aren't worth a note, in milliseconds. */
const WORTH_A_NOTE = 50;

/** A thread that notes how long it didn't run: then the whole process was stopped. It excuses time in which it waited for a core. */
const WATCHDOG = `
  const { readFileSync } = require('node:fs');
  const { workerData } = require('node:worker_threads');
  const { absent, sleeper } = workerData;
  const seen = new Float64Array(absent);
  const lock = new Int32Array(sleeper);
  const monotonic = () => Number(process.hrtime.bigint() / 1000n) / 1000;
  const times = ${timesOfThread};
  let [time, wait] = [monotonic(), times(readFileSync).waited];
  for (;;) {
    Atomics.wait(lock, 0, 0, ${TICK});
    const [nowTime, nowWait] = [monotonic(), times(readFileSync).waited];
    seen[0] += Math.max(nowTime - time - ${TICK} - (nowWait - wait), 0);
    seen[1] = nowTime;
    [time, wait] = [nowTime, nowWait];
  }
`;

/** How long this thread has run, and been ready to run without a core, in milliseconds; 0 where the system doesn't say. */
function timesOfThread(read: typeof readFileSync): { ran: number; waited: number } {
  try {
    const [ran, waited] = read('/proc/thread-self/schedstat', 'utf8').split(' ');
    return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 };
  } catch {
    return { ran: 0, waited: 0 };
  }
}

/** Notes each time that the event loop was blocked. Time in which the process was stopped, had no core, wrote to the log or waited for a commit doesn't count. */
export function watchEventLoop(log: Log): void {
  const shared = new SharedArrayBuffer(16);
  const seen = new Float64Array(shared);
  new Worker(WATCHDOG, { eval: true, workerData: { absent: shared, sleeper: new SharedArrayBuffer(4) } }).unref();
  const look = () => {
    const { ran, waited } = timesOfThread(readFileSync);
    return { time: monotonic(), ran, excused: waited + timeInCommits() + log.spent, absent: seen[0] as number };
  };
  let last = look();
  /** Blocks that the watchdog hasn't seen the end of. */
  let open: { readonly until: number; readonly ms: number; readonly ran: number; readonly absent: number }[] = [];
  setInterval(() => {
    const now = look();
    const ms = now.time - last.time - TICK - (now.excused - last.excused);
    if (ms > WORTH_A_NOTE) {
      open.push({ until: now.time, ms, ran: now.ran - last.ran, absent: last.absent });
    }
    last = now;
    for (const { ms, ran, absent } of open.filter(({ until }) => until < (seen[1] as number))) {
      const blocked = ms - ((seen[0] as number) - absent);
      if (blocked > WORTH_A_NOTE) {
        log.note({ type: 'blocked', ms: Math.ceil(blocked), ran: Math.ceil(ran) });
      }
    }
    open = open.filter(({ until }) => until >= (seen[1] as number));
  }, TICK).unref();
}
