import type { ExecutionContext } from 'ava';
import type { Job, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type AnyWorkflow, type AttemptRequest, fingerprint } from 'tintype';
import { type BullmqExecutorOptions, bullmqExecutor, startWorker, type WorkerOptions } from 'tintype/bullmq';
import type { RedisServer } from '../../helpers/redis.ts';

/** What `run` gives an executor. */
export const requestOf = (workflow: AnyWorkflow, given: Partial<AttemptRequest> = {}): AttemptRequest => ({
  job: 'job',
  workflow: { name: workflow.name, version: workflow.version, fingerprint: fingerprint(workflow) },
  task: 'work',
  attempt: 1,
  context: {},
  outcomes: {},
  undo: undefined,
  ending: undefined,
  signal: new AbortController().signal,
  run: () => undefined,
  confirm: async () => {},
  ...given,
});

/** Waits until an attempt waits in the queue for a worker. */
export async function firstWaiting(bullmq: Queue): Promise<Job> {
  const [job] = await bullmq.getWaiting();
  return job ?? firstWaiting(bullmq);
}

let queues = 0;

/** A queue that only one test has, with what asks and what works; all of it is closed at the end of the test. */
export function workplace(t: ExecutionContext, { url }: RedisServer) {
  queues += 1;
  const queue = `queue-${process.pid}-${queues}`;
  const errors: Error[] = [];
  const onError = (error: Error) => errors.push(error);
  return {
    queue,
    /** The name of the BullMQ queue of a workflow. */
    queueOf: (workflow: AnyWorkflow) => `${queue}-${fingerprint(workflow)}`,
    /** Removes the locks of the attempts that run, as time does when their workers have died, or has done on a busy machine. */
    expireLocks: async (workflow: AnyWorkflow) => {
      const client = new Redis(url);
      const locks = await client.keys(`bull:${queue}-${fingerprint(workflow)}:*:lock`);
      await Promise.all(locks.map((lock) => client.del(lock)));
      client.disconnect();
    },
    /** What was reported. */
    errors,
    owner: (workflow: AnyWorkflow, options: Partial<BullmqExecutorOptions> = {}) => {
      const owner = bullmqExecutor({ connection: url, queue, workflow, onError, ...options });
      t.teardown(owner.close);
      return owner;
    },
    worker: (workflow: AnyWorkflow, options: Partial<WorkerOptions> = {}) => {
      const worker = startWorker(workflow, { connection: url, queue, onError, grace: 0, ...options });
      t.teardown(worker.close);
      return worker;
    },
  };
}
