// What tasks see behind branches and joins, and what a `when` can be. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import { type DependencyOutcome, run, type TaskExecution, type WorkflowContext, workflow } from '../../src/index.ts';

/** An intersection as one object type. */
type Flat<Type> = { [Key in keyof Type]: Type[Key] };

interface Initial {
  readonly amount: number;
}

const base = workflow('claim')
  .context<Initial>()
  .task({ name: 'risk', run: (): { route: 'manual' | 'auto'; score?: number } => ({ route: 'auto' }) })
  .task({
    name: 'review',
    dependencies: ['risk'],
    when: { risk: { route: 'manual' } },
    run: () => ({ approval: 'by hand', by: 'Ada' }),
  })
  .task({ name: 'approve', dependencies: ['risk'], when: ({ route }) => route === 'auto', run: () => ({ approval: 7 }) })
  .task({ name: 'notify', dependencies: ['risk'], continueOnFailure: true, run: () => ({ mailed: true }) })
  .task({ name: 'audit', run: () => ({ audited: 1 }) });

type Route = { readonly amount: number; readonly route: 'manual' | 'auto'; readonly score?: number };

// A task that requires others to complete sees their keys as present, whatever may keep them from running.
base.task({
  name: 'x',
  dependencies: ['review', 'notify'],
  run: (context, { outcomes }) => {
    expectTypeOf(context).toEqualTypeOf<
      Flat<Route & { readonly approval: string; readonly by: string; readonly mailed: boolean }>
    >();
    expectTypeOf(outcomes).toEqualTypeOf<TaskExecution['outcomes']>();
    // @ts-expect-error it requires all of them to complete
    outcomes.review;
  },
});

// Keys of a task that only has to settle are optional, and so are those of the tasks before it.
base.task({
  name: 'x',
  dependencies: [{ settled: 'review' }],
  run: (context, { outcomes }) => {
    expectTypeOf(context).toEqualTypeOf<{
      readonly amount: number;
      readonly route?: 'manual' | 'auto';
      readonly score?: number;
      readonly approval?: string;
      readonly by?: string;
    }>();
    expectTypeOf(outcomes).toEqualTypeOf<{ readonly review: DependencyOutcome }>();
    // @ts-expect-error the key is optional
    context.approval.length;
    // @ts-expect-error no such task is named
    outcomes.risk;
  },
});
base.task({
  name: 'x',
  dependencies: ['risk', { settled: 'review' }],
  run: (context) => {
    expectTypeOf(context).toEqualTypeOf<Flat<Route & { readonly approval?: string; readonly by?: string }>>();
  },
});

// With `anyOf`, a key that every task of it brings is present, as the union; others are optional.
base.task({
  name: 'x',
  dependencies: [{ anyOf: ['review', 'approve'] }],
  run: (context, { outcomes }) => {
    expectTypeOf(context).toEqualTypeOf<Flat<Route & { readonly approval: string | number; readonly by?: string }>>();
    expectTypeOf(outcomes).toEqualTypeOf<{ readonly review: DependencyOutcome; readonly approve: DependencyOutcome }>();
  },
});
base.task({
  name: 'x',
  dependencies: [{ anyOf: ['review', 'audit'] }],
  run: (context) => {
    expectTypeOf(context).toEqualTypeOf<{
      readonly amount: number;
      readonly route?: 'manual' | 'auto';
      readonly score?: number;
      readonly approval?: string;
      readonly by?: string;
      readonly audited?: number;
    }>();
    // @ts-expect-error only one of them returns it
    context.audited + 1;
  },
});
base.task({
  name: 'x',
  dependencies: [{ anyOf: ['audit'] }],
  run: (context) => expectTypeOf(context).toEqualTypeOf<{ readonly amount: number; readonly audited: number }>() && {},
});

