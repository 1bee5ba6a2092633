import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { run, type TaskDefinition } from 'tintype';
import { type InspectOptions, type Inspector, inspectJobs } from 'tintype-inspector';
import { WebSocket } from 'ws';
import { start } from '../helpers/command.ts';
import { deferred } from '../helpers/deferred.ts';

async function inspected(t: ExecutionContext, options?: InspectOptions): Promise<Inspector> {
  const inspector = await inspectJobs(options);
  t.teardown(inspector.stop);
  return inspector;
}

const addressOf = ({ url }: Inspector) => `${url.replace('http:', 'ws:')}socket`;

/** Connects as a viewer, and waits until the viewer is told something that fits. */
async function view(inspector: Inspector, headers: Record<string, string> = {}) {
  const socket = new WebSocket(addressOf(inspector), { headers });
  const messages: string[] = [];
  const listeners = new Set<() => void>();
  socket.on('message', (data) => {
    messages.push(String(data));
    for (const listener of listeners) listener();
  });
  await once(socket, 'open');
  socket.send('{"type":"xstate.inspecting"}');
  /** Waits until so many messages fit. */
  const seen = async (fits: (text: string) => boolean, times = 1) => {
    while (messages.filter(fits).length < times) {
      await new Promise<void>((resolve) => listeners.add(resolve));
    }
  };
  return { socket, messages, seen };
}

const has = (word: string) => (text: string) => text.includes(word);

/** What the server answers to a request, on a connection of its own: one that is kept might be closed while the next request is sent. */
function answer(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers, method, agent: false }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode as number, text });
    })
      .on('error', reject)
      .end();
  });
}

/** How an attempt to connect is refused. */
async function refusal(url: string, headers: Record<string, string> = {}): Promise<string> {
  const socket = new WebSocket(url, { headers });
  const [error] = (await once(socket, 'error')) as [Error];
  return error.message;
}

const hello: TaskDefinition[] = [{ name: 'greet', run: () => ({ text: 'hello' }) }];

test('a late viewer receives the same messages as an early one', async (t) => {
  const inspector = await inspected(t);
  const early = await view(inspector);
  await run(hello, { inspect: inspector.inspect, id: 'first' });
  await early.seen(has('service.stop'));
  const late = await view(inspector);
  await late.seen(has('service.stop'));
  await run(hello, { inspect: inspector.inspect, id: 'second' });
  await Promise.all([early, late].map(({ seen }) => seen(has('service.stop'), 4)));
  t.deepEqual(late.messages, early.messages);
  t.true(early.messages.some(has('first')));
});

test('the page is served at the whole address alone, and leads nowhere else', async (t) => {
  const inspector = await inspected(t);
  const page = await answer(inspector.url);
  t.is(page.status, 200);
  t.true(page.text.includes('"live":true'));
  const origin = new URL(inspector.url).origin;
  for (const url of [origin, `${origin}/`, inspector.url.slice(0, -2), `${inspector.url}x`, `${origin}/socket`]) {
    t.is((await answer(url)).status, 404, url);
  }
  t.is((await answer(inspector.url, {}, 'POST')).status, 404);
});

test('each inspector has its own unguessable URL', async (t) => {
  const paths = new Set<string>();
  for (let times = 0; times < 3; times += 1) {
    const { pathname } = new URL((await inspected(t)).url);
    t.regex(pathname, /^\/[\w-]{24}\/$/);
    paths.add(pathname);
  }
  t.is(paths.size, 3);
});

test('nobody connects without the token, or from another site', async (t) => {
  const inspector = await inspected(t);
  const { host, port } = new URL(inspector.url);
  const address = addressOf(inspector);
  t.regex(await refusal(`ws://${host}/`), /403/);
  t.regex(await refusal(`ws://${host}/socket`), /403/);
  t.regex(await refusal(address.replace(/.(?=\/socket$)/, (last) => (last === 'A' ? 'B' : 'A'))), /403/);
  for (const origin of [
    'https://example.com',
    'null',
    `http://127.0.0.1:${Number(port) + 1}`,
    `https://${host}`,
    `http://${host}.example.com`,
  ]) {
    t.regex(await refusal(address, { origin }), /403/, origin);
  }
  t.regex(await refusal(address, { host: `example.com:${port}` }), /403/);
  t.is((await answer(inspector.url, { host: `example.com:${port}` })).status, 404);
  const own = await view(inspector, { origin: `http://${host}` });
  t.is(own.socket.readyState, WebSocket.OPEN);
});

