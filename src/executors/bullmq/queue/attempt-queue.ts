import type { DefaultJobOptions } from 'bullmq';
import type { Codec } from '../../../journal/job-store.ts';
import { deferred } from '../../../runtime/deferred.ts';
import { isTransient } from '../../../stores/redis/is-transient.ts';
import type { RedisClients } from '../../../stores/redis/redis-clients.ts';
import { within } from '../../../stores/redis/within.ts';
import { raise } from '../../../values/raise.ts';
import { AttemptKeys, CANCELLED, jobName } from '../attempt-message.ts';
import { KEPT } from '../attempt-result.ts';
import { BullmqClosedError } from '../errors/bullmq-closed-error.ts';
import { QueueFailedError } from '../errors/queue-failed-error.ts';
import { type Asked, Awaited, AwaitedAttempts } from './awaited-attempts.ts';
import { BackgroundWork } from './background-work.ts';
import { cancelAttempt } from './cancel-attempt.ts';
import { Checks } from './checks.ts';
import { goesOnElsewhere } from './goes-on-elsewhere.ts';
import { type Patience, patiently } from './patiently.ts';
import { Pulse } from './pulse.ts';
import { QueueConnection } from './queue-connection.ts';
import { queueFailure } from './queue-failure.ts';
import { failureOf, replay } from './remote-outcome.ts';
import { untilOver } from './until-over.ts';

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

/** How long a received result stays in Redis, in milliseconds, in case of its owner's death. */
const TAKEN = 60_000;
/** How long `close` waits for pending work, in milliseconds. */
const CLOSING = 1000;

/** Queues attempts and waits for their results. */
export class AttemptQueue {
  readonly #settings: QueueSettings;
  readonly #keys: AttemptKeys;
  readonly #awaited = new AwaitedAttempts();
  readonly #checks = new Checks((id) => this.#look(id));
  readonly #work: BackgroundWork;
  #connection: QueueConnection | undefined;
  #isClosed = false;

  constructor(settings: QueueSettings) {
    this.#settings = settings;
    this.#keys = new AttemptKeys(settings.prefix, settings.queue);
    this.#work = new BackgroundWork((error) => this.#isClosed || settings.clients.report(error));
  }

  async perform(asked: Asked): Promise<unknown> {
    const { signal } = asked;
    if (this.#isClosed) {
      throw new BullmqClosedError('executor');
    }
    if (signal.aborted) {
      // The job has ended and its last owner died: the attempt may still be queued.
      this.#work.track(this.#cancel(asked, signal.reason));
      throw signal.reason;
    }
    const { promise, resolve: settle } = deferred<() => unknown>();
    const awaited = new Awaited(asked, settle);
    this.#awaited.add(awaited);
    this.#connect().pulse.start();
    awaited.added = this.#add(awaited);
    const onAbort = () => this.#giveUp(awaited, signal.reason);
    signal.addEventListener('abort', onAbort);
    try {
      return (await promise)();
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#awaited.delete(awaited);
    }
  }

  async untilOver(id: string, limit: number): Promise<void> {
    await (this.#connection && untilOver(this.#connection, id, limit));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { settle } of this.#awaited.all) {
      settle(() => raise(new BullmqClosedError('executor')));
    }
    if (this.#connection !== undefined) {
      await within(CLOSING, this.#work.settled);
      await this.#connection.close();
    }
    this.#settings.clients.close();
  }

  #connect(): QueueConnection {
    this.#connection ??= new QueueConnection(
      { ...this.#settings, keys: this.#keys },
      {
        onCompleted: (id, result) => this.#take(id, result),
        onChanged: (id) => this.#work.track(this.#checks.run([id])),
        onGap: () => this.#work.track(this.#checks.run(this.#awaited.queuedIds)),
        onError: (error) => this.#failIfPermanent(error),
        onBeat: (isSilent) => this.#beat(isSilent),
      },
    );
    return this.#connection;
  }

  /** Queues an attempt, unless it is queued already or has ended. */
  async #add(awaited: Awaited): Promise<void> {
    const { id, message } = awaited;
    const { queue, listening } = this.#connect();
    const age = Math.ceil(message.keep / 1000);
    const options = { ...this.#settings.jobOptions, jobId: id, attempts: 1, removeOnComplete: { age }, removeOnFail: { age } };
    await listening;
    const isWanted = () => this.#awaited.has(awaited) && !this.#isClosed;
    try {
      if (isWanted()) {
        await patiently(() => queue.add(jobName(message), message, options), { ...this.#patience, isWanted });
        awaited.isQueued = true;
      }
    } catch (error) {
      awaited.fail(error);
    }
  }

  get #patience(): Patience {
    const { unavailableTimeout: limit, clients } = this.#settings;
    return { limit, onRefused: clients.report, isWanted: () => !this.#isClosed };
  }

  #failIfPermanent(error: unknown): void {
    if (!isTransient(error)) {
      for (const awaited of this.#awaited.all) {
        awaited.fail(error);
      }
    }
  }

  #beat(isSilent: boolean): void {
    for (const awaited of this.#awaited.all) {
      awaited.silentBeats = isSilent ? awaited.silentBeats + 1 : 0;
      if (Pulse.isOver(awaited.silentBeats)) {
        const { clients, unavailableTimeout } = this.#settings;
        const why = `Redis has not answered for ${unavailableTimeout} ms`;
        this.#giveUp(awaited, new QueueFailedError(awaited.message, why, { cause: clients.problem, isTransient: true }));
      }
    }
  }

