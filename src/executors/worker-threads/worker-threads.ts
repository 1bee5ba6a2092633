/// <reference lib="esnext.disposable" preserve="true" />
import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import type { Executor } from '../../runtime/executor.ts';
import { atLeast, milliseconds, object, optional, schema } from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import { poolOfAttempt, ThreadPool } from './thread-pool.ts';

/** The options of `workerThreads`. */
export interface WorkerThreadsOptions {
  /**
   * The maximum number of threads, and so of attempts that run in threads at the same time: an integer of at least 1.
   * @default os.availableParallelism()
   */
  readonly maxThreads?: number | undefined;
  /**
   * How long a function may keep running after its attempt has ended, in milliseconds: an integer from 0 to 2147483647. After
   * that, its thread is terminated.
   * @default 1000
   */
  readonly grace?: number | undefined;
  /**
   * The memory limits of each thread, in MiB. An attempt that needs more fails with a WorkerCrashedError.
   * @default the limits of Node.js
   */
  readonly resourceLimits?: ResourceLimits | undefined;
}

/** Threads that run the attempts of jobs. */
export interface WorkerThreads extends AsyncDisposable {
  /** Pass it to `run` as `executor`, for any number of jobs. */
  readonly executor: Executor;
  /**
   * Terminates all threads at once; resolves once they have ended. Attempts that are running or waiting for a thread, and all
   * later ones, fail with a WorkerThreadsClosedError; a job with a store is `detached` instead.
   */
  close(): Promise<void>;
}

const mib = optional(schema('a number greater than 0 (MiB)', (value) => Number.isFinite(value) && (value as number) > 0));

const SCHEMAS = {
  maxThreads: optional(atLeast(1)),
  grace: optional(milliseconds(0)),
  resourceLimits: optional(object),
};

const LIMIT_SCHEMAS = { maxOldGenerationSizeMb: mib, maxYoungGenerationSizeMb: mib, codeRangeSizeMb: mib, stackSizeMb: mib };

const SUBJECT = 'The worker threads';

/**
 * Creates threads for tasks whose `run` is made by `inThread`; other tasks run in the calling thread as usual. Threads start on
 * demand, are reused, and keep the process alive only while they run an attempt.
 * @throws {InvalidWorkflowError} if an option is invalid
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
