import { type RunOptions, run, type TaskDefinition, type TaskExecution } from 'tintype';

/** A job, and what is added to it in comparison with the first. */
export interface Variant {
  readonly tasks: number;
  readonly options?: RunOptions;
  /** What each task has besides its name and its dependency. */
  readonly task?: Partial<TaskDefinition>;
  /** How many times more a task changes its state than in the first. */
  readonly transitions?: number;
}

const nothing = () => {};
const TASKS = 1000;

/** The first is what the others are compared with: a chain of tasks that do nothing. */
export const VARIANTS = {
  baseline: { tasks: TASKS },
  'a listener': { tasks: TASKS, options: { onEvent: nothing } },
  'an inspector': { tasks: TASKS, options: { inspect: nothing } },
  "XState's interpreter": { tasks: TASKS, options: { interpreter: 'xstate' } },
  "XState's interpreter and an inspector": { tasks: TASKS, options: { interpreter: 'xstate', inspect: nothing } },
  'a timeout per task, set and cleared': { tasks: TASKS, task: { timeout: 600_000 } },
  'one retry per task': {
    tasks: TASKS,
    task: {
      run: async (_: object, { attempt }: TaskExecution) => (attempt === 1 ? Promise.reject('again') : undefined),
      backoff: 0,
    },
  },
  'each task reads its signal': {
    tasks: TASKS,
    task: { run: async (_: object, { signal }: TaskExecution) => void signal },
  },
  'an executor': { tasks: TASKS, options: { executor: ({ run: call }) => call() } },
} satisfies Record<string, Variant>;

export type VariantName = keyof typeof VARIANTS;

export async function play({ tasks, options, task }: Variant): Promise<void> {
  const definitions = Array.from({ length: tasks }, (_, index) => ({
    name: `t${index}`,
    run: async () => {},
    dependencies: index === 0 ? [] : [`t${index - 1}`],
    ...task,
  }));
  await run(definitions, { maxConcurrency: 8, ...options }).unwrap();
}
