import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import {
  defaultRetryIf,
  InvalidArgumentError,
  InvalidResultError,
  InvalidWorkflowError,
  NotStorableError,
  TaskTimedOutError,
} from 'tintype';
import { BullmqClosedError, QueueFailedError, RemoteAttemptError, WorkerDiedError } from 'tintype/bullmq';
import {
  NotCloneableError,
  NoWorkerThreadsError,
  WorkerCrashedError,
  WorkerModuleError,
  WorkerThreadsClosedError,
} from 'tintype/worker-threads';
import { packThrown, unpackThrown } from '../../src/executors/worker-threads/sent-error.ts';
import { textCodec } from '../../src/journal/codec/text-codec.ts';

const ERRORS = [Error, EvalError, SyntaxError, URIError, TypeError, ReferenceError, RangeError];
const RETRIED = ['Error', 'EvalError', 'SyntaxError', 'URIError'];

/** The same error as it comes from a thread, from a queue or a store, and from another realm. */
const copies = (error: Error): readonly unknown[] => [
  error,
  unpackThrown(packThrown(error)),
  textCodec.decode(textCodec.encodeError(error)),
  runInNewContext(`Object.assign(new ${error.name}(message), { ...rest, stack })`, {
    message: error.message,
    stack: error.stack,
    rest: { ...error },
  }),
];

for (const { name } of ERRORS) {
  test(`${name} is ${RETRIED.includes(name) ? 'retried' : 'not retried'}, of any realm, thread or process`, (t) => {
    const error = new (ERRORS.find((one) => one.name === name)!)('boom');
    for (const copy of copies(error)) {
      t.is(defaultRetryIf(copy), RETRIED.includes(name));
    }
  });
}

test('a thrown value that is not an error is retried', (t) => {
  for (const thrown of [undefined, null, 0, 'TypeError', Symbol('s'), {}, { name: 'TypeError', message: 'no' }, () => {}]) {
    t.true(defaultRetryIf(thrown));
  }
});

test('errors of this library, of the platform and of classes with a name of their own are retried', (t) => {
  class OutOfStock extends TypeError {
    override readonly name = 'OutOfStock';
  }
  const aborted = AbortSignal.abort().reason;
  for (const error of [new TaskTimedOutError('a', 1, 5), new InvalidResultError('a', 5), aborted, new OutOfStock()]) {
    t.true(defaultRetryIf(error));
  }
  t.false(defaultRetryIf(new (class extends TypeError {})('no')));
});

const ATTEMPT = { task: 'a', attempt: 1 };

for (const [isRetried, error] of [
  [false, new InvalidWorkflowError([])],
  [false, new InvalidArgumentError('no')],
  [false, new NotStorableError('f', 'a function')],
  [false, new NotCloneableError('a', 'context.f', 'a function', new Error('no'))],
  [false, new WorkerModuleError('a', 'file:///a.js', 'default', 'no')],
  [false, new NoWorkerThreadsError('a')],
  [false, new WorkerThreadsClosedError()],
  [true, new WorkerCrashedError('a', 1)],
  [false, new BullmqClosedError('executor')],
  [false, new WorkerDiedError(ATTEMPT, 4)],
  [true, new RemoteAttemptError(ATTEMPT, 'no')],
  [false, new QueueFailedError(ATTEMPT, 'WRONGPASS', { isTransient: false })],
  [true, new QueueFailedError(ATTEMPT, 'OOM', { isTransient: true })],
] as const) {
  test(`an error is retried only if the next attempt may end differently, wherever that is decided: ${error}`, (t) => {
    const copies = [unpackThrown(packThrown(error)), textCodec.decode(textCodec.encodeError(error))];
    for (const copy of [error, ...copies, ...copies.map((one) => textCodec.decode(textCodec.encodeError(one)))]) {
      t.is(defaultRetryIf(copy), isRetried);
    }
  });
}

