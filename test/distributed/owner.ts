/**
 * Owns jobs until all have ended: `owner.ts URL MERGES JOBS FIRST`. It begins jobs that nobody has begun, from the number FIRST on, and takes over
 * those whose owner has died. Each result that is merged is a line of the file MERGES.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { type Job, type ListedJob, resume, run } from 'tintype';
import { bullmqExecutor, redisStore } from 'tintype/bullmq';
import { allJobs } from '../../src/journal/list/all-jobs.ts';
import { flowOf } from './flow.ts';
import { idOf, QUEUE, reportOnce } from './places.ts';

const [url = '', merges = '', jobs = '', first = ''] = process.argv.slice(2);
const count = Number(jobs);
/** How many jobs it has at the same time. */
const MOST = 40;

const flow = flowOf(() => {
  throw new Error('Owners run no attempts');
});
await using store = redisStore({ connection: url, onError: reportOnce });
await using remote = bullmqExecutor({
  connection: url,
  queue: QUEUE,
  workflow: flow,
  // Workers are killed, and Redis stands still, more often than any limit allows.
  maxWorkerDeaths: Number.MAX_SAFE_INTEGER,
  unavailableTimeout: 2 ** 31 - 1,
  onError: reportOnce,
});
const options = { store, executor: remote.executor, lease: 1500 };
const mine = new Set<number>();

function own(number: number, job: Job): void {
  mine.add(number);
  job.on('task.completed', ({ task, restored }) => {
    if (!restored) {
      appendFileSync(merges, `${number} ${task}\n`);
    }
  });
  void job.then(() => mine.delete(number));
}

/** The jobs that nobody has begun, or nobody has any more; undefined while Redis can't be reached. */
async function free(): Promise<{ readonly left: number; readonly begin: number[]; readonly takeOver: number[] } | undefined> {
  const byId = new Map<string, ListedJob>();
  try {
    for await (const job of allJobs(store)) {
      byId.set(job.id, job);
    }
  } catch {
    return undefined;
  }
  const numbers = Array.from({ length: count }, (_, index) => (index + Number(first)) % count);
  const left = numbers.filter((number) => (byId.get(idOf(number))?.state ?? 'running') === 'running');
  const others = left.filter((number) => !mine.has(number));
  return {
    left: left.length,
    begin: others.filter((number) => !byId.has(idOf(number))),
    takeOver: others.filter((number) => byId.has(idOf(number)) && (byId.get(idOf(number))?.heldUntil ?? 0) < Date.now()),
  };
}

for (let found = await free(); found?.left !== 0; found = await free()) {
  for (const number of found?.takeOver ?? []) {
    own(number, resume(flow, idOf(number), options));
  }
  for (const number of (found?.begin ?? []).slice(0, Math.max(MOST - mine.size, 0))) {
    own(number, run(flow, { ...options, id: idOf(number), context: { number } as never }));
  }
  await setTimeout(200);
}
