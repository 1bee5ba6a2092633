import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { within } from '../../../stores/redis/within.ts';

interface Place {
  readonly client: Redis;
  readonly queue: Queue;
}

/** The pause between two looks, in milliseconds. */
const PAUSE = 100;

/** Resolves once no worker runs a cancelled attempt any longer, but after `limit` milliseconds at the latest. Never rejects. */
export async function untilOver({ client, queue }: Place, id: string, limit: number): Promise<void> {
  let isLate = false;
  const look = async (): Promise<void> => {
    const [added, finished] = await client.hmget(queue.toKey(id), 'timestamp', 'finishedOn');
    if (added !== null && finished === null && !isLate) {
      await sleep(PAUSE);
      await look();
    }
  };
  // If Redis fails, nobody can know.
  await within(
    limit,
    look().catch(() => {}),
  );
  isLate = true;
}
