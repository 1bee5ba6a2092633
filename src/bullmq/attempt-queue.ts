import { type DefaultJobOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { watchAbort } from '../runtime/abort-watch.ts';
import { deferred } from '../runtime/deferred.ts';
import type { Codec } from '../runtime/journal/job-store.ts';
import { raise } from '../runtime/raise.ts';
import { AttemptKeys, type AttemptMessage, CANCELLED } from './attempt-message.ts';
import { unpackResult } from './attempt-result.ts';
import { BackgroundWork } from './background-work.ts';
import { BullmqClosedError } from './errors/bullmq-closed-error.ts';
import { RemoteAttemptError } from './errors/remote-attempt-error.ts';
import { FinishedAttempts } from './finished-attempts.ts';
import { goesOnElsewhere } from './goes-on-elsewhere.ts';
import type { RedisClients } from './redis-clients.ts';
import { within } from './within.ts';
import { withoutSecrets } from './without-secrets.ts';

interface QueueSettings {
  readonly clients: RedisClients;
  readonly queue: string;
  readonly prefix: string;
  readonly jobOptions: DefaultJobOptions;
  readonly codec: Codec;
  /** How long to keep results, in milliseconds. */
  readonly keep: number;
}

interface Asked {
  readonly id: string;
  readonly message: AttemptMessage;
  readonly signal: AbortSignal;
}

interface Awaited extends Asked {
  /** Settles the promise of the caller; only the first call counts. */
  readonly settle: (give: () => unknown) => void;
  /** Whether it is being queued or checked. */
  checking: boolean;
}

interface Connected {
  readonly client: Redis;
  readonly queue: Queue;
  readonly finished: FinishedAttempts;
}

/** How often all awaited attempts are checked in case an event was lost, in milliseconds. */
const CHECK_INTERVAL = 5000;
/** How many attempts are checked at once. */
const CHUNK = 100;
/** How long a received result stays in Redis, in milliseconds, in case its owner dies before saving it. */
const TAKEN = 60_000;
/** How long `close` waits for pending work, in milliseconds. */
const CLOSING = 1000;

/** Queues attempts and waits for their results. */
export class AttemptQueue {
  readonly #settings: QueueSettings;
  readonly #keys: AttemptKeys;
  readonly #awaited = new Map<string, Set<Awaited>>();
  readonly #work: BackgroundWork;
  readonly #closing = new AbortController();
  #connected: Connected | undefined;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    this.#keys = new AttemptKeys(settings.prefix, settings.queue);
    this.#work = new BackgroundWork((error) => this.#closing.signal.aborted || settings.clients.report(error));
  }

  async perform(asked: Asked): Promise<unknown> {
    if (this.#closing.signal.aborted) {
      throw new BullmqClosedError('executor');
    }
    if (asked.signal.aborted) {
      // The job has ended and its last owner died: the attempt may still be queued.
      this.#work.track(this.#cancel(asked));
      throw asked.signal.reason;
    }
    const { promise, resolve: settle } = deferred<() => unknown>();
    const awaited = { ...asked, settle, checking: true };
    const same = this.#awaited.get(asked.id) ?? new Set();
    this.#awaited.set(asked.id, same.add(awaited));
    const added = this.#add(awaited).then(() => {
      awaited.checking = false;
      this.#sweep([awaited]);
    });
    const unwatch = watchAbort(asked.signal, () => {
      settle(() => raise(asked.signal.reason));
      this.#work.track(added.then(() => this.#cancel(awaited)));
    });
    try {
      return (await promise)();
    } finally {
      unwatch();
      same.delete(awaited);
      if (same.size === 0) {
        this.#awaited.delete(asked.id);
      }
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const awaited of this.#all()) {
      awaited.settle(() => raise(new BullmqClosedError('executor')));
    }
    if (this.#connected !== undefined) {
      await within(CLOSING, this.#work.settled);
      const { queue, finished } = this.#connected;
      await within(CLOSING, Promise.allSettled([finished.close(), queue.close()]));
    }
    this.#settings.clients.close();
  }

  #connect(): Connected {
    if (this.#connected === undefined) {
      const { clients, queue: name, prefix } = this.#settings;
      const client = clients.open({ maxRetriesPerRequest: null });
      const queue = new Queue(name, { connection: client, prefix });
      queue.on('error', clients.report);
      const finished = new FinishedAttempts({
        client,
        queue: name,
        prefix,
        onFinished: (id) => this.#sweep(this.#awaited.get(id) ?? []),
        onError: clients.report,
      });
      client.on('ready', () => this.#sweep());
      const timer = setInterval(() => this.#sweep(), CHECK_INTERVAL);
      this.#closing.signal.addEventListener('abort', () => clearInterval(timer));
      this.#connected = { client, queue, finished };
    }
    return this.#connected;
  }

  /** Queues an attempt, unless it is already queued or has a result. */
  async #add(awaited: Awaited): Promise<void> {
    const { id, message } = awaited;
    try {
      const { client, queue, finished } = this.#connect();
      await finished.listening;
      if (awaited.signal.aborted || this.#closing.signal.aborted) {
        return;
      }
      // A cancellation by an owner that lost the job does not bind the current owner.
      const [, isDone] = await Promise.all([client.del(this.#keys.cancellation(id)), client.exists(this.#keys.result(id))]);
      if (isDone === 0) {
        const { jobOptions, keep } = this.#settings;
        const age = Math.ceil(keep / 1000);
        const ours = { jobId: id, attempts: 1, removeOnComplete: { age }, removeOnFail: { age } };
        await queue.add(message.task, message, { ...jobOptions, ...ours });
      }
      if (awaited.signal.aborted) {
        await this.#cancel(awaited);
      }
    } catch (error) {
      awaited.settle(() =>
        raise(new RemoteAttemptError(awaited.message, 'it could not be queued', { cause: withoutSecrets(error) })),
      );
    }
  }

  #sweep(some: Iterable<Awaited> = this.#all()): void {
    this.#work.track(this.#checkAll([...some]));
  }

  async #checkAll(all: readonly Awaited[]): Promise<void> {
    for (let from = 0; from < all.length; from += CHUNK) {
      await Promise.all(all.slice(from, from + CHUNK).map((awaited) => this.#check(awaited)));
    }
  }

  /** Checks an attempt and takes its result if there is one. */
  async #check(awaited: Awaited): Promise<void> {
    if (awaited.checking || !this.#awaited.get(awaited.id)?.has(awaited) || this.#closing.signal.aborted) {
      return;
    }
    awaited.checking = true;
    try {
      await this.#look(awaited);
    } finally {
      awaited.checking = false;
    }
  }

  async #look(awaited: Awaited): Promise<void> {
    const { client, queue } = this.#connect();
    const { id } = awaited;
    const key = this.#keys.result(id);
    // Read the result before and after the state: it is written before the state changes.
    let result = await client.get(key);
    const state = result === null ? await queue.getJobState(id) : 'completed';
    result ??= state === 'completed' || state === 'failed' || state === 'unknown' ? await client.get(key) : null;
    if (result !== null) {
      awaited.settle(() => this.#unpack(awaited, result));
      this.#work.track(this.#forget(id));
    } else if (state === 'unknown' || state === 'completed' || state === 'failed') {
      const reason = state === 'failed' ? (await queue.getJob(id))?.failedReason : undefined;
      if (reason === undefined || reason === CANCELLED) {
        // Redis lost it, its result expired, or another owner cancelled it.
        await queue.remove(id);
        await this.#add(awaited);
      } else {
        awaited.settle(() => raise(new RemoteAttemptError(awaited.message, reason)));
      }
    }
  }

  #unpack(awaited: Awaited, result: string): unknown {
    const { codec } = this.#settings;
    let outcome: ReturnType<typeof unpackResult>;
    try {
      outcome = unpackResult(awaited.message.task, result, codec);
    } catch (cause) {
      throw new RemoteAttemptError(awaited.message, "the result in Redis can't be read", { cause });
    }
    return 'threw' in outcome ? raise(outcome.threw) : outcome.returned;
  }

  /** Removes an attempt whose result was received. */
  async #forget(id: string): Promise<void> {
    const { client, queue } = this.#connect();
    await client.pexpire(this.#keys.result(id), TAKEN);
    await queue.remove(id);
  }

  /** Removes an attempt from the queue, or notifies the worker that runs it. */
  async #cancel(awaited: Asked): Promise<void> {
    const { id, signal } = awaited;
    const same = this.#awaited.get(id) ?? [];
    const isWanted = [...same].some((other) => other !== awaited);
    if (isWanted || goesOnElsewhere(signal.reason)) {
      return;
    }
    const { client, queue } = this.#connect();
    const { codec, keep } = this.#settings;
    const key = this.#keys.cancellation(id);
    const told = client.multi().set(key, codec.encodeError(signal.reason), 'PX', keep).publish(this.#keys.cancelled, id).exec();
    if ((await Promise.all([told, queue.remove(id)]))[1] === 1) {
      await client.del(key);
    }
  }

  #all(): Awaited[] {
    return Array.from(this.#awaited.values(), (same) => [...same]).flat();
  }
}
