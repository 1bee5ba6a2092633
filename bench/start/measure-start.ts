/** Imports a library, runs a first job, and prints what each cost, as JSON. `starts.ts` starts it in a fresh process. */
import { makeGraph } from '../compare/graphs.ts';
import { RUNNERS, type RunnerName } from '../compare/runners.ts';

export interface Start {
  /** Without one, there is no job. */
  readonly runner: RunnerName | undefined;
  /** The package to import, or its main module. */
  readonly library: string | undefined;
  /** How many tasks the first job has: a chain. */
  readonly tasks: number;
}

export interface StartCost {
  /** In milliseconds of CPU. */
  readonly load: number;
  readonly job: number;
}

async function measure({ runner, library, tasks }: Start): Promise<StartCost> {
  const graph = makeGraph('chain', tasks);
  const load = await cpuOf(() => library && import(library));
  const job = await cpuOf(() => runner && RUNNERS[runner](graph, async () => {}, 8));
  return { load, job };
}

/** Unlike `costOf` it loads nothing that the library might have to load. */
async function cpuOf(call: () => unknown): Promise<number> {
  const started = process.cpuUsage();
  await call();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

console.log(JSON.stringify(await measure(JSON.parse(process.argv[2] as string))));
