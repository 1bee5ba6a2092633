import { BUILT, CompiledProgram } from '../child.ts';
import { median } from '../statistics.ts';
import type { Start, StartCost } from './measure-start.ts';

/** How many tasks a first job has. */
export const FIRST_JOBS = [10, 1000] as const;

/** What it costs to start with a library, in milliseconds of CPU. */
export interface StartRow {
  readonly what: string;
  readonly load: number;
  /** The first job, by the number of its tasks. Empty if the library runs none. */
  readonly jobs: Readonly<Record<number, number>>;
}

const LIBRARIES: Readonly<Record<string, Omit<Start, 'tasks'>>> = {
  tintype: { runner: 'tintype', library: BUILT },
  // What tintype loads when someone looks at a job.
  xstate: { runner: undefined, library: 'xstate' },
  'p-graph': { runner: 'p-graph', library: 'p-graph' },
  'async.auto': { runner: 'async.auto', library: 'async' },
  Effect: { runner: 'Effect', library: 'effect' },
  'better-all': { runner: 'better-all', library: 'better-all' },
  listr2: { runner: 'listr2', library: 'listr2' },
  'by hand': { runner: 'by hand', library: undefined },
};

/** The built library and its peers, each in fresh processes, in turns; medians. */
export async function measureStarts(rounds: number): Promise<StartRow[]> {
  await using program = await CompiledProgram.make('start/measure-start.ts', true);
  const measured = Object.entries(LIBRARIES).map(([what, library]) => ({
    what,
    starts: FIRST_JOBS.map((tasks) => ({ ...library, tasks, costs: [] as StartCost[] })),
  }));
  for (let round = 0; round < rounds; round += 1) {
    for (const { costs, ...start } of measured.flatMap(({ starts }) => starts)) {
      costs.push((await program.run([start])) as StartCost);
    }
    process.stderr.write('.');
  }
  process.stderr.write('\n');
  return measured.map(({ what, starts }) => ({
    what,
    load: median(starts.flatMap(({ costs }) => costs.map(({ load }) => load))),
    jobs: Object.fromEntries(
      starts
        .filter(({ runner }) => runner !== undefined)
        .map(({ tasks, costs }) => [tasks, median(costs.map(({ job }) => job))]),
    ),
  }));
}

/** A table for Markdown. */
export function startTable(rows: readonly StartRow[]): string {
  const head = ['', 'import', ...FIRST_JOBS.map((tasks) => `first job of ${tasks.toLocaleString('en')}`)];
  const cells = rows.map(({ what, load, jobs }) => [
    what,
    ...[load, ...FIRST_JOBS.map((tasks) => jobs[tasks])].map((cost) => cost?.toFixed(1) ?? '–'),
  ]);
  const rule = ['---', ...head.slice(1).map(() => '--:')];
  return [head, rule, ...cells].map((line) => `| ${line.join(' | ')} |`).join('\n');
}