// Several edges of all kinds; a plain dependency makes keys present that others leave open.
base.task({
  name: 'x',
  dependencies: ['audit', { anyOf: ['review', 'approve'] }, { settled: 'notify' }],
  run: (context, { outcomes }) => {
    expectTypeOf(context).toEqualTypeOf<
      Flat<
        Route & {
          readonly audited: number;
          readonly approval: string | number;
          readonly by?: string;
          readonly mailed?: boolean;
        }
      >
    >();
    expectTypeOf<keyof typeof outcomes>().toEqualTypeOf<'review' | 'approve' | 'notify'>();
    if (outcomes.notify.state === 'failed') {
      expectTypeOf(outcomes.notify.error).toEqualTypeOf<unknown>();
    } else {
      expectTypeOf(outcomes.notify.state).toEqualTypeOf<'completed' | 'skipped'>();
      expectTypeOf(outcomes.notify.error).toEqualTypeOf<undefined>();
    }
  },
});
// Two groups, and edges in variables, readonly arrays and Sets.
base.task({
  name: 'x',
  dependencies: [{ anyOf: ['review', 'approve'] }, { anyOf: ['audit', 'notify'] }],
  run: (context) => {
    expectTypeOf(context.approval).toEqualTypeOf<string | number>();
    expectTypeOf(context.audited).toEqualTypeOf<number | undefined>();
  },
});
const edges = ['audit', { settled: 'notify' }] as const;
base.task({
  name: 'x',
  dependencies: edges,
  run: (context) => {
    expectTypeOf(context.audited).toEqualTypeOf<number>();
    expectTypeOf(context.mailed).toEqualTypeOf<boolean | undefined>();
  },
});
base.task({
  name: 'x',
  dependencies: new Set(edges),
  run: (context) => expectTypeOf(context.audited).toEqualTypeOf<number>() && {},
});

// @ts-expect-error a misspelt name in `settled`
base.task({ name: 'x', dependencies: [{ settled: 'revew' }], run: () => ({}) });
// @ts-expect-error a misspelt name in `anyOf`
base.task({ name: 'x', dependencies: [{ anyOf: ['review', 'aprove'] }], run: () => ({}) });
// @ts-expect-error the first task has nothing to wait for
workflow('empty').task({ name: 'x', dependencies: [{ settled: 'review' }], run: () => ({}) });
// @ts-expect-error there is no such kind of edge
base.task({ name: 'x', dependencies: [{ failed: 'review' }], run: () => ({}) });
// @ts-expect-error `anyOf` takes an array
base.task({ name: 'x', dependencies: [{ anyOf: 'review' }], run: () => ({}) });
// @ts-expect-error a task can't wait for itself
base.task({ name: 'x', dependencies: [{ settled: 'x' }], run: () => ({}) });

// In the context of a completed job, keys of tasks that may not have completed are optional.
expectTypeOf<WorkflowContext<typeof base>>().toEqualTypeOf<
  Flat<
    Route & {
      readonly approval?: string | number;
      readonly by?: string;
      readonly mailed?: boolean;
      readonly audited: number;
    }
  >
>();

// Doubt goes on through plain dependencies, and through an `anyOf` of which no task is certain, but not through `settled`.
const doubts = base
  .task({ name: 'after review', dependencies: ['review'], run: () => ({ afterReview: 1 }) })
  .task({ name: 'after that', dependencies: ['after review', 'audit'], run: () => ({ afterThat: 1 }) })
  .task({ name: 'after notify', dependencies: ['notify'], run: () => ({ afterNotify: 1 }) })
  .task({ name: 'join', dependencies: [{ anyOf: ['review', 'approve'] }], run: () => ({ joined: 1 }) })
  .task({ name: 'sure join', dependencies: [{ anyOf: ['review', 'audit'] }], run: () => ({ surelyJoined: 1 }) })
  .task({ name: 'settled', dependencies: ['audit', { settled: 'review' }], run: () => ({ settled: 1 }) })
  .task({ name: 'after settled', dependencies: ['settled'], run: () => ({ afterSettled: 1 }) });
expectTypeOf<WorkflowContext<typeof doubts>>().toEqualTypeOf<
  Flat<
    WorkflowContext<typeof base> & {
      readonly afterReview?: number;
      readonly afterThat?: number;
      readonly afterNotify?: number;
      readonly joined?: number;
      readonly surelyJoined: number;
      readonly settled: number;
      readonly afterSettled: number;
    }
  >
>();
doubts.task({
  name: 'x',
  dependencies: ['after that'],
  run: ({ afterThat, afterReview, approval, audited }) => {
    expectTypeOf([afterThat, afterReview, audited]).toEqualTypeOf<number[]>();
    expectTypeOf(approval).toEqualTypeOf<string>();
  },
});

