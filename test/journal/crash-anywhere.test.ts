import test from 'ava';
import fc from 'fast-check';
import { type Job, resume, run, type TaskDefinition } from 'tintype';
import { deferred } from '../../src/runtime/deferred.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

interface Shape {
  /** For each task, which of the earlier ones it depends on. */
  readonly edges: readonly (readonly boolean[])[];
  /** How often each task fails first. */
  readonly failures: readonly number[];
  /** At which call of the store each process dies, counted from its start, and whether the call still takes effect. */
  readonly crashes: readonly { readonly at: number; readonly before: boolean }[];
  readonly maxConcurrency: number;
  readonly countInterrupted: boolean;
}

const shapes = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.record({
    edges: fc.tuple(
      ...Array.from({ length: count }, (_, index) => fc.array(fc.boolean(), { minLength: index, maxLength: index })),
    ),
    failures: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: count, maxLength: count }),
    crashes: fc.array(fc.record({ at: fc.integer({ min: 1, max: 20 }), before: fc.boolean() }), { maxLength: 4 }),
    maxConcurrency: fc.integer({ min: 1, max: 3 }),
    countInterrupted: fc.boolean(),
  }),
);

function tasksOf({ edges, failures }: Shape, call: (task: string, attempt: number) => void): TaskDefinition[] {
  return edges.map((before, index) => {
    const dependencies = before.flatMap((depends, earlier) => (depends ? [`t${earlier}`] : []));
    return {
      name: `t${index}`,
      dependencies,
      maxRetries: 20,
      run: async (context: Record<string, number>, { attempt }) => {
        call(`t${index}`, attempt);
        await undefined;
        if (attempt <= (failures[index] ?? 0)) {
          throw new Error('at first');
        }
        return { [`t${index}`]: dependencies.reduce((sum, name) => sum + (context[name] ?? Number.NaN), index + 1) };
      },
    };
  });
}

/** Resolves when the process has died, at the n-th call of its store. */
function dieAt(
  store: MemoryStore,
  { at, before }: Shape['crashes'][number],
): { died: Promise<'died'>; after: () => MemoryStore } {
  const { promise, resolve } = deferred<'died'>();
  let calls = 0;
  let left: MemoryStore | undefined;
  const die = () => {
    left = store.crash();
    resolve('died');
  };
  store.before = () => {
    calls += 1;
    if (calls === at) {
      if (before) {
        die();
        return new Promise(() => {});
      }
      // The call takes effect, and nobody hears of it.
      queueMicrotask(() => queueMicrotask(() => queueMicrotask(die)));
    }
    return undefined;
  };
  return { died: promise, after: () => left ?? store };
}

test('wherever processes die, the job ends as it would have, and tasks saved as completed are not called again', async (t) => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      let store = new MemoryStore();
      let completed = new Set<string>();
      let again = 0;
      const call = (process: number) => (task: string) => {
        if (process === current && completed.has(task)) {
          again += 1;
        }
      };
      let current = 0;
      const begin = (): Job => {
        completed = new Set(
          store.rows.get('job')?.attempts.flatMap(({ task, outcome }) => (outcome?.type === 'attempt.succeeded' ? [task] : [])),
        );
        const { maxConcurrency, countInterrupted } = shape;
        const tasks = tasksOf(shape, call(current));
        return store.rows.has('job')
          ? resume(tasks, 'job', { store, maxConcurrency, countInterrupted })
          : run(tasks, { id: 'job', store, maxConcurrency, backoff: 0 });
      };
      for (const crash of shape.crashes) {
        const { died, after } = dieAt(store, crash);
        const job = begin();
        await Promise.race([died, job]);
        store = after();
        current += 1;
      }
      store.before = () => {};
      const result = await begin();
      const expected = await run(
        tasksOf(shape, () => {}),
        { backoff: 0 },
      );
      t.is(again, 0);
      t.is(result.state, 'completed');
      t.deepEqual(result.context, expected.context);
      t.is(store.rows.get('job')?.state, 'completed');
    }),
    { numRuns: 400 },
  );
});