/** Nothing that a page would send. */
const NONSENSE: readonly (string | Buffer)[] = [
  '',
  'null',
  '[]',
  '{',
  '"xstate.inspecting"',
  '{"type":"xstate.event"}',
  '{"type":"xstate.event","event":"{"}',
  '{"type":"xstate.event","event":"null"}',
  '{"type":"xstate.event","event":"{\\"origin\\":\\"1/x:0\\",\\"data\\":{\\"type\\":\\"job.cancel\\"}}"}',
  '{"type":"service.register","machine":"{}"}',
  '{"type":"disconnect"}',
  '{"__proto__":{"type":"xstate.inspecting"}}',
  Buffer.from([0, 255, 1]),
  'x'.repeat(60_000),
];

test('10,000 messages that make no sense, and huge ones, harm neither the job nor the other viewers', async (t) => {
  const inspector = await inspected(t);
  const gate = deferred<void>();
  const job = run([{ name: 'wait', run: async () => gate.promise }], { inspect: inspector.inspect });
  const good = await view(inspector);
  let sent = 0;
  while (sent < 10_000) {
    const { socket } = await view(inspector);
    socket.on('error', () => {});
    for (let times = 0; times < 500; times += 1, sent += 1) {
      socket.send(NONSENSE[sent % NONSENSE.length]!);
    }
    const [code] = (await once(socket, 'close')) as [number];
    t.is(code, 1008);
  }
  const huge = await view(inspector);
  huge.socket.send('x'.repeat(70_000));
  t.is(((await once(huge.socket, 'close')) as [number])[0], 1009);
  gate.resolve();
  t.is((await job).state, 'completed');
  await good.seen(has('service.stop'));
  t.is(good.socket.readyState, WebSocket.OPEN);
  t.is(({} as { type?: unknown }).type, undefined);
});

test('a viewer can control nothing, unless it is allowed to', async (t) => {
  for (const allowControl of [false, true]) {
    const inspector = await inspected(t, { allowControl });
    const gate = deferred<void>();
    const job = run([{ name: 'wait', run: async () => gate.promise }], { inspect: inspector.inspect });
    const { socket, messages, seen } = await view(inspector);
    await seen(has('slot.granted'));
    const { sessionId: origin } = JSON.parse(messages.find(has('service.register'))!);
    const say = (type: string) => {
      const event = JSON.stringify({ name: type, data: { type, reason: 'enough' }, $$type: 'scxml', type: 'external', origin });
      socket.send(JSON.stringify({ type: 'xstate.event', event, service: origin }));
    };
    say('job.start');
    say('job.cancel');
    if (allowControl) {
      t.like(await job, { state: 'cancelled', reason: 'enough' });
    } else {
      // What it was answered is behind what it had said.
      socket.ping();
      await once(socket, 'pong');
      gate.resolve();
      t.is((await job).state, 'completed');
    }
  }
});

test('50 viewers come and go while a job runs, and the job does not notice', async (t) => {
  const inspector = await inspected(t);
  const gates = Array.from({ length: 50 }, () => deferred<void>());
  const tasks = gates.map(({ promise }, index) => ({
    name: `task${index}`,
    dependencies: index > 0 ? [`task${index - 1}`] : [],
    run: async () => promise,
  }));
  const job = run(tasks, { inspect: inspector.inspect });
  for (const [index, gate] of gates.entries()) {
    const { socket, seen } = await view(inspector);
    await seen(has('service.register'));
    gate.resolve();
    if (index % 2 === 0) socket.terminate();
    else socket.close();
  }
  t.is((await job).state, 'completed');
  const { messages, seen } = await view(inspector);
  await seen(has('service.stop'));
  t.is(messages.filter(has('"service.register"')).length, 51);
});

