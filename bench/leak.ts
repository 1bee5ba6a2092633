/** Checks that ended jobs leave nothing behind: `npm run -s bench:leak`, with ` -- --json` for the figures as JSON. */
import { getEventListeners } from 'node:events';
import { parseArgs } from 'node:util';
import { run, type TaskDefinition } from 'tintype';
import { heapInUse } from './heap-in-use.ts';
import { describeMachine } from './machine.ts';

const JOBS = 10_000;
const WARM_UP = 1000;
const TASKS = 10;
const MIB = 2 ** 20;
const MAX_GROWTH = 5 * MIB;
/** How long the process may take to exit when its work is done, in milliseconds. */
const EXIT_LIMIT = 5000;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

const { signal } = new AbortController();
let events = 0;

/** A chain in which each task has a timeout and the second is repeated, after a backoff in every tenth job. */
function tasksOf(job: number): TaskDefinition[] {
  return Array.from({ length: TASKS }, (_, index) => ({
    name: `t${index}`,
    dependencies: index === 0 ? [] : [`t${index - 1}`],
    timeout: 60_000,
    backoff: job % 10 === 0 ? 1 : 0,
    run: async (_context: object, { attempt }: { attempt: number }) => {
      if (index === 1 && attempt === 1) {
        throw new Error('not yet');
      }
      return { [`value${index}`]: index };
    },
  }));
}

/** Runs a job to its end; every fifth is cancelled on the way. */
async function play(index: number): Promise<void> {
  const job = run(tasksOf(index), { signal });
  job.on('*', () => {
    events += 1;
  });
  const cancelled = index % 5 === 4;
  if (cancelled) {
    job.on('task.running', ({ task }) => task === 't5' && job.cancel());
  }
  const { state } = await job;
  if (state !== (cancelled ? 'cancelled' : 'completed')) {
    throw new Error(`Job ${index} ended as ${state}`);
  }
}

for (let index = 0; index < WARM_UP; index++) {
  await play(index);
}
const heapBefore = await heapInUse();
// After the warm-up, when whatever loads the TypeScript has closed its own handles.
const resourcesBefore = process.getActiveResourcesInfo().sort();
for (let index = WARM_UP; index < JOBS; index++) {
  await play(index);
}
const heapAfter = await heapInUse();
const resourcesAfter = process.getActiveResourcesInfo().sort();

const figures = {
  jobs: JOBS,
  warmUp: WARM_UP,
  tasks: TASKS,
  events,
  heapBefore,
  heapAfter,
  heapGrowth: heapAfter - heapBefore,
  abortListeners: getEventListeners(signal, 'abort').length,
  resourcesBefore,
  resourcesAfter,
};
const broken = [
  figures.heapGrowth < MAX_GROWTH ? '' : `the heap grew by more than ${MAX_GROWTH / MIB} MiB`,
  figures.abortListeners === 0 ? '' : 'a listener was left on the signal',
  isPartOf(resourcesAfter, resourcesBefore) ? '' : 'a timer or a handle was left',
].filter((problem) => problem !== '');

if (values.json) {
  console.log(JSON.stringify({ ...figures, broken }));
} else {
  const { date, node, cores, cpu, memory } = describeMachine();
  const list = (names: readonly string[]) => (names.length === 0 ? 'none' : names.join(', '));
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(2)} MiB`;
  console.log(`${date}, Node.js ${node}, ${cores} cores, ${cpu}, ${memory}`);
  console.log(`${JOBS} jobs of ${TASKS} tasks, one after another, ${events} events`);
  console.log(
    `heap after ${WARM_UP} jobs: ${mib(heapBefore)}, at the end: ${mib(heapAfter)}, growth: ${mib(heapAfter - heapBefore)}`,
  );
  console.log(`listeners left on the signal: ${figures.abortListeners}`);
  console.log(`active resources before: ${list(resourcesBefore)}; after: ${list(resourcesAfter)}`);
  console.log(broken.length === 0 ? 'nothing was left behind' : `problems: ${broken.join('; ')}`);
}
process.exitCode = broken.length === 0 ? 0 : 1;
setTimeout(() => {
  console.error(`The process did not exit by itself: ${process.getActiveResourcesInfo().join(', ')}`);
  process.exit(1);
}, EXIT_LIMIT).unref();

/** What was busy before, such as a read of a file, may have come to its end. */
function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  const rest = [...all];
  return some.every((one) => {
    const index = rest.indexOf(one);
    return index >= 0 && rest.splice(index, 1).length === 1;
  });
}
