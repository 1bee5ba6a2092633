// What `run` asks for, and what a job gives. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import {
  type AnyWorkflow,
  type InitialContext,
  type Job,
  run,
  type TaskDefinition,
  type TaskNames,
  type WorkflowContext,
  workflow,
} from '../../src/index.ts';

const smoothie = workflow<{ fruit: readonly string[]; note?: string }>('smoothie')
  .task({ name: 'blend', run: ({ fruit }) => ({ smoothie: fruit.join() }) })
  .task({ name: 'garnish', dependencies: ['blend'], continueOnFailure: true, run: () => ({ leaf: true, smoothie: 1 }) })
  .task({ name: 'perhaps', continueOnFailure: Math.random() > 0.5, run: () => ({ perhaps: 1, note: 2 }) });
type Context = {
  readonly fruit: readonly string[];
  readonly note?: string | number;
  readonly smoothie: string | number;
  readonly leaf?: boolean;
  readonly perhaps?: number;
};

expectTypeOf<WorkflowContext<typeof smoothie>>().toEqualTypeOf<Context>();
expectTypeOf<InitialContext<typeof smoothie>>().toEqualTypeOf<{ fruit: readonly string[]; note?: string }>();
expectTypeOf<TaskNames<typeof smoothie>>().toEqualTypeOf<'blend' | 'garnish' | 'perhaps'>();

// A key that a task surely gives is required, although another that gives it may fail; it replaces the initial type.
const overriding = workflow<{ a: 'initial'; b: 'initial' }>('overriding')
  .task({ name: 'one', run: () => ({ a: 1 }) })
  .task({ name: 'two', continueOnFailure: true, run: () => ({ a: true, b: true }) });
expectTypeOf<WorkflowContext<typeof overriding>>().toEqualTypeOf<{
  readonly a: number | boolean;
  readonly b: 'initial' | boolean;
}>();

// The initial context must be given when it has a required key.
expectTypeOf(run(smoothie, { context: { fruit: [] } })).toEqualTypeOf<Job<Context, 'blend' | 'garnish' | 'perhaps'>>();
run(smoothie, { context: { fruit: [], note: 'ripe' }, timeout: 1000 });
// @ts-expect-error the initial context is missing
run(smoothie);
// @ts-expect-error the initial context is missing among the options
run(smoothie, { timeout: 1000 });
// @ts-expect-error an initial value is missing
run(smoothie, { context: {} });
// @ts-expect-error an initial value has another type
run(smoothie, { context: { fruit: 'banana' } });
// @ts-expect-error the workflow knows no such initial value
run(smoothie, { context: { fruit: [], fruits: [] } });
// @ts-expect-error there is no such option
run(smoothie, { context: { fruit: [] }, time: 1000 });

// Without required keys it can be left out.
run(workflow('empty'));
run(workflow('empty'), {});
run(workflow('empty').task({ name: 'a', run: () => ({ a: 1 }) }), { maxRetries: 1 });
run(workflow<{ note?: string }>('optional'), undefined);
run(workflow<{ note?: string }>('optional'), { context: { note: 'ripe' } });
// @ts-expect-error an initial value has another type
run(workflow<{ note?: string }>('optional'), { context: { note: 1 } });
// @ts-expect-error not a workflow, although it has a name
run({ name: 'smoothie' });

// The result: its context, by state, and the reports by name.
const result = await run(smoothie, { context: { fruit: [] } });
expectTypeOf(result.tasks.get('blend')).not.toBeAny();
// @ts-expect-error no task has this name
result.tasks.get('blnd');
if (result.state === 'completed') {
  expectTypeOf(result.context).toEqualTypeOf<Context>();
} else {
  expectTypeOf(result.context).toEqualTypeOf<Partial<Context>>();
}
expectTypeOf(run(smoothie, { context: { fruit: [] } }).unwrap()).resolves.toEqualTypeOf<Context>();

// Workflows made at run time are loose.
const tasks: TaskDefinition[] = [
  { name: 'fetch', run: async () => ({ page: 'hello' }) },
  { name: 'count', dependencies: new Set(['fetch']), run: ({ page }) => ({ length: page.length }) },
];
const loose = await run(tasks, { context: { anything: 1 } });
if (loose.state === 'completed') expectTypeOf(loose.context.length).toBeAny();
run([{ name: 'inline', run: ({ anything }, { attempt }) => ({ anything, attempt: attempt + 1 }) }]);

declare const unknown: AnyWorkflow;
expectTypeOf<TaskNames<AnyWorkflow>>().toEqualTypeOf<string>();
expectTypeOf((await run(unknown, { context: { a: 1 } }).unwrap()).b).toBeAny();
const anyOfThem: AnyWorkflow[] = [smoothie, overriding, workflow('empty')];
void anyOfThem;

/** A function that runs whatever it is given passes its types on. */
async function unwrapped<W extends AnyWorkflow>(given: W, context: InitialContext<W>): Promise<WorkflowContext<W>> {
  const job = run(given as AnyWorkflow, { context });
  return (await job.unwrap()) as WorkflowContext<W>;
}
expectTypeOf(unwrapped(smoothie, { fruit: [] })).resolves.toEqualTypeOf<Context>();
