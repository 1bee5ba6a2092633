import { runInNewContext } from 'node:vm';

class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly response: object;

  constructor(status: number, headers: Readonly<Record<string, string>> = {}) {
    super(`HTTP ${status}`);
    this.status = status;
    this.response = { headers, retry() {} };
  }
}

class Coded extends TypeError {
  get code(): string {
    return 'E_GETTER';
  }
}

const trap = (): never => {
  throw new Error('trap');
};

const huge = (): object[] => Array.from({ length: 20_000 }, (_, index) => ({ index, text: 'x'.repeat(50) }));

function chain(length: number): Error {
  let error = Object.assign(new Error('the first'), { code: 'E_FIRST' });
  for (let index = 1; index < length; index += 1) {
    error = Object.assign(new Error(`wraps ${index}`, { cause: error }), { code: 'E_WRAP' });
  }
  return error;
}

function ring(): Error {
  const error = new Error('ring') as Error & { self?: unknown };
  error.cause = { error };
  error.self = error;
  return error;
}

/**
 * Values that tasks throw, and that decisions must not tell apart from their copies: in process, from a thread, from a store and over a queue. They
 * are made anew each time.
 */
export const AWKWARD_ERRORS: Readonly<Record<string, () => unknown>> = {
  'a plain error': () => new Error('plain'),
  'a programming error': () => new RangeError('far'),
  'an error with properties': () =>
    Object.assign(new Error('busy'), { code: 'E_BUSY', status: 429, details: { left: 3, reset: new Date(5) } }),
  'a subclass with its own properties': () => new HttpError(503, { 'retry-after': '3' }),
  'properties that are hidden from `Object.keys`, as `got` does': () =>
    Object.defineProperties(new Error('hidden'), { response: { value: { status: 503 } }, status: { value: 503 } }),
  'a getter as code': () => new Coded('coded'),
  'a numeric code': () => Object.assign(new TypeError('numeric'), { code: 7 }),
  'an AggregateError': () =>
    new AggregateError([Object.assign(new Error('ECONNREFUSED'), { code: 'ECONNREFUSED' }), new HttpError(404), 'text'], 'all'),
  'nested AggregateErrors': () => new AggregateError([new AggregateError([new TypeError('inner')], 'middle')], 'outer'),
  'own `errors`, as of a validation': () =>
    Object.assign(new Error('invalid'), { name: 'ValidationError', errors: { age: new RangeError('too old') } }),
  'a listed `errors`': () => Object.assign(new Error('invalid'), { name: 'ValidationError', errors: [{ path: 'age' }] }),
  'a chain of causes': () => chain(20),
  'a cause that is no error': () => new Error('outer', { cause: { status: 503, retry() {} } }),
  'an AbortError': () => AbortSignal.abort().reason,
  'a TimeoutError': () => new DOMException('too slow', 'TimeoutError'),
  'an error of another realm': () =>
    runInNewContext("Object.assign(new TypeError('other realm'), { code: 'E_X', status: 500 })"),
  'a proxy of an error': () => new Proxy(Object.assign(new TypeError('proxied'), { code: 'E_PROXY' }), {}),
  'a getter that throws': () =>
    Object.defineProperty(Object.assign(new Error('partly'), { status: 1 }), 'bad', { enumerable: true, get: trap }),
  'a ring': ring,
  'a frozen error': () => Object.freeze(Object.assign(new Error('frozen'), { code: 'E_FROZEN' })),
  'a huge property before the one that matters': () =>
    Object.assign(new Error('huge'), { request: huge(), response: { status: 429 } }),
  'a long message': () => Object.assign(new Error('long '.repeat(100_000)), { code: 'E_LONG', status: 413 }),
  'a failed job': () =>
    Object.assign(new Error('Job failed', { cause: new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }) }), {
      name: 'JobFailedError',
    }),
  'a failed job with a mistake': () =>
    Object.assign(new Error('Job failed', { cause: new TypeError('a mistake') }), { name: 'JobFailedError' }),
  'a text': () => 'only a text',
  undefined: () => undefined,
  null: () => null,
  'a number': () => 404,
  'an object': () => ({ name: 'TypeError', message: 'no error', code: 'E_OBJECT', status: 400 }),
  'an instance of a class': () =>
    new (class Reply {
      readonly status = 409;
    })(),
};

type Seen = Partial<Record<'name' | 'code' | 'status' | 'response' | 'cause' | 'errors' | 'details', unknown>>;

/** What a `retryIf` could look at. */
export function whatDecides(error: unknown): unknown {
  try {
    const { name, code, status, response, cause, errors, details } = Object(error) as Seen;
    const { status: replied, headers } = (response ?? {}) as { status?: unknown; headers?: Readonly<Record<string, unknown>> };
    return {
      name,
      code,
      status,
      replied,
      retryAfter: headers?.['retry-after'],
      details,
      isError: error instanceof Error || Object.prototype.toString.call(error) === '[object Error]',
      isTypeError: name === 'TypeError',
      errors: Array.isArray(errors)
        ? errors.map(whatDecides)
        : Object.entries(errors ?? {}).map(([key, one]) => [key, whatDecides(one)]),
      cause: typeof cause === 'object' ? whatDecides(cause) : undefined,
    };
  } catch {
    return 'unreadable';
  }
}
