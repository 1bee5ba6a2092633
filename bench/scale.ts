/** Measures what a task costs in small and in large jobs: `npm run -s bench:scale`, with ` -- --json` for the rows as JSON. */
import { parseArgs } from 'node:util';
import { CompiledProgram, HEAP_LIMIT } from './child.ts';
import { describeMachine } from './machine.ts';
import type { JobRow, ValidationRow } from './measure.ts';
import { type Measurement, SHAPES, WARM_UP_TASKS } from './shapes.ts';

const SIZES = [
  { tasks: 1000, runs: 5 },
  { tasks: 10_000, runs: 3 },
  { tasks: 100_000, runs: 1 },
];
const [SMALLEST, LARGEST] = [1000, 100_000];
const WARM_UP = 10;
/** What a task of the largest job may cost, as a multiple of what one of the smallest costs. */
const MAX_RATIO = 2.5;

interface ScaleRow extends JobRow {
  /** The CPU time of a task against that in the job of 1,000 tasks. */
  readonly ratio: number;
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });

await using compiled = await CompiledProgram.make('measure.ts');
const rows: ScaleRow[] = [];
for (const timeouts of [false, true]) {
  for (const shape of SHAPES) {
    let smallest: JobRow | undefined;
    for (const { tasks, runs } of SIZES) {
      const row = await median({ shape, timeouts, tasks, warmUp: WARM_UP }, runs);
      smallest ??= row;
      rows.push({ ...row, ratio: row.cpu / smallest.cpu });
      process.stderr.write('.');
    }
  }
}
const large: Measurement = { shape: 'layers', timeouts: true, tasks: LARGEST, warmUp: WARM_UP };
const validation = (await compiled.run(['validation', large])) as ValidationRow;
process.stderr.write('\n');
const tooDear = rows.filter(({ ratio }) => ratio > MAX_RATIO);
console.log(values.json ? JSON.stringify({ machine: describeMachine(), rows, validation }, null, 2) : report());
process.exitCode = tooDear.length > 0 ? 1 : 0;

/** Of several runs, each in a process of its own, the one in the middle. */
async function median(measurement: Measurement, runs: number): Promise<JobRow> {
  const measured: JobRow[] = [];
  for (let count = 0; count < runs; count++) {
    measured.push((await compiled.run(['job', measurement])) as JobRow);
  }
  measured.sort((a, b) => a.cpu - b.cpu);
  return measured[Math.floor(runs / 2)] as JobRow;
}

function report(): string {
  const { date, node, cores, cpu, memory } = describeMachine();
  const head = ['shape', 'timeouts', 'tasks', 'CPU µs/task', 'ratio', 'wall ms', 'GC ms', 'peak heap MiB', 'held bytes/task'];
  const cells = rows.map((row) => [
    row.shape,
    row.timeouts ? 'yes' : 'no',
    row.tasks.toLocaleString('en'),
    row.cpu.toFixed(0),
    row.ratio.toFixed(2),
    row.wall.toFixed(0),
    row.gc.toFixed(0),
    row.peakHeap.toFixed(0),
    row.held.toFixed(0),
  ]);
  const seconds = (validation.wall / 1000).toFixed(2);
  const verdict = tooDear.map(({ shape, timeouts, tasks }) => `${shape}${timeouts ? ' with timeouts' : ''}, ${tasks} tasks`);
  return [
    `${date}, Node.js ${node}, ${cores} cores, ${cpu}, ${memory}`,
    '',
    ...[head, head.map((_, column) => (column < 2 ? '---' : '--:')), ...cells].map((line) => `| ${line.join(' | ')} |`),
    '',
    `Each row is a separate process with --max-old-space-size=${HEAP_LIMIT}, warmed up with ${WARM_UP} jobs of ${WARM_UP_TASKS} tasks;`,
    `the median by CPU of ${SIZES.map(({ tasks, runs }) => `${runs} ${runs === 1 ? 'run' : 'runs'} with ${tasks}`).join(', ')} tasks.`,
    'ratio: CPU per task relative to 1,000 tasks. GC: on the main thread. held: by the handle and result of the ended job.',
    `Validation alone: ${seconds} s, ${validation.cpu.toFixed(1)} CPU µs per task, for ${LARGEST} tasks in layers with timeouts.`,
    `A task in a job of ${LARGEST} costs at most ${MAX_RATIO} times one in a job of ${SMALLEST}: ${verdict.length === 0 ? 'yes' : `no, ${verdict.join('; ')}`}.`,
  ].join('\n');
}
