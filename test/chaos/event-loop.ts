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
  const waited = ${waitedForCore};
  let [time, wait] = [monotonic(), waited(readFileSync)];
  for (;;) {
    Atomics.wait(lock, 0, 0, ${TICK});
    const [nowTime, nowWait] = [monotonic(), waited(readFileSync)];
    seen[0] += Math.max(nowTime - time - ${TICK} - (nowWait - wait), 0);
    seen[1] = nowTime;
    [time, wait] = [nowTime, nowWait];
  }
`;

/** How long this thread has been ready to run but had no core, in milliseconds; 0 where the system doesn't say. */
function waitedForCore(read: typeof readFileSync): number {
  try {
    return Number(read('/proc/thread-self/schedstat', 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Notes each time that the event loop was blocked. Time in which the process was stopped, had no core, wrote to the log or waited for a commit doesn't count. */
export function watchEventLoop(log: Log): void {
  const absent = new SharedArrayBuffer(16);
  const seen = new Float64Array(absent);
  new Worker(WATCHDOG, { eval: true, workerData: { absent, sleeper: new SharedArrayBuffer(4) } }).unref();
  const look = () => ({
    time: monotonic(),
    excused: waitedForCore(readFileSync) + timeInCommits() + log.spent,
    absent: seen[0] as number,
  });
  let last = look();
  /** Blocks that the watchdog hasn't seen the end of. */
  let open: { readonly until: number; readonly ms: number; readonly absent: number }[] = [];
  setInterval(() => {
    const now = look();
    const ms = now.time - last.time - TICK - (now.excused - last.excused);
    if (ms > WORTH_A_NOTE) {
      open.push({ until: now.time, ms, absent: last.absent });
    }
    last = now;
    for (const block of open.filter(({ until }) => until < (seen[1] as number))) {
      const blocked = block.ms - ((seen[0] as number) - block.absent);
      if (blocked > WORTH_A_NOTE) {
        log.note({ type: 'blocked', ms: blocked });
      }
    }
    open = open.filter(({ until }) => until >= (seen[1] as number));
  }, TICK).unref();
}
