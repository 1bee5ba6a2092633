import type { Executor } from '../runtime/executor.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import { type Command, Option } from './commander.ts';
import type { LoadedWorkflow } from './load-workflow.ts';
import { bullmqSubpath, isRedis, printProblem } from './open-store.ts';
import { PLACE_VARIABLES } from './place-variables.ts';
import { UsageError } from './usage-error.ts';

/** The flags for where attempts are queued. */
export interface QueueFlags {
  readonly redis?: string;
  readonly queue?: string;
}

/** Adds the flags that make workers run the attempts. */
export function addQueueFlags(command: Command): Command {
  return addQueueFlag(
    command.addOption(redisOption('let workers run the attempts (see `tintype worker`) through this Redis server')),
  );
}

/** The flag for a Redis server, whose password is better kept in the environment. */
export const redisOption = (description: string): Option => new Option('--redis <url>', description).env(PLACE_VARIABLES.redis);

/** Adds the flag for the name of the queue. */
export function addQueueFlag(command: Command): Command {
  return command.option('--queue <name>', 'the name of the queue (default: the name of the workflow)');
}

/** Opens an executor and closes it after use, if `--redis` was passed. */
export async function withExecutor<T>(
  { tasks }: LoadedWorkflow,
  { redis, queue }: QueueFlags,
  use: (executor: { readonly executor?: Executor }) => Promise<T>,
): Promise<T> {
  if (redis === undefined) {
    if (queue !== undefined) {
      throw new UsageError('--queue is for attempts that workers run: add --redis');
    }
    return use({});
  }
  checkPlace({ redis, queue });
  const { bullmqExecutor } = await bullmqSubpath();
  const workflow = sharedWorkflow(tasks);
  const { executor, close } = bullmqExecutor({
    connection: redis,
    queue: queue ?? workflow.name,
    workflow,
    onError: printProblem,
  });
  try {
    return await use({ executor });
  } finally {
    await close();
  }
}

/** @throws {UsageError} if the file exports no named workflow */
export function sharedWorkflow(tasks: LoadedWorkflow['tasks']): AnyWorkflow {
  if (!isWorkflow(tasks)) {
    throw new UsageError('Workers identify a workflow by its name: export a workflow, not an array of tasks');
  }
  return tasks;
}

/**
 * The messages don't show the URL, which can have a password in it.
 * @throws {UsageError}
 */
export function checkPlace({ redis, queue }: { readonly redis: string; readonly queue: string | undefined }): void {
  if (!isRedis(redis)) {
    throw new UsageError('--redis must be a redis: or rediss: URL');
  }
  if (queue !== undefined && !/^[^:]+$/.test(queue)) {
    throw new UsageError(`--queue must be a name without a colon, got ${JSON.stringify(queue)}`);
  }
}
