/**
 * Owns jobs until it is killed: `owner.ts SETTING`. It begins new ones, and continues those of owners that died. Local flows run here, remote
 * ones in workers; each job is saved in SQLite or in Redis.
 */
import './conditions.ts';
import { setTimeout } from 'node:timers/promises';
import { type AnyWorkflow, type Executor, type Job, type JobStore, resume, resumeAll, run } from 'tintype';
import { bullmqExecutor, redisStore } from 'tintype/bullmq';
import { sqliteStore } from 'tintype/sqlite';
import { watchEventLoop } from './event-loop.ts';
import { flowsOf, initialContext, jobFate, pick, randomOf, workflowOf } from './flows.ts';
import { Log } from './log.ts';
import { type Message, readSetting } from './programs.ts';
import { jobId } from './reference.ts';
import { detachedBy, unfinishedJobs } from './saved-jobs.ts';

/** How many unfinished jobs it began, at most. */
const MOST = 8;
const PAUSE = 100;

/** How often it looks for jobs that nobody continues, in milliseconds. */
const LOOK = 1000;

interface OwnFlow {
  readonly workflow: AnyWorkflow;
  readonly executor: Executor | undefined;
}

const { seed, name, log: path, database, redis, lease, isLast: isLastAtStart } = readSetting();
const log = new Log(path, name);
let isLast = isLastAtStart;
process.on('disconnect', () => process.exit());
process.on('message', (message: Message) => {
  isLast ||= message.isLast ?? false;
});

/** The jobs that run, or wait, in this process. */
const mine = new Set<string>();
/** Those of them that it began. */
const begun = new Set<string>();

const flows = new Map(
  flowsOf(seed).map((flow): [string, OwnFlow] => {
    const workflow = workflowOf(flow, seed, (context, { job, task, attempt, idempotencyKey: key }) =>
      log.note({ type: 'called', job, task, attempt, key, context: { ...context } }),
    );
    const remote = { connection: redis, queue: flow.name, workflow, onError };
    return [flow.name, { workflow, executor: flow.isRemote ? bullmqExecutor(remote).executor : undefined }];
  }),
);

/** Not on the console, which may block. */
function onError(error: unknown): void {
  log.note({ type: 'problem', message: String(error) });
}

/** Notes what this process learns of a job. */
function watch(job: Job): void {
  const { id } = job;
  mine.add(id);
  job.on('job.running', ({ restored }) => restored || log.note({ type: 'accepted', job: id }));
  job.on(
    'task.completed',
    ({ task, attempt, restored }) => restored || log.note({ type: 'completed', job: id, task, attempt }),
  );
  void job.then((result) => {
    mine.delete(id);
    begun.delete(id);
    const detached = detachedBy(result);
    if (detached === undefined) {
      const { state, context } = result;
      log.note({ type: 'ended', job: id, state, context: state === 'completed' ? { ...context } : undefined });
    } else {
      log.note({ type: 'detached', job: id, code: detached.code, message: detached.message });
    }
  });
}

const random = randomOf(seed, name);

function begin(store: JobStore, number: number): void {
  const [flow, { workflow, executor }] = pick(random, [...flows]);
  const id = jobId(flow, `${name}-${number}`);
  const { maxConcurrency, timeout, cancelAfter } = jobFate(seed, id);
  const limits = { maxConcurrency, timeout, lease };
  const context = initialContext(id) as never;
  const job = run(workflow, { id, store, executor, context, ...limits, onListenerError: onError });
  begun.add(id);
  watch(job);
  if (cancelAfter !== undefined) {
    void setTimeout(cancelAfter).then(() => job.cancel('no longer needed'));
  }
}

/** Options of jobs that this process continues. */
const CONTINUED = { lease, onListenerError: onError, maxRecoveries: Infinity };

/** Continues the jobs of a store that nobody continues: all of them at first, then those that appear. */
async function keepTakingOver(store: JobStore): Promise<never> {
  for (const { workflow, executor } of flows.values()) {
    const found = await persistently(() => resumeAll([workflow], { store, executor, onProblem: () => {}, ...CONTINUED }));
    for (const job of found as readonly Job[]) {
      watch(job);
    }
  }
  for (;;) {
    for (const { id, workflow: flow } of await persistently(() => unfinishedJobs(store))) {
      const known = flow === undefined ? undefined : flows.get(flow);
      if (known !== undefined && !mine.has(id)) {
        const { workflow, executor } = known;
        watch(resume(workflow, id, { store, executor, whenHeld: 'wait', ...CONTINUED }));
      }
    }
    await setTimeout(LOOK);
  }
}

/** Tries until it succeeds, since any store fails now and then. */
async function persistently<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work();
    } catch {
      await setTimeout(PAUSE);
    }
  }
}

const stores = [await persistently(() => sqliteStore(database, { onError })), redisStore({ connection: redis, onError })];
watchEventLoop(log);
for (const store of stores) {
  void keepTakingOver(store);
}
for (let number = 0; ; number += 1) {
  if (!isLast && begun.size < MOST) {
    begin(pick(random, stores), number);
  }
  await setTimeout(PAUSE);
}
