import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { run, workflow } from 'tintype';

const research = workflow('research')
  .context<{ url: string }>()
  .task({
    name: 'ask',
    // Each attempt may take 100 ms. Then its signal aborts, which makes `fetch` reject, and the next attempt starts.
    timeout: 100,
    run: async ({ url }, { attempt, signal }) => {
      const response = await fetch(attempt === 1 ? `${url}/never?for=ask` : `${url}/now`, { signal });
      return { answer: await response.text() };
    },
  })
  .task({
    name: 'listen',
    // This task has no timeout, but its signal also aborts when the job ends.
    run: async ({ url }, { signal }) => {
      await fetch(`${url}/never?for=listen`, { signal });
    },
  })
  .task({
    name: 'compute',
    run: async (_context, { isActive }) => {
      let sum = 0;
      // A loop without `await` blocks everything else, timers included: yield now and then, and check whether to continue.
      while (isActive()) {
        for (let step = 0; step < 100_000; step += 1) {
          sum += Math.sqrt(step);
        }
        await setImmediate();
      }
      // Nobody receives this result anymore, but this is the place to clean up.
      console.log('  compute left its loop');
      return { sum };
    },
  });

export default research;

if (import.meta.filename === process.argv[1]) {
  // A server that answers `/now` at once and `/never` never.
  const server = createServer((request, response) => {
    if (request.url === '/now') {
      response.end('42');
    } else {
      response.on('close', () => console.log(`  server: the client aborted ${request.url}`));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const context = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

  console.log('Cancel the job as soon as there is an answer:');
  const first = run(research, { context, backoff: 0 });
  first.on('task.ready', ({ task, reason }) => reason && console.log(`  retrying ${task}: ${reason}`));
  first.on('task.completed', ({ task }) => first.cancel(`${task} has an answer`));
  const cancelled = await first;
  if (cancelled.state === 'cancelled') {
    console.log(`  cancelled because ${cancelled.reason}: ${cancelled.context.answer}`);
  }
  // The result is available at once; `drained` waits until the functions have actually returned.
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
  // `fetch` keeps connections open for later requests, which would keep this process alive for a few seconds.
  server.closeAllConnections();
}
