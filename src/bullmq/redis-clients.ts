import { Redis, type RedisOptions } from 'ioredis';
import { isReadableObject } from '../workflow/describe-value.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import { withoutSecrets } from './without-secrets.ts';

/**
 * Where Redis is: a `redis:` or `rediss:` URL, the options of ioredis, or a client of ioredis, which is only copied. Not a
 * cluster.
 */
export type RedisPlace = string | RedisOptions | Redis;

const EXPECTED = 'a redis: or rediss: URL, an object with options of ioredis, or a client of ioredis that is no cluster';
const NO_PREFIX = 'without `keyPrefix`, which BullMQ can’t have; there is the option `prefix`';

/**
 * Checks where Redis is said to be. The message does not show it: there can be a password in it.
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

/** Also of another copy of ioredis. */
function isClient(place: object): place is Redis {
  return 'duplicate' in place && typeof place.duplicate === 'function' && 'defineCommand' in place;
}

/** The clients of one part of this subpath, which are ended together. */
export class RedisClients {
  readonly #place: RedisPlace;
  readonly #onError: (error: Error) => unknown;
  readonly #clients = new Set<Redis>();
  #problem: Error | undefined;
  #closed = false;

  /** @param onError Is told of each new problem once, until a connection is ready again. */
  constructor(place: RedisPlace, onError: (error: Error) => unknown) {
    this.#place = place;
    this.#onError = onError;
  }

  /** What is wrong with the connection. */
  get problem(): Error | undefined {
    return this.#problem;
  }

  /** Makes a client, which begins to connect at once. */
  open(options: RedisOptions = {}): Redis {
    const place = this.#place;
    // With the last three set otherwise, what is asked is refused while Redis can't be reached, is given up, or is read wrongly.
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

  /** Ends all connections at once; what still waits for an answer rejects. */
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
    // BullMQ makes copies, which it does not end while Redis can't be reached.
    const duplicate = client.duplicate.bind(client);
    client.duplicate = (options) => this.#keep(duplicate(options));
    if (this.#closed) {
      end(client);
    }
    return client;
  }
}

/** Ends a connection for good: BullMQ would open it again while it waits for one. */
function end(client: Redis): void {
  client.connect = () => Promise.reject(new Error('Connection is closed.'));
  client.disconnect();
}
