import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { type AttemptKeys, CANCELLED } from '../attempt-message.ts';
import type { Asked } from './awaited-attempts.ts';

interface Place {
  readonly client: Redis;
  readonly queue: Queue;
  readonly keys: AttemptKeys;
}

/** How long the place of a cancelled attempt stays in Redis, in milliseconds. */
const PLACE_TTL = 60_000;
const CANCELLED_JOB = { finishedOn: 0, failedReason: CANCELLED };

/**
 * Removes an attempt from the queue, or notifies the worker that runs it.
 * @param reason encoded by the codec
 */
export async function cancelAttempt({ client, queue, keys }: Place, { id, message }: Asked, reason: string): Promise<void> {
  const [key, place] = [keys.cancellation(id), queue.toKey(id)];
  const told = client.multi().set(key, reason, 'PX', message.keep).publish(keys.cancelled, id).exec();
  const [, removed] = await Promise.all([told, queue.remove(id)]);
  // While its place is taken, BullMQ ignores an owner that lost the job and queues the attempt late.
  const isTaken = (await client.hsetnx(place, 'timestamp', 0)) === 0;
  await (isTaken ? undefined : client.multi().hset(place, CANCELLED_JOB).pexpire(place, PLACE_TTL).exec());
  await (removed === 1 ? client.del(key) : undefined);
}
