import { CompiledProgram } from '../child.ts';
import { median } from '../statistics.ts';
import { GRAPHS } from './graphs.ts';
import type { Budget, Contest, Costs } from './measure-contest.ts';
import { RUNNERS, type RunnerName } from './runners.ts';

export type Row = Contest & Costs;

export interface Plan {
  readonly sizes: Readonly<Record<Contest['work'], readonly number[]>>;
  readonly runners: readonly RunnerName[];
  /** How many fresh processes there are for each row. */
  readonly rounds: number;
  readonly budget: Budget;
  /** The longest that a process may take, in milliseconds: what takes longer has no row, and is not tried with more tasks. */
  readonly bound: number;
}

const ALL = Object.keys(RUNNERS) as RunnerName[];

export const FULL: Plan = {
  sizes: { nothing: [10, 100, 1000, 10_000, 100_000], timer: [10, 100, 1000, 10_000] },
  runners: ALL,
  rounds: 3,
  budget: { warmUp: 500, measure: 500 },
  bound: 15_000,
};

export const QUICK: Plan = {
  sizes: { nothing: [1000, 10_000], timer: [] },
  runners: ALL.filter((runner) => runner !== 'tintype, by XState'),
  rounds: 1,
  budget: { warmUp: 400, measure: 100 },
  bound: 2500,
};

/** Measures in rounds, in each of which each runner has its turn. Gives medians, in the order of the plan. */
export async function compare(plan: Plan): Promise<Row[]> {
  const { sizes, runners, rounds, budget, bound } = plan;
  await using program = await CompiledProgram.make('compare/measure-contest.ts');
  const contests = GRAPHS.flatMap((shape) =>
    (['nothing', 'timer'] as const).flatMap((work) =>
      sizes[work].flatMap((tasks) => runners.map((runner): Contest => ({ shape, work, tasks, runner }))),
    ),
  );
  const measured = new Map<Contest, Costs[]>(contests.map((contest) => [contest, []]));
  const tooSlow: Contest[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const [contest, costs] of measured) {
      if (!tooSlow.some((slow) => isHarder(contest, slow))) {
        try {
          costs.push((await program.run([contest, budget], { timeout: bound })) as Costs);
        } catch {
          tooSlow.push(contest);
        }
        process.stderr.write('.');
      }
    }
  }
  process.stderr.write('\n');
  return [...measured]
    .filter(([, costs]) => costs.length === rounds)
    .map(([contest, costs]) => {
      const medianOf = (key: keyof Costs) => median(costs.map((cost) => cost[key]));
      return {
        ...contest,
        cpuMicrosPerTask: medianOf('cpuMicrosPerTask'),
        wallMicrosPerTask: medianOf('wallMicrosPerTask'),
        heapBytesPerTask: medianOf('heapBytesPerTask'),
      };
    });
}

/** The same with at least as many tasks. */
const isHarder = (contest: Contest, slow: Contest): boolean =>
  contest.runner === slow.runner && contest.shape === slow.shape && contest.work === slow.work && contest.tasks >= slow.tasks;
