import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { type Job, run, workflow } from 'tintype';

/** Counts the primes from `from` to `to`, yielding after every thousand numbers so that the server can do other work. */
async function countPrimes(from: number, to: number, isActive: () => boolean): Promise<number> {
  let count = 0;
  for (let number = Math.max(from, 2); number <= to && isActive(); number += 1) {
    let divisor = 2;
    while (divisor * divisor <= number && number % divisor !== 0) {
      divisor += 1;
    }
    count += divisor * divisor > number ? 1 : 0;
    if (number % 1000 === 0) {
      await setImmediate();
    }
  }
  // If the attempt is no longer active, this number is ignored.
  return count;
}

const primes = workflow('primes')
  .context<{ limit: number }>()
  .task({
    name: 'lowerHalf',
    run: async ({ limit }, { isActive }) => ({ lower: await countPrimes(2, Math.floor(limit / 2), isActive) }),
  })
  .task({
    name: 'upperHalf',
    run: async ({ limit }, { isActive }) => ({ upper: await countPrimes(Math.floor(limit / 2) + 1, limit, isActive) }),
  })
  .task({
    name: 'add',
    dependencies: ['lowerHalf', 'upperHalf'],
    run: ({ lower, upper }) => ({ primes: lower + upper }),
  });

export const options = { context: { limit: 50_000 } };

export default primes;

function startPrimes({ searchParams }: URL): Job {
  const limit = Number(searchParams.get('limit') ?? options.context.limit);
  if (!Number.isSafeInteger(limit)) {
    throw new RangeError('limit must be a whole number');
  }
  return run(primes, { context: { limit }, timeout: 60_000 });
}

/** Sends the events of a job as they happen, then its result, as server-sent events. */
async function stream(job: Job, response: ServerResponse): Promise<void> {
  // JSON can't represent errors.
  const replace = (_key: string, value: unknown) => (value instanceof Error ? `${value}` : value);
  const send = (event: string, data: object) => response.write(`event: ${event}\ndata: ${JSON.stringify(data, replace)}\n\n`);

  // Without a client, the job is useless. After its end, this does nothing.
  response.on('close', () => job.cancel('the client disconnected'));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  for await (const event of job.events()) {
    send(event.type, event);
  }
  const { state, context } = await job;
  send('result', { state, context });
  response.end();
}

/** Makes a server that starts a job for each request. */
export function createJobServer(startJob: (url: URL) => Job = startPrimes): Server {
  return createServer((request, response) => {
    try {
      const job = startJob(new URL(request.url ?? '/', 'http://localhost'));
      // An event that can't be sent ends the response, and the job with it.
      stream(job, response).catch(() => response.destroy());
    } catch (error) {
      response.writeHead(400).end(`${error}\n`);
    }
  });
}

// With `--demo`, it makes one request and exits; otherwise the server runs until interrupted.
if (import.meta.filename === process.argv[1]) {
  const server = createJobServer().listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/?limit=50000`;
  console.log(`curl --no-buffer '${url}'`);
  if (process.argv.includes('--demo')) {
    const { body } = await fetch(url);
    for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      process.stdout.write(text);
    }
    server.close();
  } else {
    process.once('SIGINT', () => {
      server.close();
      // This ends the responses, and the jobs with them.
      server.closeAllConnections();
    });
  }
}
