import { workflow } from 'tintype';

/** What a task tells of itself, where it runs in a process of its own. */
export interface Begun {
  readonly task: string;
  readonly attempt: number;
  readonly pid: number;
}

const begin = (task: string, attempt: number): Begun => {
  const begun = { task, attempt, pid: process.pid };
  process.send?.(begun);
  return begun;
};

/** Two tasks that both have to run before either returns, and one that takes what they give. */
export const pair = workflow<{ key: string }>('pair')
  .task({ name: 'left', run: async (_, { task, attempt }) => ({ left: begin(task, attempt).pid, met: await untilTold() }) })
  .task({ name: 'right', run: async (_, { task, attempt }) => ({ right: begin(task, attempt).pid, met: await untilTold() }) })
  .task({
    name: 'both',
    dependencies: ['left', 'right'],
    run: ({ left, right, key }) => ({ both: [left, right], key: `${key}!` }),
  });

/** A task that only ends where it is told to. */
export const patient = workflow('patient').task({
  name: 'wait',
  run: async (_, { task, attempt }) => {
    const { pid } = begin(task, attempt);
    await untilTold();
    return { pid, attempt };
  },
});

const untilTold = () =>
  new Promise<true>((resolve) => {
    process.once('message', () => resolve(true));
  });
