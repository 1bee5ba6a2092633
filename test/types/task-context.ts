// What a task function is told its context is. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import { type TaskExecution, workflow } from '../../src/index.ts';

interface Initial {
  fruit: readonly string[];
  note?: string;
}

const base = workflow<Initial>('base')
  .task({ name: 'dice', run: ({ fruit }) => ({ diced: fruit.length }) })
  .task({ name: 'blend', dependencies: ['dice'], run: async ({ diced }) => ({ smoothie: `${diced} cups` }) })
  .task({ name: 'garnish', dependencies: ['blend'], continueOnFailure: true, run: () => ({ leaf: true }) });

// The initial context is there without dependencies, and stays as it is.
base.task({
  name: 'first',
  run: (context, execution) => {
    expectTypeOf(context).toEqualTypeOf<{ readonly fruit: readonly string[]; readonly note?: string }>();
    expectTypeOf(execution).toEqualTypeOf<TaskExecution>();
    // @ts-expect-error the context is read-only
    context.fruit = [];
    // @ts-expect-error no dependency gives this key
    context.diced;
  },
});

// An array, a readonly array and a Set of names; direct and transitive dependencies.
const names = ['dice', 'blend'] as const;
type Blended = {
  readonly fruit: readonly string[];
  readonly note?: string;
  readonly diced: number;
  readonly smoothie: string;
};
base.task({ name: 'x', dependencies: ['blend'], run: (context) => expectTypeOf(context).toEqualTypeOf<Blended>() && {} });
base.task({ name: 'x', dependencies: names, run: (context) => expectTypeOf(context).toEqualTypeOf<Blended>() && {} });
base.task({
  name: 'x',
  dependencies: new Set(['blend'] as const),
  run: (context) => expectTypeOf(context).toEqualTypeOf<Blended>() && {},
});
// The compiler takes the names of an inline Set for strings: they are checked at run time, and every key is optional.
base.task({
  name: 'x',
  dependencies: new Set(['blend']),
  run: (context) => expectTypeOf(context.smoothie).toEqualTypeOf<string | undefined>() && {},
});
base.task({
  name: 'x',
  dependencies: new Set(names),
  run: (context) => expectTypeOf(context).toEqualTypeOf<Blended>() && {},
});
base.task({ run: ({ diced }) => ({ twice: diced * 2 }), dependencies: ['dice'], name: 'run comes first' });
base.task({
  name: 'method',
  dependencies: ['dice'],
  run({ diced }) {
    return { twice: diced * 2 };
  },
});
base.task({ name: 'none', dependencies: [], run: ({ fruit }) => ({ fruit }) });
base.task({ name: 'absent', dependencies: undefined, timeout: undefined, continueOnFailure: undefined, run: () => ({}) });

// @ts-expect-error a misspelt dependency
base.task({ name: 'x', dependencies: ['blnd'], run: () => ({}) });
// @ts-expect-error a misspelt dependency in a Set
base.task({ name: 'x', dependencies: new Set(['blnd'] as const), run: () => ({}) });
// @ts-expect-error a task can't depend on itself
base.task({ name: 'x', dependencies: ['x'], run: () => ({}) });
// @ts-expect-error the first task has nothing to depend on
workflow('empty').task({ name: 'x', dependencies: ['blend'], run: () => ({}) });
// @ts-expect-error there is already a task with this name
base.task({ name: 'dice', run: () => ({}) });
// @ts-expect-error no dependency gives `smoothie`
base.task({ name: 'x', dependencies: ['dice'], run: ({ smoothie }) => ({ smoothie }) });
// @ts-expect-error a name must be a string
base.task({ name: 1, run: () => ({}) });
// @ts-expect-error there is no such option
base.task({ name: 'x', retries: 3, run: () => ({}) });

// A key given by several visible tasks, or also initially.
const overlap = workflow<{ a: 'initial'; b: 'initial'; c?: 'initial' }>('overlap')
  .task({ name: 'one', run: () => ({ a: 1, shared: 'one' }) })
  .task({ name: 'two', run: (): { b?: 2; c?: 2; d?: 2; shared: number } => ({ shared: 2 }) });
overlap.task({
  name: 'both',
  dependencies: ['one', 'two'],
  run: (context) => {
    expectTypeOf(context).toEqualTypeOf<{
      readonly a: number;
      readonly b: 'initial' | 2;
      readonly c?: 'initial' | 2;
      readonly d?: 2;
      readonly shared: string | number;
    }>();
  },
});

// Names known at run time only: the tasks they stand for give nothing for sure.
declare const name: string;
workflow(name)
  .task({ name: 'fixed', run: () => ({ fixed: 1 }) })
  .task({ name, run: () => ({ dynamic: 2 }) })
  .task({
    name: 'after',
    dependencies: [name],
    run: (context) => expectTypeOf(context).toEqualTypeOf<{ readonly fixed?: number; readonly dynamic?: number }>() && {},
  })
  .task({
    name: 'last',
    dependencies: ['fixed'],
    run: (context) => expectTypeOf(context).toEqualTypeOf<{ readonly fixed: number }>() && {},
  });
base.task({ name: `${name} 1`, run: () => ({}) }).task({ name: `${name} 2`, run: () => ({}) });
workflow(name)
  .task({ name, run: () => ({}) })
  .task({ name, run: () => ({}) })
  .task({ name: 'fixed', run: () => ({}) });
// @ts-expect-error a name known at run time only can't be one of these
base.task({ name: 'x', dependencies: [name], run: () => ({}) });

// A loose initial context keeps what is known beside it.
workflow<Record<string, unknown>>('loose')
  .task({ name: 'one', run: () => ({ one: 1 }) })
  .task({
    name: 'two',
    dependencies: ['one'],
    run: (context) => {
      expectTypeOf(context.one).toEqualTypeOf<number>();
      expectTypeOf(context.other).toEqualTypeOf<unknown>();
    },
  });
