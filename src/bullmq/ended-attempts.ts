import type { Redis } from 'ioredis';

interface Place {
  readonly client: Redis;
  /** Makes the key of a BullMQ job, list or set. */
  readonly toKey: (name: string) => string;
  /** Makes the key of a result. */
  readonly toResultKey: (id: string) => string;
  readonly onError: (error: unknown) => void;
}

/** How long ended attempts are collected, in milliseconds, so that one command serves many. */
const COLLECT = 1000;
/** How long the events and lists of a queue that nobody uses are kept, in milliseconds. */
const UNUSED = 7 * 24 * 60 * 60 * 1000;

/**
 * KEYS: events, completed, failed. ARGV: UNUSED, whether to take them from the lists, then key of the job, key of its result, id and
 * time to live. A time to live is never extended, and an attempt that was queued again is left alone.
 */
const SCRIPT = `
local function expire(key, ttl)
  local left = redis.call('PTTL', key)
  if left == -1 or left > ttl then redis.call('PEXPIRE', key, ttl) end
end
for i = 3, #ARGV, 4 do
  if redis.call('HEXISTS', ARGV[i], 'finishedOn') == 1 then
    expire(ARGV[i], tonumber(ARGV[i + 3]))
    expire(ARGV[i + 1], tonumber(ARGV[i + 3]))
    if ARGV[2] == '1' then
      redis.call('ZREM', KEYS[2], ARGV[i + 2])
      redis.call('ZREM', KEYS[3], ARGV[i + 2])
    end
  end
end
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[1]) end`;

/** Makes ended attempts expire, also those of queues that no worker uses anymore. */
export class EndedAttempts {
  readonly #place: Place;
  readonly #isTaken: boolean;
  readonly #ended: (readonly [id: string, ttl: number])[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param isTaken whether their results were taken, so that BullMQ needn't list them anymore */
  constructor(place: Place, isTaken: boolean) {
    this.#place = place;
    this.#isTaken = isTaken;
  }

  /** @param ttl how long to keep the attempt and its result, in milliseconds */
  add(id: string, ttl: number): void {
    this.#ended.push([id, ttl]);
    this.#timer ??= setTimeout(() => void this.flush(), COLLECT);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { client, toKey, toResultKey, onError } = this.#place;
    const ended = this.#ended.splice(0);
    if (ended.length > 0) {
      const keys = ['events', 'completed', 'failed'].map(toKey);
      const values = ended.flatMap(([id, ttl]) => [toKey(id), toResultKey(id), id, ttl]);
      await client.eval(SCRIPT, keys.length, ...keys, UNUSED, this.#isTaken ? 1 : 0, ...values).catch(onError);
    }
  }
}
