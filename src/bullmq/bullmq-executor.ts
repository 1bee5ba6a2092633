import type { DefaultJobOptions } from 'bullmq';
import * as v from 'valibot';
import { textCodec } from '../codec/text-codec.ts';
import { copyKeys } from '../runtime/copy-keys.ts';
import { InvalidArgumentError } from '../runtime/errors/invalid-argument-error.ts';
import type { AttemptRequest, Executor } from '../runtime/executor.ts';
import { describeValue, isReadableObject, quote } from '../workflow/describe-value.ts';
import { func, text } from '../workflow/option-schemas.ts';
import { readOptions } from '../workflow/read-options.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import { idOf, makeMessage, workloadOf } from './attempt-message.ts';
import { AttemptQueue } from './attempt-queue.ts';
import { name } from './option-schemas.ts';
import { checkPlace, RedisClients, type RedisPlace } from './redis-clients.ts';

/** The options of `bullmqExecutor`. */
export interface BullmqExecutorOptions {
  /** The Redis to connect to. */
  readonly connection: RedisPlace;
  /** The name of the queue. Any number of workflows, versions and jobs can share one. */
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
   * @default the whole context
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
   * Called with connection problems, once per problem until the connection recovers. Attempts wait for Redis meanwhile.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** Runs attempts in workers in other processes. */
export interface BullmqExecutor extends AsyncDisposable {
  /** Pass it to `run` as `executor`, for any number of jobs of the workflow. */
  readonly executor: Executor;
  /**
   * Closes the connections. Attempts that are queued or running remain in Redis; here, they and all later attempts fail with a
   * BullmqClosedError. To find them again, suspend a saved job before you close. The connections keep the process alive until
   * you call this.
   */
  close(): Promise<void>;
}

const SECONDS = 'an integer from 1 to 31536000 (seconds)';

const SCHEMAS = {
  connection: v.unknown(),
  queue: name,
  workflow: v.unknown(),
  prefix: v.optional(text),
  jobOptions: v.optional(v.record(v.string(), v.unknown(), 'an object')),
  input: v.optional(func),
  keepResults: v.optional(
    v.pipe(v.number(SECONDS), v.integer(SECONDS), v.minValue(1, SECONDS), v.maxValue(31_536_000, SECONDS)),
  ),
  onError: v.optional(func),
};

const DAY = 86_400;

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
  const keep = (read.keepResults ?? DAY) * 1000;
  const queue = new AttemptQueue({
    clients: new RedisClients(place, read.onError ?? console.error),
    queue: read.queue,
    prefix: read.prefix ?? 'bull',
    jobOptions: read.jobOptions ?? {},
    codec: textCodec,
    keep,
  });

  async function perform(request: AttemptRequest): Promise<unknown> {
    const { task, signal } = request;
    if (!load.tasks.has(task)) {
      throw new InvalidArgumentError(
        `The BullMQ executor serves the workflow ${quote(load.workflow)}, which has no task ${quote(task)}`,
      );
    }
    const context = textCodec.encode(pick(request, read.input));
    const message = makeMessage(load, request, keep, context);
    return await queue.perform({ id: idOf(load, request), message, signal });
  }

  const close = () => queue.close();
  return { executor: perform, close, [Symbol.asyncDispose]: close };
}

function pick({ context, task }: AttemptRequest, input: BullmqExecutorOptions['input']): object {
  // The context itself is a live view.
  const picked: unknown = input === undefined ? copyKeys(context) : input(context, task);
  if (!isReadableObject(picked)) {
    throw new InvalidArgumentError(`\`input\` must return an object for task ${quote(task)}, got ${describeValue(picked)}`);
  }
  return picked;
}
