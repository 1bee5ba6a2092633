import type { Command } from 'commander';
import type { Executor } from '../runtime/executor.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import type { LoadedWorkflow } from './load-workflow.ts';
import { bullmqSubpath, printProblem } from './open-store.ts';
import { UsageError } from './usage-error.ts';

/** The flags that say where attempts are queued. */
export interface QueueFlags {
  readonly redis?: string;
  readonly queue?: string;
}

/** Adds the flags that have attempts run by workers. */
export function addQueueFlags(command: Command): Command {
  return addQueueFlag(
    command.option('--redis <url>', 'have the attempts run by workers (see `tintype worker`), which this Redis tells of them'),
  );
}

/** Adds the flag that says in which queue attempts are. */
export function addQueueFlag(command: Command): Command {
  return command.option('--queue <name>', 'the queue of BullMQ in which attempts are (default: the name of the workflow)');
}

/** Has attempts run by workers for as long as the executor is used, if that is wanted. */
export async function withExecutor<T>(
  { tasks }: LoadedWorkflow,
  { redis, queue }: QueueFlags,
  use: (executor: { readonly executor?: Executor }) => Promise<T>,
): Promise<T> {
  if (redis === undefined) {
    if (queue !== undefined) {
      throw new UsageError('--queue is for attempts that workers run: say --redis too');
    }
    return use({});
  }
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

/** @throws {UsageError} when what the file exports has no name by which workers could know it */
export function sharedWorkflow(tasks: LoadedWorkflow['tasks']): AnyWorkflow {
  if (!isWorkflow(tasks)) {
    throw new UsageError('Workers know a workflow by its name: the file must export one, not an array of tasks');
  }
  return tasks;
}
