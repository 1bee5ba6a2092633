import { Redis, type RedisOptions } from 'ioredis';
import { isReadableObject } from '../../values/describe-value.ts';
import { InvalidWorkflowError } from '../../workflow/invalid-workflow-error.ts';
import { withoutSecrets } from './without-secrets.ts';

/**
 * The Redis to connect to: a `redis:` or `rediss:` URL, options of ioredis, or an ioredis client, which is copied, never used
 * itself. Clusters are not supported.
 */
export type RedisPlace = string | RedisOptions | Redis;

const EXPECTED = 'a redis: or rediss: URL, an object with ioredis options, or an ioredis client that is not a cluster';
const NO_PREFIX = 'without `keyPrefix`, which BullMQ does not support; use the option `prefix` instead';

/**
 * Validates the Redis option. The message does not show it, since it may contain a password.
 * @throws {InvalidWorkflowError}
 */
export function checkPlace(place: unknown, subject: string): RedisPlace {
  const expected = isPlace(place) ? NO_PREFIX : EXPECTED;
  if (isPlace(place) && !hasKeyPrefix(place)) {
    return place;
  }
  const message = `${subject}: \`connection\` must be ${expected}`;
  throw new InvalidWorkflowError([{ code: 'invalidOption', option: 'connection', value: undefined, expected, message }]);
}

function isPlace(place: unknown): place is RedisPlace {
  if (typeof place === 'string') {
    return URL.canParse(place) && /^rediss?:$/.test(new URL(place).protocol);
  }
  return isReadableObject(place) && (isClient(place) || !('duplicate' in place)) && !('isCluster' in place && place.isCluster);
}

function hasKeyPrefix(place: RedisPlace): boolean {
  if (typeof place === 'string') {
    return false;
  }
  return Boolean((isClient(place) ? place.options : place).keyPrefix);
}

/** Also recognizes clients of another copy of ioredis. */
function isClient(place: object): place is Redis {
  return 'duplicate' in place && typeof place.duplicate === 'function' && 'defineCommand' in place;
}

/** The clients of one executor, worker or store, which are closed together. */
export class RedisClients {
  readonly #place: RedisPlace;
  readonly #onError: (error: Error) => unknown;
  readonly #clients = new Set<Redis>();
  #problem: Error | undefined;
  #closed = false;

  /** @param onError called once per new problem until a connection is ready again */
  constructor(place: RedisPlace, onError: (error: Error) => unknown) {
    this.#place = place;
    this.#onError = onError;
  }

  /** The current connection problem. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Makes a client, which starts to connect at once. */
  open(options: RedisOptions = {}): Redis {
    const place = this.#place;
    // With other values for the last three, commands would be rejected while Redis is unreachable, time out, or be misread.
    const own = {
      ...options,
      replyMapping: 'legacy' as const,
      enableOfflineQueue: true,
      commandTimeout: undefined,
      stringNumbers: false,
    };
    if (typeof place === 'string') {
      return this.#keep(new Redis(place, own));
    }
    return this.#keep(isClient(place) ? place.duplicate(own) : new Redis({ ...place, ...own }));
  }

  /** Closes all connections at once; pending commands reject. */
  close(): void {
    this.#closed = true;
    for (const client of this.#clients) {
      end(client);
    }
  }

  readonly report = (thrown: unknown): void => {
    const error = withoutSecrets(thrown);
    if (this.#problem?.message !== error.message) {
      this.#problem = error;
      this.#onError(error);
    }
  };

  #keep(client: Redis): Redis {
    this.#clients.add(client);
    client.on('error', this.report);
    client.on('ready', () => {
      this.#problem = undefined;
    });
    // BullMQ makes copies, which it does not close while Redis is unreachable.
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (options) => this.#keep(duplicate(options));
    writeTogether(client);
    if (this.#closed) {
      end(client);
    }
    return client;
  }
}

/** Sends the commands of one tick in one write: each write costs more than the command in it. */
function writeTogether(client: Redis): void {
  const send = client.sendCommand.bind(client);
  let corked: Redis['stream'] | undefined;
  const uncork = () => {
    corked?.uncork();
    corked = undefined;
  };
  client.sendCommand = (...args) => {
    if (corked === undefined && client.stream !== undefined) {
      corked = client.stream;
      corked.cork();
      process.nextTick(uncork);
    }
    return send(...args);
  };
}

/** Closes a connection permanently: BullMQ would reopen it while it waits for one. */
function end(client: Redis): void {
  client.connect = () => Promise.reject(new Error('Connection is closed.'));
  client.disconnect();
}
