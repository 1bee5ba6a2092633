import { setTimeout } from 'node:timers/promises';
import { run, workflow } from 'tintype';
import { inspectJobs } from 'tintype-inspector';

/** Simulates work that takes a while and can be aborted. */
const working = (milliseconds: number, signal: AbortSignal) => setTimeout(milliseconds, undefined, { signal });

/** A build with a bit of everything: a failed attempt, a timeout, a backoff, tasks that wait for a slot. */
const build = workflow('build')
  .task({ name: 'install', run: (_context, { signal }) => working(400, signal) })
  .task({
    name: 'download images',
    backoff: 300,
    run: async (_context, { attempt, signal }) => {
      await working(300, signal);
      if (attempt === 1) {
        throw new Error('the connection was lost', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
      }
    },
  })
  .task({ name: 'lint', dependencies: ['install'], run: (_context, { signal }) => working(500, signal) })
  .task({ name: 'compile', dependencies: ['install'], run: (_context, { signal }) => working(700, signal) })
  .task({
    name: 'test',
    dependencies: ['compile'],
    timeout: 600,
    maxRetries: 1,
    run: (_context, { attempt, signal }) => working(attempt === 1 ? 5000 : 400, signal),
  })
  .task({
    name: 'measure',
    dependencies: ['compile'],
    continueOnFailure: true,
    maxRetries: 0,
    run: () => {
      throw new RangeError('nothing to compare with');
    },
  })
  .task({ name: 'bundle', dependencies: ['compile', 'download images'], run: (_context, { signal }) => working(300, signal) })
  .task({ name: 'publish', dependencies: ['lint', 'test', 'bundle'], run: (_context, { signal }) => working(250, signal) });

export const options = { maxConcurrency: 2 };

export default build;

if (import.meta.filename === process.argv[1]) {
  const inspector = await inspectJobs();
  console.log(`Open ${inspector.url}. Press Ctrl-C to stop.`);
  process.once('SIGINT', () => inspector.stop());
  const { state } = await run(build, { ...options, inspect: inspector.inspect });
  console.log(`The job ended as ${state}. The page stays up until you press Ctrl-C.`);
}