// `continueOnFailure` that is known at run time only is a doubt, too; false and undefined are none.
declare const tolerant: boolean;
const flagged = workflow('flagged')
  .task({ name: 'maybe', continueOnFailure: tolerant, run: () => ({ maybe: 1 }) })
  .task({ name: 'no', continueOnFailure: false, run: () => ({ no: 1 }) })
  .task({ name: 'none', continueOnFailure: undefined, run: () => ({ none: 1 }) });
expectTypeOf<WorkflowContext<typeof flagged>>().toEqualTypeOf<{
  readonly maybe?: number;
  readonly no: number;
  readonly none: number;
}>();

// A key that also is in the initial context is present, with both types.
const initial = workflow('initial')
  .context<{ approval: null }>()
  .task({ name: 'review', when: () => false, run: () => ({ approval: 'yes' }) });
expectTypeOf<WorkflowContext<typeof initial>>().toEqualTypeOf<{ readonly approval: null | string }>();
initial.task({
  name: 'x',
  dependencies: [{ settled: 'review' }],
  run: ({ approval }) => expectTypeOf(approval).toEqualTypeOf<null | string>() && {},
});
initial.task({
  name: 'x',
  dependencies: ['review'],
  run: ({ approval }) => expectTypeOf(approval).toEqualTypeOf<string>() && {},
});

// A `when` as data: dependencies, keys and values are checked.
const list = ['manual', 'auto'] as const;
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { route: ['manual', 'auto'] } }, run: () => ({}) });
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { route: list, score: 3 } }, run: () => ({}) });
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { score: undefined } }, run: () => ({}) });
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { score: [undefined, 3] } }, run: () => ({}) });
base.task({ name: 'x', dependencies: [{ settled: 'review' }], when: { review: { approval: undefined } }, run: () => ({}) });
base.task({
  name: 'x',
  dependencies: [{ settled: 'review' }],
  when: { review: { approval: [undefined, 'yes'] } },
  run: () => ({}),
});
base.task({
  name: 'x',
  dependencies: ['audit', { anyOf: ['review', 'approve'] }],
  when: { audit: { audited: 1 }, review: { by: 'Ada' }, approve: { approval: [1, 2] } },
  run: () => ({}),
});
base.task({ name: 'x', dependencies: ['risk'], when: undefined, run: () => ({}) });
base.task({ name: 'x', dependencies: ['risk'], when: {}, run: () => ({}) });
// @ts-expect-error a misspelt value
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { route: 'manul' } }, run: () => ({}) });
// @ts-expect-error a misspelt value in a list
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { route: ['manul'] } }, run: () => ({}) });
// @ts-expect-error a value of another type
base.task({ name: 'x', dependencies: ['audit'], when: { audit: { audited: '1' } }, run: () => ({}) });
// @ts-expect-error a misspelt key
base.task({ name: 'x', dependencies: ['risk'], when: { risk: { rout: 'manual' } }, run: () => ({}) });
// @ts-expect-error a key of another task
base.task({ name: 'x', dependencies: ['review'], when: { review: { route: 'manual' } }, run: () => ({}) });
// @ts-expect-error a misspelt task
base.task({ name: 'x', dependencies: ['risk'], when: { rsk: { route: 'manual' } }, run: () => ({}) });
// @ts-expect-error a task that is no dependency
base.task({ name: 'x', dependencies: ['audit'], when: { risk: { route: 'manual' } }, run: () => ({}) });
// @ts-expect-error a task that is a dependency of a dependency only
base.task({ name: 'x', dependencies: ['review'], when: { risk: { route: 'manual' } }, run: () => ({}) });
// @ts-expect-error a task without dependencies has nothing to look at
base.task({ name: 'x', when: { risk: { route: 'manual' } }, run: () => ({}) });
// @ts-expect-error a value instead of keys
base.task({ name: 'x', dependencies: ['risk'], when: { risk: 'manual' }, run: () => ({}) });