test('when the inspector stops, viewers are disconnected and nobody can connect', async (t) => {
  const inspector = await inspectJobs();
  const { socket } = await view(inspector);
  const closed = once(socket, 'close');
  await inspector.stop();
  await closed;
  t.regex(await refusal(addressOf(inspector)), /ECONNREFUSED/);
  await inspector.stop();
  t.is((await run(hello, { inspect: inspector.inspect })).state, 'completed');
});

test('a connection that was refused and stays open does not keep the inspector', async (t) => {
  const inspector = await inspectJobs();
  const { port, host } = new URL(inspector.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
  socket.write(`GET /nope HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await once(socket, 'data');
  await t.notThrowsAsync(inspector.stop());
  socket.destroy();
});

test('of many jobs that have ended, the newest is seen at once', async (t) => {
  const inspector = await inspected(t, { history: 50_000 });
  for (let number = 0; number < 3_000; number += 1) {
    await run(hello, { inspect: inspector.inspect });
  }
  const { seen } = await view(inspector);
  await run(hello, { inspect: inspector.inspect, id: 'newest' });
  await t.notThrowsAsync(seen(has('newest')));
});

test('the process exits by itself after the stop, with viewers and with jobs', async (t) => {
  const script = `
    import { run } from 'tintype';
    import { inspectJobs } from 'tintype-inspector';
    const inspector = await inspectJobs();
    const socket = new (await import('ws')).WebSocket(inspector.url.replace('http', 'ws') + 'socket');
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send('{"type":"xstate.inspecting"}');
    await run([{ name: 'greet', run: () => {} }], { inspect: inspector.inspect });
    await inspector.stop();
    console.log('stopped');
  `;
  t.deepEqual(await start(['--import=tsx', '--input-type=module', '--eval', script]), {
    code: 0,
    stdout: 'stopped\n',
    stderr: '',
  });
});

test('an option that is wrong, or a port that is taken, is refused', async (t) => {
  const bad = (options: object) => inspectJobs(options as InspectOptions);
  await t.throwsAsync(bad({ port: 70_000 }), { message: 'inspectJobs: `port` must be an integer from 0 to 65535, got 70000' });
  await t.throwsAsync(bad({ history: 0 }), { message: /`history` must be an integer from 1, got 0/ });
  await t.throwsAsync(bad({ allowControl: 'yes' }), { message: /`allowControl` must be true or false, got yes/ });
  await t.throwsAsync(bad({ prot: 1 }), {
    message: /unknown option `prot`; the options are port, open, allowControl, history/,
  });
  await t.throwsAsync(bad({ constructor: 1 }), { message: /unknown option `constructor`/ });
  await t.throwsAsync(inspectJobs(null as never), { message: /must be an object, got null/ });
  const { port } = new URL((await inspected(t)).url);
  await t.throwsAsync(bad({ port: Number(port) }), { code: 'EADDRINUSE' });
});

test('what a task returns is shown shortened, whatever it is', async (t) => {
  const inspector = await inspected(t);
  const { messages, seen } = await view(inspector);
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const hostile = {
    get angry() {
      throw new Error('no');
    },
  };
  const outputs = [
    { big: 'x'.repeat(1e6) },
    { list: Array.from({ length: 1e5 }, (_, index) => index) },
    { cyclic },
    { big: 10n ** 50n },
  ];
  const failing = [
    null,
    'text',
    Symbol('s'),
    Object.create(null),
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
    hostile,
  ];
  await run(
    [
      ...outputs.map((output, index) => ({ name: `output${index}`, run: () => output })),
      ...failing.map((error, index) => ({
        name: `failing${index}`,
        maxRetries: 0,
        continueOnFailure: true,
        run: () => Promise.reject(error),
      })),
    ],
    { inspect: inspector.inspect },
  );
  await seen(has('service.stop'));
  t.true(messages.every(({ length }) => length < 40_000));
});
