// That what a function in a thread takes and gives is the type of its task. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import {
  type DependencyOutcome,
  type Executor,
  type JobEnding,
  type LooseContext,
  run,
  type TaskExecution,
  type UndoExecution,
  workflow,
} from 'tintype';
import { inThread, type ThreadInput, workerThreads } from 'tintype/worker-threads';

declare function count(context: { limit: number }, execution: TaskExecution): Promise<{ primes: number[] }>;
declare function nothing(): void;
// biome-ignore lint/suspicious/noExplicitAny: this is what is tested
declare function loose(context: any): { loose: true };

const module = new URL('file:///count.ts');

const primes = workflow<{ limit: number; note: string }>('primes')
  .task({ name: 'count', run: inThread<typeof count>({ module, export: 'count' }) })
  .task({ name: 'nothing', run: inThread<typeof nothing>({ module }) })
  .task({ name: 'loose', run: inThread<typeof loose>({ module }) })
  .task({ name: 'sum', dependencies: ['count'], run: ({ primes }) => ({ sum: primes.length }) });
const { executor, ...threads } = workerThreads({ maxThreads: 2, grace: 5, resourceLimits: { stackSizeMb: 4 } });
expectTypeOf(executor).toEqualTypeOf<Executor>();
expectTypeOf(threads.close()).toEqualTypeOf<Promise<void>>();
expectTypeOf(run(primes, { executor, context: { limit: 5, note: '' } }).unwrap()).resolves.toEqualTypeOf<{
  readonly limit: number;
  readonly note: string;
  readonly primes: number[];
  readonly loose: true;
  readonly sum: number;
}>();
expectTypeOf<ThreadInput<typeof count>>().toEqualTypeOf<{ limit: number }>();

// The context has to be what the function takes.
workflow<{ limit: string }>('wrong').task({
  name: 'count',
  // @ts-expect-error the limit is a string
  run: inThread<typeof count>({ module }),
});
workflow('missing').task({
  name: 'count',
  // @ts-expect-error there is no limit
  run: inThread<typeof count>({ module }),
});

// The outcomes that it reads have to be those of the dependencies.
declare function join(context: object, execution: TaskExecution<{ garnish: DependencyOutcome }>): { joined: true };
const fruit = workflow('fruit')
  .task({ name: 'garnish', run: () => {} })
  .task({ name: 'ice', run: () => {} });
fruit.task({
  name: 'join',
  dependencies: [{ settled: 'garnish' }, { settled: 'ice' }],
  run: inThread<typeof join>({ module }),
});
fruit.task({
  name: 'join',
  dependencies: [{ settled: 'ice' }],
  // @ts-expect-error it doesn't name `garnish` in `settled`
  run: inThread<typeof join>({ module }),
});

// An undo and a finally task can run in a thread, too.
declare function refund(context: { order: string }, execution: UndoExecution<{ receipt: number }>): void;
declare function release(context: { order: string }): Promise<void>;
declare function report(
  context: { receipt?: number },
  execution: TaskExecution & { readonly ending: JobEnding },
): Promise<{ reported: true }>;
const order = workflow<{ order: string }>('order')
  .task({ name: 'charge', run: () => ({ receipt: 1 }), undo: inThread<typeof refund>({ module }) })
  .task({ name: 'reserve', run: () => ({ box: 7 }), undo: { run: inThread<typeof release>({ module }), timeout: 5 } })
  .task({ name: 'report', finally: true, run: inThread<typeof report>({ module }) });
expectTypeOf(run(order, { context: { order: 'tea' } }).unwrap()).resolves.toHaveProperty('reported');
workflow<{ order: string }>('wrong').task({
  name: 'charge',
  run: () => ({ receipt: 'one' }),
  // @ts-expect-error it takes another output
  undo: inThread<typeof refund>({ module }),
});
workflow('wrong').task({
  name: 'report',
  // @ts-expect-error only finally tasks get an ending
  run: inThread<typeof report>({ module }),
});
workflow<{ order: string }>('wrong').task({
  name: 'refund',
  // @ts-expect-error only an undo gets an outcome
  run: inThread<typeof refund>({ module }),
});

// Or `input` makes it.
workflow<{ max: number }>('made').task({
  name: 'count',
  run: inThread<typeof count, { max: number }>({ module, input: ({ max }) => ({ limit: max }) }),
});
// @ts-expect-error another context needs an `input`
inThread<typeof count, { max: number }>({ module });
// @ts-expect-error the function takes something else
inThread<typeof count, { max: number }>({ module, input: ({ max }) => ({ max }) });
inThread<typeof count>({ module, input: ({ limit }) => ({ limit: limit + 1 }) });

// Without the type of the function all goes.
expectTypeOf(inThread({ module: '/work.js' }))
  .parameter(0)
  .toEqualTypeOf<LooseContext>();
// @ts-expect-error a task gives a plain object
inThread<() => number>({ module });
// @ts-expect-error the module is missing
inThread({ export: 'count' });
// @ts-expect-error there is no such option
inThread({ module, name: 'count' });
// @ts-expect-error there is no such option
workerThreads({ threads: 2 });
