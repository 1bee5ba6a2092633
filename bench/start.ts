/**
 * Measures what it costs to import the built library and to run a first job: `npm run -s bench:start`, with ` -- --json` for the rows as
 * JSON, and `--rounds N` for other than 9 processes per row.
 */
import { parseArgs } from 'node:util';
import { describeMachine } from './machine.ts';
import { measureStarts, type StartRow, startTable } from './start/starts.ts';

/** In milliseconds of CPU. */
const MAX_LOAD = 20;
const MAX_SMALL_JOB = 2;
/** Of what p-graph costs. */
const MAX_LARGE_JOB = 2;

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, rounds: { type: 'string', default: '9' } },
});

const rows = await measureStarts(Number(values.rounds));
const missed = findMissed();
console.log(values.json ? JSON.stringify({ machine: describeMachine(), rows }, null, 2) : report());
process.exitCode = missed.length > 0 ? 1 : 0;

/** The bounds that tintype does not keep. */
function findMissed(): string[] {
  const [own, peer] = ['tintype', 'p-graph'].map((name) => rows.find(({ what }) => what === name)) as [StartRow, StartRow];
  const largest = MAX_LARGE_JOB * (peer.jobs[1000] as number);
  const costs = [
    ['import', own.load, MAX_LOAD],
    ['first job of 10', own.jobs[10] as number, MAX_SMALL_JOB],
    [`first job of 1,000 (${MAX_LARGE_JOB} times p-graph's)`, own.jobs[1000] as number, largest],
  ] as const;
  return costs
    .filter(([, cost, bound]) => cost > bound)
    .map(([what, cost, bound]) => `${what}: ${cost.toFixed(1)} instead of ${bound.toFixed(1)} ms`);
}

function report(): string {
  const { date, node, cores, cpu, memory } = describeMachine();
  return [
    `${date}, Node.js ${node}, ${cores} cores, ${cpu}, ${memory}`,
    '',
    startTable(rows),
    '',
    `CPU in ms, of all threads: medians of ${values.rounds} fresh processes. The tasks of a job do nothing, and are a chain.`,
    `tintype starts within its bounds: ${missed.length === 0 ? 'yes' : `no, ${missed.join('; ')}`}.`,
  ].join('\n');
}