  /** Rejects at once, and removes the attempt when Redis answers. */
  #giveUp(awaited: Awaited, reason: unknown): void {
    awaited.settle(() => raise(reason));
    this.#work.track(Promise.resolve(awaited.added).then(() => patiently(() => this.#cancel(awaited, reason), this.#patience)));
  }

  async #look(id: string): Promise<void> {
    const awaited = this.#awaited.oneOf(id);
    // An event can come before the answer to the command that caused it.
    await awaited?.added;
    if (awaited?.isQueued !== true || this.#isClosed) {
      return;
    }
    await this.#orGiveUp(id, "its state can't be read", () => this.#lookAt(awaited));
  }

  /** Fails an attempt whose outcome can't be read: waiting wouldn't help. */
  async #orGiveUp(id: string, why: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isTransient(error)) {
        throw error;
      }
      for (const awaited of this.#awaited.allOf(id)) {
        this.#giveUp(awaited, queueFailure(awaited.message, why, error));
      }
    }
  }

  async #lookAt(awaited: Awaited): Promise<void> {
    const { client, queue } = this.#connect();
    // In this order: an attempt that ends in between is in no list once its result has been taken.
    const state = await queue.getJobState(awaited.id);
    const fields = await client.hmget(queue.toKey(awaited.id), 'timestamp', 'finishedOn', 'failedReason', 'returnvalue');
    const [added, finished, failure, result] = fields;
    if (finished !== null) {
      await this.#takeEnd(awaited, failure ?? undefined, result ?? undefined);
    } else if (added === null || state === 'unknown') {
      // No worker would find it: Redis lost it, its key holds something else, or a script of BullMQ failed halfway.
      await this.#queueAgain(awaited);
    }
  }

  async #takeEnd(awaited: Awaited, failure: string | undefined, result = 'null'): Promise<void> {
    if (failure === CANCELLED) {
      // By an owner that lost the job, which doesn't bind the current owner.
      await this.#queueAgain(awaited);
    } else if (failure === undefined) {
      this.#take(awaited.id, JSON.parse(result));
    } else {
      this.#awaited.settle(awaited.id, ({ message }) => raise(failureOf(message, failure)));
    }
  }

  /** Queues an attempt once more, unless this process was paused and has lost its job: its next owner may have the outcome already. */
  async #queueAgain(awaited: Awaited): Promise<void> {
    await awaited.confirm();
    const { client, queue } = this.#connect();
    if (this.#awaited.has(awaited) && !this.#isClosed) {
      const [removed] = await Promise.all([queue.remove(awaited.id), client.del(this.#keys.cancellation(awaited.id))]);
      // While a worker holds it, it can't be removed, and would be found again at once.
      await (removed === 1 ? this.#add(awaited) : undefined);
    }
  }

  /** Takes what a worker returned to BullMQ. */
  #take(id: string, result: unknown): void {
    if (this.#awaited.oneOf(id) === undefined) {
      return;
    }
    if (result === KEPT) {
      this.#work.track(this.#orGiveUp(id, "its result can't be read", () => this.#fetch(id)));
      return;
    }
    this.#awaited.settle(id, ({ message }) => replay(message, result, this.#settings.codec));
    this.#connect().taken.add(id, TAKEN);
  }

  /** Takes a result that is too long for an event. */
  async #fetch(id: string): Promise<void> {
    const result = await this.#connect().client.get(this.#keys.result(id));
    const awaited = this.#awaited.oneOf(id);
    if (result !== null) {
      this.#take(id, result);
    } else if (awaited !== undefined) {
      await this.#queueAgain(awaited);
    }
  }

  /** Removes an attempt from the queue, or notifies the worker that runs it. */
  async #cancel(asked: Asked, reason: unknown): Promise<void> {
    if (!this.#awaited.isWantedByOthers(asked) && !goesOnElsewhere(reason)) {
      const { client, queue } = this.#connect();
      await cancelAttempt({ client, queue, keys: this.#keys }, asked, this.#settings.codec.encodeError(reason));
    }
  }
}
