// What .context(), .tasks() and .include() infer, and the names of workflows. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import {
  type AnyWorkflow,
  type InitialContext,
  type JobStore,
  resumeAll,
  run,
  type TaskDefinition,
  type TaskNames,
  type TaskOptions,
  type WorkflowContext,
  type WorkflowName,
  workflow,
} from '../../src/index.ts';

// The name is a literal type; with the context as a type parameter it is a string.
const order = workflow('order').context<{ item: string }>();
expectTypeOf(order.name).toEqualTypeOf<'order'>();
expectTypeOf<WorkflowName<typeof order>>().toEqualTypeOf<'order'>();
expectTypeOf<InitialContext<typeof order>>().toEqualTypeOf<{ item: string }>();
expectTypeOf(workflow<{ item: string }>('order').name).toEqualTypeOf<string>();

// Called again, it adds keys.
const more = order.task({ name: 'a', run: ({ item }) => ({ a: item }) }).context<{ count: number }>();
expectTypeOf<InitialContext<typeof more>>().toEqualTypeOf<{ item: string; count: number }>();
more.task({ name: 'b', dependencies: ['a'], run: ({ a, count }) => ({ b: `${a}${count}` }) });

// Job and result have the name.
const charge = order.task({ name: 'charge', run: ({ item }) => ({ receipt: item }) });
const album = workflow('album').task({ name: 'print', run: () => ({ pages: 1 }) });
const job = run(charge, { context: { item: 'tea' } });
expectTypeOf(job.workflow).toEqualTypeOf<'order'>();
expectTypeOf(job.snapshot().workflow).toEqualTypeOf<'order'>();
expectTypeOf((await job).workflow).toEqualTypeOf<'order'>();
expectTypeOf(run([]).workflow).toEqualTypeOf<'job'>();
expectTypeOf(run(album as AnyWorkflow).workflow).toEqualTypeOf<string>();

// The jobs of resumeAll are told apart by it.
declare const store: JobStore;
for (const resumed of await resumeAll([charge, album], { store })) {
  if (resumed.workflow === 'order') {
    expectTypeOf(await resumed.unwrap()).toEqualTypeOf<{ readonly item: string; readonly receipt: string }>();
  } else {
    expectTypeOf(await resumed.unwrap()).toEqualTypeOf<{ readonly pages: number }>();
  }
  const result = await resumed;
  if (result.workflow === 'album' && result.state === 'completed') expectTypeOf(result.context.pages).toEqualTypeOf<number>();
}

// Tasks made in a loop: earlier tasks keep their types, later ones may depend on any name.
const pages = ['a', 'b'];
const looped = charge
  .tasks(pages.map((name) => ({ name, dependencies: ['charge'], run: () => ({ [name]: name.length }) })))
  .task({
    name: 'known',
    dependencies: ['charge'],
    run: (context) => expectTypeOf(context).toEqualTypeOf<{ readonly item: string; readonly receipt: string }>() && {},
  })
  .task({
    name: 'both',
    dependencies: ['charge', 'whatever'],
    run: (context) => {
      // One of the tasks in the array may have returned these.
      expectTypeOf(context.item).toEqualTypeOf<string | number>();
      expectTypeOf(context.receipt).toEqualTypeOf<string | number>();
      expectTypeOf(context.other).toEqualTypeOf<number | undefined>();
    },
  });
expectTypeOf<TaskNames<typeof looped>>().toEqualTypeOf<string>();

declare const definitions: TaskDefinition[];
album.tasks(definitions).task({
  name: 'end',
  dependencies: ['print', 'any'],
  run: (context) => {
    expectTypeOf(context.pages).toEqualTypeOf<number>();
    expectTypeOf(context.other).toEqualTypeOf<unknown>();
  },
});
// With literal names and results all is known.
const literal = album.tasks([
  { name: 'x', run: () => ({ x: 1 }) },
  { name: 'y', dependencies: ['x'], run: () => ({ y: '' }) },
]);
expectTypeOf<TaskNames<typeof literal>>().toEqualTypeOf<'print' | 'x' | 'y'>();

// Two workflows as one.
const build = workflow('build')
  .context<{ src: string }>()
  .task({ name: 'compile', run: ({ src }) => ({ js: src }) });
const lint = workflow('lint')
  .context<{ src: string; fix?: boolean }>()
  .task({ name: 'lint', run: () => ({ warnings: 0 }) });
const both = build.include(lint);
expectTypeOf<InitialContext<typeof both>>().toEqualTypeOf<{ src: string; fix?: boolean }>();
expectTypeOf<TaskNames<typeof both>>().toEqualTypeOf<'compile' | 'lint'>();
expectTypeOf<WorkflowName<typeof both>>().toEqualTypeOf<'build'>();
expectTypeOf<WorkflowContext<typeof both>>().toEqualTypeOf<{
  readonly src: string;
  readonly fix?: boolean;
  readonly js: string;
  readonly warnings: number;
}>();
both.task({ name: 'publish', dependencies: ['compile', 'lint'], run: ({ js, warnings }) => ({ ok: js.length > warnings }) });

// A workflow with more tasks is one with fewer.
const perhaps = Math.random() > 0.5 ? build.task({ name: 'minify', run: () => ({ min: '' }) }) : build;
perhaps.task({ name: 'publish', dependencies: ['compile'], run: ({ js }) => ({ size: js.length }) });
let grown = build;
for (const name of pages) grown = grown.task({ name, dependencies: ['compile'], run: ({ js }) => ({ [name]: js }) });

// A helper for any workflow.
function withNotify<W extends AnyWorkflow>(given: W) {
  return given.task({ name: 'notify', run: ({ url }) => ({ notified: url }) });
}
withNotify(build);
withNotify(workflow('empty'));

// A workflow whose types are unknown can be included, and can include others.
declare const anything: AnyWorkflow;
build.include(anything);
anything.include(build);
function withCleanup<W extends AnyWorkflow>(given: W) {
  return given.include(workflow('cleanup').task({ name: 'clean', run: () => ({ cleaned: true }) }));
}
withCleanup(build);

// Results that are `any`, spread options, and keys known only to the caller.
declare const shared: TaskOptions;
declare const isUrgent: boolean;
build.task({ name: 'fetch', run: async ({ src }) => (await fetch(src)).json() });
build.task({ name: 'parse', run: async () => JSON.parse('{}') });
build.task({ name: 'limited', ...shared, run: () => ({}) });
build.task({ name: 'urgent', ...(isUrgent && { timeout: 5 }), run: () => ({}) });
build.task({ name: 'after', ...(isUrgent ? { dependencies: ['compile'] } : {}), run: () => ({}) });
const keyed = <Key extends string>(key: Key) =>
  workflow('keyed').task({ name: 'p', run: () => ({ [key]: 1 }) as Record<Key, number> });
keyed('a');