// A `when` as a function has the context of the task, and returns a boolean.
base.task({
  name: 'x',
  dependencies: [{ anyOf: ['review', 'approve'] }],
  when: (context) => {
    expectTypeOf(context).toEqualTypeOf<Flat<Route & { readonly approval: string | number; readonly by?: string }>>();
    return context.approval === 'by hand';
  },
  run: ({ approval }) => ({ approval }),
});
base.task({ name: 'x', when: ({ amount }) => amount > 3, run: ({ amount }) => ({ twice: amount * 2 }) });
base.task({
  name: 'x',
  when({ amount }) {
    return amount > 3;
  },
  run: () => ({}),
});
// @ts-expect-error a promise is no boolean, also if there are dependencies
base.task({ name: 'x', dependencies: ['risk'], when: async ({ amount }) => amount > 3, run: () => ({}) });
// @ts-expect-error a condition is a function or an object, also if there are dependencies
base.task({ name: 'x', dependencies: ['risk'], when: true, run: () => ({}) });
// @ts-expect-error a promise is no boolean
base.task({ name: 'x', when: async ({ amount }) => amount > 3, run: () => ({}) });
// @ts-expect-error nor is a number
base.task({ name: 'x', when: ({ amount }) => amount, run: () => ({}) });
// @ts-expect-error no dependency returns `route`
base.task({ name: 'x', when: ({ route }) => route === 'auto', run: () => ({}) });
// @ts-expect-error a condition is a function or an object
base.task({ name: 'x', when: true, run: () => ({}) });

// Policies, failures, reasons and origins.
const result = await run(base, { context: { amount: 3 }, onFailure: 'keepGoing' });
expectTypeOf(result.failures[0]?.task).toEqualTypeOf<'risk' | 'review' | 'approve' | 'notify' | 'audit' | undefined>();
if (result.state === 'failed') {
  expectTypeOf(result.failure.task).toEqualTypeOf<'risk' | 'review' | 'approve' | 'notify' | 'audit'>();
}
// @ts-expect-error there is no such policy
run(base, { context: { amount: 3 }, onFailure: 'continue' });

// Names known at run time only.
declare const name: string;
workflow('loose')
  .task({ name: 'fixed', run: () => ({ fixed: 1 }) })
  .task({ name, run: () => ({ dynamic: 2 }) })
  .task({
    name: 'settled',
    dependencies: [{ settled: name }, { anyOf: ['fixed', name] }],
    run: (context, { outcomes }) => {
      expectTypeOf(context).toEqualTypeOf<{ readonly fixed?: number; readonly dynamic?: number }>();
      expectTypeOf(outcomes[name]).toEqualTypeOf<DependencyOutcome | undefined>();
    },
  });
workflow('tasks').tasks([
  { name: 'a', run: () => ({ a: 1 }) },
  { name: 'b', dependencies: [{ settled: 'a' }], when: { a: { a: 1 } }, run: () => ({ b: 1 }) },
  { name: 'c', dependencies: ['a', { anyOf: ['b'] }], when: ({ a }) => a === 1, run: () => ({ c: 1 }) },
]);

// A task that depends on an array in which tasks may be skipped may be skipped, too. Arrays without such tasks leave no doubt.
const after = workflow('after')
  .tasks([
    { name: 'a', run: () => ({ a: 1 }) },
    { name: 'b', dependencies: ['a'], run: () => ({ b: 1 }) },
  ])
  .task({ name: 'sure', dependencies: ['b'], run: () => ({ sure: 1 }) })
  .tasks([
    { name: 'c', when: () => true, run: () => ({ c: 1 }) },
    { name: 'd', dependencies: ['c'], run: () => ({ d: 1 }) },
  ])
  .task({ name: 'doubtful', dependencies: ['d'], run: () => ({ doubtful: 1 }) })
  .tasks([{ name: 'e', dependencies: ['doubtful'], run: () => ({ e: 1 }) }])
  .task({ name: 'after e', dependencies: ['e'], run: () => ({ afterE: 1 }) });
expectTypeOf<WorkflowContext<typeof after>['sure']>().toEqualTypeOf<number>();
expectTypeOf<WorkflowContext<typeof after>['doubtful']>().toEqualTypeOf<number | undefined>();
expectTypeOf<WorkflowContext<typeof after>['afterE']>().toEqualTypeOf<number | undefined>();

// The condition of a finally task sees what the task sees.
workflow('finally')
  .context<{ item: string }>()
  .task({ name: 'a', run: () => ({ a: 1 }) })
  .task({ name: 'first', finally: true, run: () => ({ first: 1 }) })
  .task({
    name: 'last',
    finally: true,
    dependencies: ['first'],
    when: (context) => {
      expectTypeOf(context).toEqualTypeOf<{ readonly item: string; readonly a?: number; readonly first: number }>();
      return context.a === 1;
    },
    run: (context) => {
      expectTypeOf(context).toEqualTypeOf<{ readonly item: string; readonly a?: number; readonly first: number }>();
    },
  });
