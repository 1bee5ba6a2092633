import type { TaskDefinition } from 'tintype';

/** How the tasks of a job depend on each other; a job of the shape `cancel` is cancelled when all its tasks run. */
export const SHAPES = ['independent', 'chain', 'layers', 'cancel'] as const;
export type Shape = (typeof SHAPES)[number];

export interface Measurement {
  readonly shape: Shape;
  /** How many tasks the job has. */
  readonly tasks: number;
  /** Whether each task has a timeout, which never goes off. */
  readonly timeouts: boolean;
  /** How many jobs of 1,000 tasks the process runs before. */
  readonly warmUp: number;
}

/** How many tasks the process runs in each job of the warm-up. */
export const WARM_UP_TASKS = 1000;

const LAYER = 100;
const DEPENDENCIES = 5;
const TIMEOUT = 600_000;

/** The tasks of a job, all of which call the same function. */
export function makeTasks({ shape, tasks, timeouts }: Omit<Measurement, 'warmUp'>, run: () => unknown): TaskDefinition[] {
  return Array.from({ length: tasks }, (_, index) => ({
    name: `t${index}`,
    run,
    dependencies: dependenciesOf(shape, index),
    ...(timeouts && { timeout: TIMEOUT }),
  }));
}

function dependenciesOf(shape: Shape, index: number): string[] {
  if (shape === 'chain') {
    return index === 0 ? [] : [`t${index - 1}`];
  }
  if (shape === 'layers' && index >= LAYER) {
    const before = index - (index % LAYER) - LAYER;
    return Array.from({ length: DEPENDENCIES }, (_, offset) => `t${before + ((index + offset) % LAYER)}`);
  }
  return [];
}
