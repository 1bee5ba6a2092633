import { setTimeout as sleep } from 'node:timers/promises';
import { type DefaultJobOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { watchAbort } from '../runtime/abort-watch.ts';
import { deferred } from '../runtime/deferred.ts';
import type { Codec } from '../runtime/journal/job-store.ts';
import { raise } from '../runtime/raise.ts';
import { AttemptKeys, type AttemptMessage, CANCELLED, WORKER_DIED } from './attempt-message.ts';
import { KEPT, unpackResult } from './attempt-result.ts';
import { BackgroundWork } from './background-work.ts';
import { EndedAttempts } from './ended-attempts.ts';
import { BullmqClosedError } from './errors/bullmq-closed-error.ts';
import { QueueFailedError } from './errors/queue-failed-error.ts';
import { RemoteAttemptError } from './errors/remote-attempt-error.ts';
import { WorkerDiedError } from './errors/worker-died-error.ts';
import { FinishedAttempts } from './finished-attempts.ts';
import { goesOnElsewhere } from './goes-on-elsewhere.ts';
import { isTransient } from './is-transient.ts';
import { Pulse } from './pulse.ts';
import type { RedisClients } from './redis-clients.ts';
import { within } from './within.ts';
import { withoutSecrets } from './without-secrets.ts';

interface QueueSettings {
  readonly clients: RedisClients;
  /** The name of the BullMQ queue. */
  readonly queue: string;
  readonly prefix: string;
  readonly jobOptions: DefaultJobOptions;
  readonly codec: Codec;
  /** How long attempts wait while Redis doesn't answer, in milliseconds. */
  readonly unavailableTimeout: number;
}

interface Asked {
  readonly id: string;
  readonly message: AttemptMessage;
  readonly signal: AbortSignal;
}

interface Awaited extends Asked {
  /** Settles the promise of the caller; only the first call counts. */
  readonly settle: (give: () => unknown) => void;
  isQueued: boolean;
  /** Resolves once it is queued, or can't be. */
  added: Promise<void>;
  /** For how many beats Redis has been silent. */
  silentBeats: number;
}

interface Connected {
  readonly client: Redis;
  readonly queue: Queue;
  readonly finished: FinishedAttempts;
  readonly taken: EndedAttempts;
  readonly pulse: Pulse;
}

/** How often all awaited attempts are checked in case an event was lost, in milliseconds. */
const CHECK_INTERVAL = 5000;
/** How many attempts are checked at once. */
const CHUNK = 100;
/** How long a received result stays in Redis, in milliseconds, in case its owner dies before saving it. */
const TAKEN = 60_000;
/** How long `close` waits for pending work, in milliseconds. */
const CLOSING = 1000;
/** The pause after Redis refused an attempt for now, in milliseconds; it doubles. */
const PAUSE = { first: 50, longest: 1000 };

/** Queues attempts and waits for their results. */
export class AttemptQueue {
  readonly #settings: QueueSettings;
  readonly #keys: AttemptKeys;
  readonly #awaited = new Map<string, Set<Awaited>>();
  /** The attempts that are being checked, and whether something has happened to them since. */
  readonly #checks = new Map<string, { isOutdated: boolean }>();
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
      this.#work.track(this.#cancel(asked, asked.signal.reason));
      throw asked.signal.reason;
    }
    const { promise, resolve: settle } = deferred<() => unknown>();
    const awaited: Awaited = { ...asked, settle, isQueued: false, added: Promise.resolve(), silentBeats: 0 };
    const same = this.#awaited.get(asked.id) ?? new Set();
    this.#awaited.set(asked.id, same.add(awaited));
    const { pulse } = this.#connect();
    pulse.start();
    awaited.added = this.#add(awaited);
    const unwatch = watchAbort(asked.signal, () => this.#giveUp(awaited, asked.signal.reason));
    try {
      return (await promise)();
    } finally {
      unwatch();
      same.delete(awaited);
      if (same.size === 0) {
        this.#awaited.delete(asked.id);
      }
      if (this.#awaited.size === 0) {
        pulse.stop();
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
      const { queue, finished, taken } = this.#connected;
      await within(CLOSING, taken.flush());
      await within(CLOSING, Promise.allSettled([finished.close(), queue.close()]));
    }
    this.#settings.clients.close();
  }

  #connect(): Connected {
    this.#connected ??= this.#open();
    return this.#connected;
  }

  #open(): Connected {
    const { clients, queue: name, prefix, unavailableTimeout } = this.#settings;
    const client = clients.open({ maxRetriesPerRequest: null });
    const queue = new Queue(name, { connection: client, prefix });
    queue.on('error', clients.report);
    const onError = (error: unknown) => {
      clients.report(error);
      this.#failIfPermanent(error);
    };
    client.on('error', (error) => this.#failIfPermanent(error));
    const finished = new FinishedAttempts({
      client,
      queue: name,
      prefix,
      onCompleted: (id, result) => this.#take(id, result),
      onChanged: (id) => this.#awaited.has(id) && this.#sweep([id]),
      onGap: () => this.#sweep(),
      onError,
    });
    const taken = new EndedAttempts(
      { client, toKey: (key) => queue.toKey(key), toResultKey: (id) => this.#keys.result(id), onError: clients.report },
      true,
    );
    const pulse = new Pulse({
      ping: () => client.ping(),
      limit: unavailableTimeout,
      onBeat: (isSilent) => this.#beat(isSilent),
    });
    client.on('ready', () => this.#sweep());
    const timer = setInterval(() => this.#sweep(), CHECK_INTERVAL);
    this.#closing.signal.addEventListener('abort', () => clearInterval(timer));
    return { client, queue, finished, taken, pulse };
  }

  /** Queues an attempt, unless it is queued already or has ended. */
  async #add(awaited: Awaited): Promise<void> {
    const { id, message } = awaited;
    const { jobOptions, unavailableTimeout, clients } = this.#settings;
    const { queue, finished } = this.#connect();
    const age = Math.ceil(message.keep / 1000);
    const options = { ...jobOptions, jobId: id, attempts: 1, removeOnComplete: { age }, removeOnFail: { age } };
    await finished.listening;
    let waited = 0;
    for (let pause = PAUSE.first; this.#isAwaited(awaited); pause = Math.min(2 * pause, PAUSE.longest)) {
      try {
        await queue.add(message.task, message, options);
        awaited.isQueued = true;
        return;
      } catch (error) {
        waited += pause;
        if (!isTransient(error) || waited > unavailableTimeout) {
          this.#fail(awaited, error);
          return;
        }
        clients.report(error);
        await sleep(pause);
      }
    }
  }

  #isAwaited(awaited: Awaited): boolean {
    return this.#awaited.get(awaited.id)?.has(awaited) === true && !this.#closing.signal.aborted;
  }

  #fail({ settle, message }: Awaited, error: unknown): void {
    const cause = withoutSecrets(error);
    settle(() => raise(new QueueFailedError(message, `it could not be queued: ${cause.message}`, { cause })));
  }

  #failIfPermanent(error: unknown): void {
    if (!isTransient(error)) {
      for (const awaited of this.#all()) {
        this.#fail(awaited, error);
      }
    }
  }

  #beat(isSilent: boolean): void {
    for (const awaited of this.#all()) {
      awaited.silentBeats = isSilent ? awaited.silentBeats + 1 : 0;
      if (Pulse.isOver(awaited.silentBeats)) {
        const { clients, unavailableTimeout } = this.#settings;
        const why = `Redis has not answered for ${unavailableTimeout} ms`;
        this.#giveUp(awaited, new QueueFailedError(awaited.message, why, { cause: clients.problem }));
      }
    }
  }

  /** Rejects at once, and removes the attempt when Redis answers. */
  #giveUp(awaited: Awaited, reason: unknown): void {
    awaited.settle(() => raise(reason));
    this.#work.track(awaited.added.then(() => this.#cancel(awaited, reason)));
  }

  #sweep(ids: Iterable<string> = this.#awaited.keys()): void {
    this.#work.track(this.#checkAll([...ids]));
  }

  async #checkAll(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += CHUNK) {
      await Promise.all(ids.slice(from, from + CHUNK).map((id) => this.#check(id)));
    }
  }

  /** Checks an attempt, and again if something happened meanwhile, which the first answer may not show. */
  async #check(id: string): Promise<void> {
    const running = this.#checks.get(id);
    if (running !== undefined) {
      running.isOutdated = true;
      return;
    }
    const check = { isOutdated: true };
    this.#checks.set(id, check);
    try {
      while (check.isOutdated) {
        check.isOutdated = false;
        await this.#look(id);
      }
    } finally {
      this.#checks.delete(id);
    }
  }

  async #look(id: string): Promise<void> {
    const [awaited] = this.#awaited.get(id) ?? [];
    if (awaited?.isQueued !== true || this.#closing.signal.aborted) {
      return;
    }
    const { client, queue } = this.#connect();
    const fields = await client.hmget(queue.toKey(id), 'timestamp', 'finishedOn', 'failedReason', 'returnvalue');
    const [added, finished, failure, result] = fields;
    if (added === null) {
      // Redis lost it, or its result expired.
      await this.#add(awaited);
    } else if (finished !== null && failure === CANCELLED) {
      await this.#queueAgain(awaited);
    } else if (finished !== null && typeof failure === 'string') {
      this.#settle(id, ({ message }) => raise(errorOf(message, failure)));
    } else if (finished !== null) {
      this.#take(id, JSON.parse(result ?? 'null'));
    }
  }

  /** After an owner that lost the job cancelled it, which doesn't bind its current owner. */
  async #queueAgain(awaited: Awaited): Promise<void> {
    const { client, queue } = this.#connect();
    await Promise.all([client.del(this.#keys.cancellation(awaited.id)), queue.remove(awaited.id)]);
    await this.#add(awaited);
  }

  /** Takes what a worker returned to BullMQ. */
  #take(id: string, result: unknown): void {
    if (!this.#awaited.has(id)) {
      return;
    }
    if (result === KEPT) {
      this.#work.track(this.#fetch(id));
      return;
    }
    this.#settle(id, (awaited) => this.#unpack(awaited, result));
    this.#connect().taken.add(id, TAKEN);
  }

  /** Takes a result that is too long for an event. */
  async #fetch(id: string): Promise<void> {
    const result = await this.#connect().client.get(this.#keys.result(id));
    const [awaited] = this.#awaited.get(id) ?? [];
    if (result !== null) {
      this.#take(id, result);
    } else if (awaited !== undefined) {
      await this.#queueAgain(awaited);
    }
  }

  #settle(id: string, give: (awaited: Awaited) => unknown): void {
    for (const awaited of this.#awaited.get(id) ?? []) {
      awaited.settle(() => give(awaited));
    }
  }

  #unpack({ message }: Awaited, result: unknown): unknown {
    let outcome: ReturnType<typeof unpackResult>;
    try {
      outcome = unpackResult(message.task, result, this.#settings.codec);
    } catch (cause) {
      throw new RemoteAttemptError(message, "the result in Redis can't be read", { cause });
    }
    return 'threw' in outcome ? raise(outcome.threw) : outcome.returned;
  }

  /** Removes an attempt from the queue, or notifies the worker that runs it. */
  async #cancel(asked: Asked, reason: unknown): Promise<void> {
    const { id, message } = asked;
    const isWanted = [...(this.#awaited.get(id) ?? [])].some((other) => other !== asked);
    if (isWanted || goesOnElsewhere(reason)) {
      return;
    }
    const { client, queue } = this.#connect();
    const { codec } = this.#settings;
    const key = this.#keys.cancellation(id);
    const text = codec.encodeError(reason);
    const told = client.multi().set(key, text, 'PX', message.keep).publish(this.#keys.cancelled, id).exec();
    if ((await Promise.all([told, queue.remove(id)]))[1] === 1) {
      await client.del(key);
    }
  }

  #all(): Awaited[] {
    return Array.from(this.#awaited.values(), (same) => [...same]).flat();
  }
}

function errorOf(message: AttemptMessage, failure: string): Error {
  return failure === WORKER_DIED
    ? new WorkerDiedError(message, message.maxWorkerDeaths + 1)
    : new RemoteAttemptError(message, failure);
}
