import { readFileSync } from 'node:fs';
import { bundle, sizes } from '../scripts/bundle.ts';
import type { Row } from './compare/compare.ts';
import { cpuTable, heapTable, timerTable } from './compare/tables.ts';
import { type Detail, measureDetails } from './details/details.ts';
import { describeMachine } from './machine.ts';
import { measureStarts, startTable } from './start/starts.ts';

const PEERS = ['xstate', 'p-graph', 'async', 'effect', 'better-all', 'listr2'];

function versionOf(name: string): string {
  const manifest = new URL(`../node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`;
}

/** All tables of `docs/performance.md`. */
export async function report(rows: readonly Row[]): Promise<string> {
  const { date, node, cores, cpu, memory } = describeMachine();
  const [core, alone] = [
    sizes(await bundle("export * from 'tintype';")),
    sizes(await bundle("export * from 'tintype';", ['xstate'])),
  ];
  return [
    `${date}, Node.js ${node}, ${cores} cores, ${cpu}, ${memory}; ${PEERS.map(versionOf).join(', ')}.`,
    'CPU µs per task, for tasks that do nothing:',
    cpuTable(rows),
    'Heap in kB per task, including garbage, for the same tasks:',
    heapTable(rows),
    'Wall time of tasks that wait for 1 ms, relative to the handwritten promise graph:',
    timerTable(rows),
    'Cost of individual features, in CPU µs per task in a chain of 1,000; `cancel` cancels 10,000 running tasks:',
    list(await measureDetails(), 'CPU µs per task'),
    'Startup, in ms of CPU, in fresh processes; the first job is a chain:',
    startTable(await measureStarts(9)),
    `Size: ${core.minified} bytes minified with xstate, ${core.gzipped} gzipped; ${alone.minified} without, ${alone.gzipped} gzipped.`,
  ].join('\n\n');
}

/** What a task costs, in a sentence. */
export function figure(rows: readonly Row[]): string {
  const { node, cores, cpu } = describeMachine();
  const costOf = (runner: Row['runner'], tasks: number) =>
    rows.find((row) => row.runner === runner && row.shape === 'chain' && row.work === 'nothing' && row.tasks === tasks)
      ?.cpuMicrosPerTask;
  const costs = (runner: Row['runner']) => [1000, 10_000].map((tasks) => costOf(runner, tasks)?.toFixed(1)).join(' and ');
  return [
    `A task that does nothing takes ${costs('tintype')} µs of CPU in a chain of 1,000 and 10,000 tasks, and ${costs('p-graph')} with p-graph`,
    `(\`npm run bench\`, Node.js ${node}, ${cores} cores, ${cpu}).`,
  ].join('\n');
}

function list(details: readonly Detail[], unit: string): string {
  return [`| | ${unit} |`, '| --- | --: |', ...details.map(({ what, value }) => `| ${what} | ${value.toFixed(1)} |`)].join(
    '\n',
  );
}
