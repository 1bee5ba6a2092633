import { setTimeout } from 'node:timers/promises';
import { type AnyWorkflow, type TaskExecution, workflow } from 'tintype';
import { randomFrom } from '../../src/check/search/random-from.ts';

export const TASKS = 20;

/** What the tasks of a job have in common. */
export interface Start {
  /** The number of the job: what it does follows from that. */
  readonly number: number;
}

type Sums = Record<string, { readonly sum: number; readonly at: ReadonlyMap<string, bigint> }>;

const random = randomFrom(20);
const GRAPH = Array.from({ length: TASKS }, (_, index) =>
  Array.from({ length: index }, (__, earlier) => earlier).filter(() => random() < 2.5 / Math.max(index, 3)),
);

/** One workflow for all jobs, since workers know it; how long a task takes, and whether it fails at first, is up to the number of the job. */
export function flowOf(effect: (number: number, execution: TaskExecution) => void): AnyWorkflow {
  return GRAPH.reduce<AnyWorkflow>(
    (flow, dependencies, index) => {
      const name = `t${index}`;
      return (flow as ReturnType<typeof workflow<Start>>).task({
        name,
        dependencies: dependencies.map((earlier) => `t${earlier}`) as never,
        backoff: index % 2 === 0 ? 5 : 0,
        run: async (context: object, execution: TaskExecution) => {
          const { number, ...done } = context as Start & Sums;
          const fate = randomFrom(number * TASKS + index);
          effect(number, execution);
          await setTimeout(fate() * 40);
          if (fate() < 0.1 && execution.attempt === 1) {
            throw new Error(`${name} fails at first`);
          }
          const before = dependencies.map((earlier) => (done as Sums)[`t${earlier}`]?.sum ?? Number.NaN);
          const sum = before.reduce((total, one) => total + one, number + index);
          return { [name]: { sum, at: new Map([[name, BigInt(number)]]) } };
        },
      } as never) as unknown as AnyWorkflow;
    },
    workflow('distributed') as unknown as AnyWorkflow,
  );
}
