import type { DefaultJobOptions } from 'bullmq';
import { textCodec } from '../../journal/codec/text-codec.ts';
import type { AttemptRequest, Executor, JobWorkflow } from '../../runtime/executor.ts';
import { checkPlace, RedisClients, type RedisPlace } from '../../stores/redis/redis-clients.ts';
import { copyKeys } from '../../values/copy-keys.ts';
import { describeValue, isReadableObject, quote } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import {
  anything,
  atLeast,
  func,
  integer,
  milliseconds,
  object,
  optional,
  text,
} from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import type { AnyWorkflow } from '../../workflow/workflow.ts';
import { packDetails } from '../sent-details.ts';
import { idOf, MAX_LENGTH, makeMessage, queueOf, type Workload, workloadOf } from './attempt-message.ts';
import { name } from './option-schemas.ts';
import { AttemptQueue } from './queue/attempt-queue.ts';
import { goesOnElsewhere } from './queue/goes-on-elsewhere.ts';

/** The options of `bullmqExecutor`. */
export interface BullmqExecutorOptions {
  /** The Redis to connect to. */
  readonly connection: RedisPlace;
  /**
   * The name of the queue. Any number of workflows, versions and jobs can share one: each workflow and version gets its own BullMQ
   * queue, `${queue}-${fingerprint(workflow)}`.
   */
  readonly queue: string;
  /** The workflow of the jobs. Workers must have the same one, as compared by `fingerprint`. */
  readonly workflow: AnyWorkflow;
  /**
   * The prefix of all Redis keys.
   * @default 'bull'
   */
  readonly prefix?: string | undefined;
  /** BullMQ options for each attempt, such as its `priority`. Retries are up to the tintype job, not BullMQ. */
  readonly jobOptions?: Omit<DefaultJobOptions, 'attempts' | 'backoff' | 'removeOnComplete' | 'removeOnFail'> | undefined;
  /**
   * Picks the data to send to the worker, where it becomes the context of the task.
   * @default everything the task can read: the initial values and the outputs of the tasks before it
   */
  // biome-ignore lint/suspicious/noExplicitAny: the context depends on the task
  readonly input?: ((context: any, task: string) => object) | undefined;
  /**
   * How long results are kept, in seconds, so that a resumed job finds those of an owner that died: an integer from 1 to
   * 31536000.
   * @default 86400
   */
  readonly keepResults?: number | undefined;
  /**
   * How many workers may die, or lose their lock, while they run an attempt: an integer of at least 0. With one more, the attempt
   * fails with a WorkerDiedError, which is not retried by default.
   * @default 3
   */
  readonly maxWorkerDeaths?: number | undefined;
  /**
   * How long attempts wait while Redis doesn't answer, in milliseconds: an integer from 1 to 2147483647. After that they fail with
   * a QueueFailedError, as they do at once when waiting can't help, for example if Redis refuses the password.
   * @default 10000
   */
  readonly unavailableTimeout?: number | undefined;
  /**
   * Called with connection problems, once per problem until the connection recovers.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** Runs attempts in workers in other processes. */
export interface BullmqExecutor extends AsyncDisposable {
  /** Pass it to `run` as `executor`, for any number of jobs of the workflow. */
  readonly executor: Executor;
  /** The name of the BullMQ queue. */
  readonly queue: string;
  /**
   * Closes the connections. Attempts that are queued or running remain in Redis. Here, they and all later attempts fail with a
   * BullmqClosedError; a job with a store is `detached` instead, and its next owner finds them. The connections keep the process
   * alive until you call this.
   */
  close(): Promise<void>;
}

const SECONDS = 'an integer from 1 to 31536000 (seconds)';

const SCHEMAS = {
  connection: anything,
  queue: name,
  workflow: anything,
  prefix: optional(text),
  jobOptions: optional(object),
  input: optional(func),
  keepResults: optional(integer(1, 31_536_000, SECONDS)),
  maxWorkerDeaths: optional(atLeast(0)),
  unavailableTimeout: optional(milliseconds(1)),
  onError: optional(func),
};

const DAY = 86_400;

const PACKING = {
  error: (error: unknown) => textCodec.encodeError(error),
  output: (output: unknown) => textCodec.encode(output),
};

/**
 * Makes an executor that runs the attempts of a workflow in the workers of a BullMQ queue, one BullMQ job per attempt. If a
 * resumed job requests an attempt that is queued, running or done, the attempt does not run again.
 * @throws {InvalidWorkflowError} if an option or the workflow is invalid, before anything connects
 * @example
 * await using remote = bullmqExecutor({ connection: 'redis://127.0.0.1', queue: 'smoothies', workflow: smoothie });
 * const result = await run(smoothie, { context, executor: remote.executor });
 */
export function bullmqExecutor(options: BullmqExecutorOptions): BullmqExecutor {
  const subject = 'The BullMQ executor';
  const read = readOptions(options, SCHEMAS, subject) as unknown as BullmqExecutorOptions;
  const place = checkPlace(read.connection, subject);
  const load = workloadOf(read.workflow, subject);
  const settings = { keep: (read.keepResults ?? DAY) * 1000, maxWorkerDeaths: read.maxWorkerDeaths ?? 3 };
  const queue = queueOf(read.queue, load);
  const attempts = new AttemptQueue({
    clients: new RedisClients(place, read.onError ?? console.error),
    queue,
    prefix: read.prefix ?? 'bull',
    jobOptions: read.jobOptions ?? {},
    codec: textCodec,
    unavailableTimeout: read.unavailableTimeout ?? 10_000,
  });

  async function perform(request: AttemptRequest): Promise<unknown> {
    const { task, signal } = request;
    // To call off an attempt of an older version is harmless, and only its own executor can.
    if (!signal.aborted) {
      refuseOtherWorkflow(load, request.workflow);
    }
    const context = textCodec.encode(pick(request, read.input));
    if (context.length > MAX_LENGTH) {
      const many = `${context.length} characters, but at most ${MAX_LENGTH} can be sent; use \`input\` to send less`;
      throw new InvalidArgumentError(`The context of task ${quote(task)} has ${many}`);
    }
    const details = packDetails(request, PACKING);
    const message = makeMessage(load, request, settings, context, details);
    const id = idOf(load, request);
    try {
      return await attempts.perform({ id, message, signal, confirm: request.confirm });
    } finally {
      // Before its task is undone, the function must have returned.
      const undo = request.undo === undefined ? load.tasks.get(task)?.undo : undefined;
      if (undo !== undefined && signal.aborted && !goesOnElsewhere(signal.reason)) {
        await attempts.untilOver(id, undo.timeout);
      }
    }
  }

  const close = () => attempts.close();
  return { executor: perform, queue, close, [Symbol.asyncDispose]: close };
}

/** @throws {InvalidArgumentError} if the job isn't one of the workflow of the executor, whose workers would call other functions */
function refuseOtherWorkflow(load: Workload, workflow: JobWorkflow): void {
  if (load.fingerprint !== workflow.fingerprint) {
    const own = describeWorkflow({ ...load, name: load.workflow });
    throw new InvalidArgumentError(
      `The executor runs attempts of ${own}, but the job is one of ${describeWorkflow(workflow)}: use an executor made for that workflow`,
    );
  }
}

function describeWorkflow({ name, version, fingerprint }: JobWorkflow): string {
  const known = version === undefined ? '' : `version ${quote(version)}, `;
  return `${quote(name)} (${known}fingerprint ${fingerprint})`;
}

function pick({ context, task }: AttemptRequest, input: BullmqExecutorOptions['input']): object {
  // The context itself is a live view.
  const picked: unknown = input === undefined ? copyKeys(context) : input(context, task);
  if (!isReadableObject(picked)) {
    throw new InvalidArgumentError(`\`input\` must return an object for task ${quote(task)}, got ${describeValue(picked)}`);
  }
  return picked;
}
