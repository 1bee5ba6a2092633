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
  /** Where Redis is. */
  readonly connection: RedisPlace;
  /** The name of the queue. Any number of workflows, versions and jobs can share one. */
  readonly queue: string;
  /** The workflow of the jobs. The workers need the same one, which is compared by its `fingerprint`. */
  readonly workflow: AnyWorkflow;
  /**
   * What the names of all keys in Redis begin with.
   * @default 'bull'
   */
  readonly prefix?: string | undefined;
  /** Options of BullMQ for each attempt, such as its `priority`. Attempts are repeated by the job, not by BullMQ. */
  readonly jobOptions?: Omit<DefaultJobOptions, 'attempts' | 'backoff' | 'removeOnComplete' | 'removeOnFail'> | undefined;
  /**
   * Picks what is sent to the worker, which is the context of the task there.
   * @default the whole context
   */
  // biome-ignore lint/suspicious/noExplicitAny: what is in the context depends on the task
  readonly input?: ((context: any, task: string) => object) | undefined;
  /**
   * For how many seconds a result is kept for an owner that has died and is resumed: an integer from 1.
   * @default 86400
   */
  readonly keepResults?: number | undefined;
  /**
   * Is told of problems with the connection, each once until it works again. Attempts wait for Redis meanwhile.
   * @default console.error
   */
  readonly onError?: ((error: Error) => unknown) | undefined;
}

/** Has attempts run by workers in other processes. */
export interface BullmqExecutor extends AsyncDisposable {
  /** Is for the option `executor` of `run`, of any number of jobs of the workflow. */
  readonly executor: Executor;
  /**
   * Ends the connections. Attempts that are queued or running stay so; here they fail with a BullmqClosedError, and so do those
   * that come later. A job on record that is to find them again has to be suspended before. Until it is called, the connections
   * keep the process.
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
 * Makes an executor that has the attempts of a workflow run by the workers of a BullMQ queue, each as one BullMQ job. An attempt
 * that is asked for again, by a job that was resumed, is not run again when it is queued, running or has its result.
 * @throws {InvalidWorkflowError} when an option or the workflow is invalid; before anything is connected
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
        `The BullMQ executor is for the workflow ${quote(load.workflow)}, which has no task ${quote(task)}`,
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
    throw new InvalidArgumentError(`\`input\` must give an object, for task ${quote(task)} it gave ${describeValue(picked)}`);
  }
  return picked;
}
