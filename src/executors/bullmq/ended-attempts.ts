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
 * KEYS: events, completed, failed. ARGV: what the keys of jobs and of results begin with, the ids, their time to live, whether to take
 * them from the lists, and UNUSED. A time to live is never extended, and an attempt that was queued again is left alone.
 */
const SCRIPT = `
local ttl = tonumber(ARGV[4])
local function expire(key)
  local left = redis.call('PTTL', key)
  if left == -1 or left > ttl then redis.call('PEXPIRE', key, ttl) end
end
for id in string.gmatch(ARGV[3], '%S+') do
  if redis.call('HEXISTS', ARGV[1] .. id, 'finishedOn') == 1 then
    expire(ARGV[1] .. id)
    expire(ARGV[2] .. id)
    if ARGV[5] == '1' then
      redis.call('ZREM', KEYS[2], id)
      redis.call('ZREM', KEYS[3], id)
    end
  end
end
for i = 1, #KEYS do redis.call('PEXPIRE', KEYS[i], ARGV[6]) end`;

/** Makes ended attempts expire, even those of queues that no worker uses any longer. */
export class EndedAttempts {
  readonly #place: Place;
  readonly #isTaken: boolean;
  /** Their ids by time to live. */
  readonly #ended = new Map<number, string[]>();
  #timer: NodeJS.Timeout | undefined;

  /** @param isTaken whether their results were taken, so that BullMQ needn't list them anymore */
  constructor(place: Place, isTaken: boolean) {
    this.#place = place;
    this.#isTaken = isTaken;
  }

  /** @param ttl how long to keep the attempt and its result, in milliseconds */
  add(id: string, ttl: number): void {
    const same = this.#ended.get(ttl) ?? [];
    same.push(id);
    this.#ended.set(ttl, same);
    this.#timer ??= setTimeout(() => void this.flush(), COLLECT);
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { client, toKey, toResultKey, onError } = this.#place;
    const keys = ['events', 'completed', 'failed'].map(toKey);
    const ended = [...this.#ended];
    this.#ended.clear();
    const isTaken = this.#isTaken ? 1 : 0;
    for (const [ttl, ids] of ended) {
      // One text for all of them, since each argument costs more than its characters.
      const values = [toKey(''), toResultKey(''), ids.join(' '), ttl, isTaken, UNUSED];
      await client.eval(SCRIPT, keys.length, ...keys, ...values).catch(onError);
    }
  }
}
