import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { run, workflow } from 'tintype';

const research = workflow('research')
  .context<{ url: string }>()
  .task({
    name: 'ask',
    // Each attempt has 100 ms. Its signal aborts then, which makes `fetch` give up, and the next attempt begins.
    timeout: 100,
    run: async ({ url }, { attempt, signal }) => {
      const response = await fetch(attempt === 1 ? `${url}/never?for=ask` : `${url}/now`, { signal });
      return { answer: await response.text() };
    },
  })
  .task({
    name: 'listen',
    // It has no timeout of its own, but its signal also aborts when the job ends.
    run: async ({ url }, { signal }) => {
      await fetch(`${url}/never?for=listen`, { signal });
    },
  })
  .task({
    name: 'compute',
    run: async (_context, { isActive }) => {
      let sum = 0;
      // A loop that waits for nothing keeps out all the rest, timers too: give way now and then, and ask whether to go on.
      while (isActive()) {
        for (let step = 0; step < 100_000; step += 1) {
          sum += Math.sqrt(step);
        }
        await setImmediate();
      }
      // Nobody gets this any more, but here is the place to clean up.
      console.log('  compute has left its loop');
      return { sum };
    },
  });

export default research;

if (import.meta.filename === process.argv[1]) {
  // A server that answers `/now` at once, and `/never` never.
  const server = createServer((request, response) => {
    if (request.url === '/now') {
      response.end('42');
    } else {
      response.on('close', () => console.log(`  the server sees that nobody waits for ${request.url}`));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const context = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

  console.log('Cancel the job as soon as there is an answer:');
  const first = run(research, { context });
  first.on('task.ready', ({ task, reason }) => reason && console.log(`  ${task} is repeated: ${reason}`));
  first.on('task.completed', ({ task }) => first.cancel(`${task} has an answer`));
  const cancelled = await first;
  if (cancelled.state === 'cancelled') {
    console.log(`  cancelled because ${cancelled.reason}, which is ${cancelled.context.answer}`);
  }
  // The result is there at once; `drained` waits until the functions have really returned.
  await first.drained;

  console.log('Give the whole job 300 ms:');
  const second = run(research, { context, timeout: 300 });
  try {
    await second.unwrap();
  } catch (error) {
    console.log(`  ${error}`);
  }
  for (const { task, state } of second.snapshot().tasks.values()) {
    console.log(`  ${task}: ${state}`);
  }
  await second.drained;
  server.close();
  // `fetch` keeps connections for its next request, which would keep this process alive for some seconds.
  server.closeAllConnections();
}