test('there is an answer even if an error throws when it is read', (t) => {
  const { proxy, revoke } = Proxy.revocable(new TypeError('no'), {});
  revoke();
  const trap = () => {
    throw new Error('trap');
  };
  const hostile = [
    proxy,
    new Proxy(new TypeError('no'), { get: trap, getPrototypeOf: trap, has: trap }),
    Object.defineProperty(new TypeError('no'), 'name', { get: trap }),
    Object.defineProperty(new TypeError('no'), 'message', { get: trap }),
    Object.defineProperty(new TypeError('no'), Symbol.toStringTag, { get: trap }),
    Object.defineProperty(new TypeError('no'), 'name', { value: Symbol('TypeError') }),
  ];
  for (const error of hostile) {
    t.is(typeof defaultRetryIf(error), 'boolean');
  }
  t.false(defaultRetryIf(Object.assign(new TypeError('no'), { message: undefined, code: 5 })));
  t.false(defaultRetryIf(Object.assign(new TypeError('no'), { code: 'E_FAR' })));
  t.false(defaultRetryIf(Object.assign(new RangeError('no'), { code: 'ECONNRESET' })));
});

// Messages of the platforms, as of 2026. Bun has codes instead, and Node.js has causes.
const NETWORK_FAILURES: readonly (readonly [where: string, error: Error])[] = [
  ['Chrome', new TypeError('Failed to fetch')],
  ['Chrome, with the host', new TypeError('Failed to fetch (example.com)')],
  ['Chrome, while a body is read', new TypeError('network error')],
  ['Firefox', new TypeError('NetworkError when attempting to fetch resource.')],
  ['Firefox, while a body is read', new TypeError('Error in input stream')],
  ['Safari 16', new TypeError('The Internet connection appears to be offline.')],
  ['React Native', new TypeError('Network request failed')],
  ['Node.js', new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })],
  ['Node.js, while a body is read', new TypeError('terminated')],
  ['Deno', new TypeError('error sending request from 127.0.0.1:51054 for http://127.0.0.1:45113/')],
  ['Deno, while a body is read', new TypeError('error reading a body from connection')],
  ['Bun, refused', Object.assign(new TypeError('ECONNREFUSED: Unable to connect.'), { code: 'ECONNREFUSED' })],
  ['Bun, unknown host', Object.assign(new TypeError('getaddrinfo ENOTFOUND host'), { code: 'ENOTFOUND' })],
];

for (const [where, error] of NETWORK_FAILURES) {
  test(`a network failure of fetch is retried, of any realm, thread or process: ${where}`, (t) => {
    for (const copy of copies(error)) {
      t.true(defaultRetryIf(copy));
    }
  });
}

test('Safari 17 gives network failures no stack', (t) => {
  const error = new TypeError('Load failed');
  delete error.stack;
  t.true(defaultRetryIf(error));
});

test('wrong arguments of fetch and of Node.js are not network failures', async (t) => {
  for (const call of [
    () => fetch('no url'),
    () => fetch('http://host/', { headers: { 'no header': '1' } }),
    async () => Buffer.from(5 as never),
    async () => new URL('no url'),
  ]) {
    t.false(defaultRetryIf(await t.throwsAsync<Error>(call, { instanceOf: TypeError })));
  }
});

/** What fetch throws where a server answers like this. */
async function fetched(answer: (socket: Socket) => void, read: (response: Response) => Promise<unknown>): Promise<unknown> {
  const server = createServer((socket) => socket.once('data', () => answer(socket)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`).then(read);
  } catch (error) {
    return error;
  } finally {
    server.close();
  }
}

const HEAD = 'HTTP/1.1 200 OK\r\nConnection: close\r\n';

test('the network errors of this platform’s fetch are retried, copies too', async (t) => {
  const closed = await fetched(
    (socket) => socket.destroy(),
    async () => {},
  );
  const brokenOff = await fetched(
    (socket) => socket.end(`${HEAD}Content-Length: 100\r\n\r\nbegin`),
    (response) => response.text(),
  );
  for (const error of [closed, brokenOff]) {
    t.true(error instanceof TypeError);
    for (const copy of copies(error as TypeError)) {
      t.true(defaultRetryIf(copy));
    }
  }
});

test('a page of HTML where JSON was expected is retried', async (t) => {
  const error = await fetched(
    (socket) => socket.end(`${HEAD}Content-Length: 6\r\n\r\n<html>`),
    (response) => response.json(),
  );
  t.true(error instanceof SyntaxError);
  t.true(defaultRetryIf(error));
});
