import test from 'ava';
import fc from 'fast-check';
import { type OnFailure, type RunOptions, run, type TaskDefinition } from 'tintype';

interface Shape {
  /** For each task, which of the earlier ones it depends on. */
  readonly edges: readonly (readonly boolean[])[];
  readonly fails: readonly boolean[];
  readonly undo: readonly ('none' | 'works' | 'fails')[];
  readonly onFailure: OnFailure;
  readonly maxConcurrency: number;
  readonly interpreter: NonNullable<RunOptions['interpreter']>;
}

const shapes: fc.Arbitrary<Shape> = fc.integer({ min: 1, max: 8 }).chain((count) => {
  const list = <T>(items: fc.Arbitrary<T>) => fc.array(items, { minLength: count, maxLength: count });
  return fc.record({
    edges: fc.tuple(
      ...Array.from({ length: count }, (_, index) => fc.array(fc.boolean(), { minLength: index, maxLength: index })),
    ),
    fails: list(fc.nat({ max: 3 }).map((number) => number === 0)),
    undo: list(fc.constantFrom('none' as const, 'works' as const, 'works' as const, 'fails' as const)),
    onFailure: fc.constantFrom('stop' as const, 'finishRunning' as const, 'keepGoing' as const),
    maxConcurrency: fc.integer({ min: 1, max: 3 }),
    interpreter: fc.constantFrom('compiled' as const, 'xstate' as const),
  });
});

const nameOf = (index: number) => `t${index}`;

/** For each task, all that depend on it, directly or not. */
function descendantsOf(edges: Shape['edges']): Set<number>[] {
  const descendants = edges.map(() => new Set<number>());
  for (let task = edges.length - 1; task >= 0; task -= 1) {
    for (const [dependency, depends] of (edges[task] as readonly boolean[]).entries()) {
      if (depends) {
        for (const one of [task, ...(descendants[task] as Set<number>)]) {
          descendants[dependency]?.add(one);
        }
      }
    }
  }
  return descendants;
}

test('what completed is undone after everything that depends on it, unless an undo behind it failed', async (t) => {
  await fc.assert(
    fc.asyncProperty(shapes, async ({ edges, fails, undo, ...options }) => {
      const completed = new Set<number>();
      const called = new Set<number>();
      /** Aborted while their functions ran. */
      const aborted = new Set<number>();
      const indexOf = (task: string) => Number(task.slice(1));
      const undone: number[] = [];
      const tasks = edges.map(
        (before, index): TaskDefinition => ({
          name: nameOf(index),
          dependencies: before.flatMap((depends, earlier) => (depends ? [nameOf(earlier)] : [])),
          run: async () => {
            called.add(index);
            await undefined;
            if (fails[index]) {
              throw new Error('task');
            }
          },
          ...(undo[index] !== 'none' && {
            undo: async () => {
              undone.push(index);
              await undefined;
              if (undo[index] === 'fails') {
                throw new Error('undo');
              }
            },
          }),
        }),
      );
      const job = run(
        [
          ...tasks,
          {
            name: 'last',
            finally: true,
            run: () => {
              undone.push(-1);
            },
          },
        ],
        {
          ...options,
          maxRetries: 0,
        },
      );
      job.on('task.completed', ({ task }) => completed.add(indexOf(task)));
      job.on(
        'task.cancelled',
        ({ task, from }) => from === 'running' && called.has(indexOf(task)) && aborted.add(indexOf(task)),
      );
      const result = await job;
      const isUndone = result.state !== 'completed';
      const descendants = descendantsOf(edges);
      const mustUndo = (index: number) => isUndone && (completed.has(index) || aborted.has(index)) && undo[index] !== 'none';
      const isBlocked = (index: number) =>
        [...(descendants[index] as Set<number>)].some((other) => mustUndo(other) && undo[other] === 'fails');
      for (const index of edges.keys()) {
        const state = result.tasks.get(nameOf(index))?.state;
        if (mustUndo(index) && !isBlocked(index)) {
          t.is(state, undo[index] === 'fails' ? 'undoFailed' : 'undone');
          t.is(undone.filter((one) => one === index).length, 1);
        } else {
          t.false(undone.includes(index));
          t.is(state === 'completed', completed.has(index));
        }
      }
      for (const [place, index] of undone.slice(0, -1).entries()) {
        t.true(undone.slice(place + 1).every((later) => !descendants[index]?.has(later)));
      }
      t.is(undone.at(-1), -1);
      const planned = [...edges.keys()].filter(mustUndo);
      const isDone = planned.every((index) => undo[index] === 'works' && !isBlocked(index));
      const expected = isDone ? 'done' : 'incomplete';
      t.is(result.undo, planned.length === 0 ? 'none' : expected);
    }),
    { numRuns: 500 },
  );
});
