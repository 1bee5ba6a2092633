/// <reference lib="esnext.disposable" preserve="true" />
import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import * as v from 'valibot';
import type { Executor } from '../runtime/executor.ts';
import { milliseconds } from '../workflow/option-schemas.ts';
import { readOptions } from '../workflow/read-options.ts';
import { poolOfAttempt, ThreadPool } from './thread-pool.ts';

/** The options of `workerThreads`. */
export interface WorkerThreadsOptions {
  /**
   * How many threads there are at most, and so how many attempts run in threads at the same time: an integer from 1.
   * @default os.availableParallelism()
   */
  readonly maxThreads?: number | undefined;
  /**
   * How long a function may go on when its attempt has ended, in milliseconds; then its thread is ended. An integer from 0 to
   * 2147483647.
   * @default 1000
   */
  readonly grace?: number | undefined;
  /**
   * The limits of each thread, in MiB: an attempt that needs more fails with a WorkerCrashedError.
   * @default those of Node.js
   */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** Threads that run the attempts of jobs. */
export interface WorkerThreads extends AsyncDisposable {
  /** Is for the option `executor` of `run`, of any number of jobs. */
  readonly executor: Executor;
  /**
   * Ends all threads at once, and resolves when they have ended. Attempts that run or wait for a thread fail with a
   * WorkerThreadsClosedError, and so do those that come later.
   */
  close(): Promise<void>;
}

const COUNT = 'an integer from 1';
const MIB = 'a number above 0 (MiB)';
const mib = v.optional(v.pipe(v.number(MIB), v.finite(MIB), v.gtValue(0, MIB)));

const SCHEMAS = {
  maxThreads: v.optional(v.pipe(v.number(COUNT), v.safeInteger(COUNT), v.minValue(1, COUNT))),
  grace: v.optional(milliseconds(0)),
  resourceLimits: v.optional(v.record(v.string(), v.unknown(), 'an object')),
};

const LIMIT_SCHEMAS = { maxOldGenerationSizeMb: mib, maxYoungGenerationSizeMb: mib, codeRangeSizeMb: mib, stackSizeMb: mib };

const SUBJECT = 'The worker threads';

/**
 * Makes threads for the tasks whose `run` is made by `inThread`; the functions of other tasks are called in this thread, as
 * without it. Threads are started when they are needed, stay for the next attempt, and keep the process only while they have one.
 * @throws {InvalidWorkflowError} when an option is invalid
 * @example
 * await using threads = workerThreads({ maxThreads: 4 });
 * const result = await run(primes, { executor: threads.executor });
 */
export function workerThreads(options: WorkerThreadsOptions = {}): WorkerThreads {
  const { maxThreads, grace, resourceLimits } = readOptions(options, SCHEMAS, SUBJECT) as WorkerThreadsOptions;
  const pool = new ThreadPool({
    maxThreads: maxThreads ?? availableParallelism(),
    grace: grace ?? 1000,
    resourceLimits: readOptions(resourceLimits ?? {}, LIMIT_SCHEMAS, SUBJECT, 'resourceLimits.'),
  });
  const close = () => pool.close();
  return {
    executor: ({ run }) => poolOfAttempt.run(pool, run),
    close,
    [Symbol.asyncDispose]: close,
  };
}
