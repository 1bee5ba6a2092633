import test from 'ava';
import { type JobResult, type RunOptions, resume, run, type TaskDefinition } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { mortal } from '../helpers/mortal-store.ts';

const boom = new Error('boom');

type Call = (name: string) => void;

/** A diamond whose last task fails, with a retried undo, and two finally tasks. */
function failing(call: Call): TaskDefinition[] {
  const does = (name: string, work: (attempt: number) => object | undefined = () => ({ [name]: 1 })) => ({
    run: async (_: object, { attempt }: { attempt: number }) => {
      call(name);
      await undefined;
      return work(attempt);
    },
  });
  const undoes = (name: string, failures = 0) => ({
    undo: {
      maxRetries: 3,
      backoff: 0,
      ...does(`undo ${name}`, (attempt) => {
        if (attempt <= failures) {
          throw boom;
        }
        return undefined;
      }),
    },
  });
  const fails = () => {
    throw boom;
  };
  return [
    { name: 'a', ...does('a'), ...undoes('a') },
    { name: 'b', dependencies: ['a'], ...does('b'), ...undoes('b', 1) },
    { name: 'c', dependencies: ['a'], when: { a: { a: 1 } }, ...does('c'), ...undoes('c') },
    { name: 'd', dependencies: ['b', 'c'], ...does('d', fails) },
    { name: 'report', finally: true, ...does('report') },
    { name: 'close', finally: true, dependencies: [{ settled: 'report' }], ...does('close') },
  ];
}

const completing = (call: Call): TaskDefinition[] => failing(call).filter(({ name }) => name !== 'd');

const statesOf = ({ state, undo, failures, tasks }: JobResult) => ({
  state,
  undo,
  failures: failures.map(({ task }) => task),
  tasks: Array.from(tasks.values(), ({ task, state: ofTask }) => `${task} ${ofTask}`),
});

/** The functions whose attempts are saved as successful. */
function savedIn(store: MemoryStore): Set<string> {
  const { attempts } = store.rows.get('job') ?? { attempts: [] };
  return new Set(
    attempts
      .filter(({ outcome }) => outcome?.type === 'attempt.succeeded')
      .map(({ task, attempt }) => (attempt < 0 ? `undo ${task}` : task)),
  );
}

const OPTIONS = { maxRetries: 0, backoff: 0 } as const satisfies RunOptions;

for (const [what, tasksOf] of [
  ['fails', failing],
  ['completes', completing],
] as const) {
  for (const isLate of [false, true]) {
    const when = isLate ? 'right after a call of the store' : 'before a call of the store';
    test(`a job that ${what} is undone and finished wherever its process dies ${when}`, async (t) => {
      const expected = statesOf(
        await run(
          tasksOf(() => {}),
          OPTIONS,
        ),
      );
      let isOver = false;
      for (let call = 1; !isOver; call += 1) {
        const store = new MemoryStore();
        const { store: dying, died } = mortal(store, { call, isLate });
        const outcome = await Promise.race([
          run(
            tasksOf(() => {}),
            { ...OPTIONS, id: 'job', store: dying },
          ),
          died,
        ]);
        isOver = outcome !== 'died';
        const after = store.crash();
        if (!after.rows.has('job')) {
          continue;
        }
        const saved = savedIn(after);
        const calls: string[] = [];
        const result = await resume(
          tasksOf((name) => calls.push(name)),
          'job',
          { store: after },
        );
        t.deepEqual(statesOf(result), expected, `call ${call}`);
        t.deepEqual(
          calls.filter((name) => saved.has(name)),
          [],
          `call ${call}`,
        );
        const ended: string[] = [];
        const again = await resume(
          tasksOf((name) => ended.push(name)),
          'job',
          { store: after },
        );
        t.deepEqual(statesOf(again), expected, `call ${call}, again`);
        t.deepEqual(ended, []);
      }
    });
  }
}

test('a task whose attempt was interrupted by a crash is undone, even if the next attempt throws', async (t) => {
  const calls: string[] = [];
  const tasks = (work: () => unknown): TaskDefinition[] => [
    {
      name: 'a',
      run: work,
      undo: (_, { outcome }) => {
        calls.push(`undo a, which ${outcome.state}`);
      },
    },
  ];
  const fail = () => {
    throw boom;
  };
  const plain = await run(tasks(fail), OPTIONS);
  t.is(plain.undo, 'none');
  const store = new MemoryStore();
  const started = new Promise<void>((resolve) => {
    void run(
      tasks(() => {
        resolve();
        return new Promise(() => {});
      }),
      { ...OPTIONS, id: 'job', store },
    );
  });
  await started;
  const second = store.crash();
  const result = await resume(tasks(fail), 'job', { store: second });
  t.is(result.state, 'failed');
  t.is(result.undo, 'done');
  t.deepEqual(calls, ['undo a, which failed']);
  t.is((await resume(tasks(fail), 'job', { store: second })).undo, 'done');
  t.is(calls.length, 1);
});
