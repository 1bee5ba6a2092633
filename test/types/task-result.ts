// What a task function can return. Compiled by tsc; nothing here runs.
import { expectTypeOf } from 'expect-type';
import { type Job, type JobResult, run, type WorkflowContext, workflow } from '../../src/index.ts';

interface Page {
  title: string;
  links?: number;
}

const start = workflow('results');
declare const page: Page;
declare const job: Job<{ inner: number }, 'a' | 'b'>;
declare const result: JobResult<{ inner: number }, 'a' | 'b'>;

const ofInterface = start.task({ name: 't', run: () => page });
expectTypeOf<WorkflowContext<typeof ofInterface>>().toEqualTypeOf<{ readonly title: string; readonly links?: number }>();
const ofPromise = start.task({ name: 't', run: async () => page });
expectTypeOf<WorkflowContext<typeof ofPromise>>().toEqualTypeOf<{ readonly title: string; readonly links?: number }>();

const ofNothing = start
  .task({ name: 'void', run: () => {} })
  .task({ name: 'undefined', run: () => undefined })
  .task({ name: 'async', run: async () => {} })
  .task({ name: 'promise', run: () => Promise.resolve() })
  .task({
    name: 'never',
    run: () => {
      throw new Error('no result');
    },
  });
expectTypeOf<WorkflowContext<typeof ofNothing>>().toEqualTypeOf<Record<never, never>>();

const ofUnion = start
  .task({ name: 'a', run: () => (Math.random() > 0.5 ? { a: 1, both: 1 } : { b: 'b', both: 'x' }) })
  .task({ name: 'c', run: async () => (Math.random() > 0.5 ? { c: true } : undefined) })
  .task({
    name: 'd',
    run: () => {
      if (Math.random() > 0.5) return { d: 1 };
      return Promise.resolve({ d: 'd' });
    },
  });
expectTypeOf<WorkflowContext<typeof ofUnion>>().toEqualTypeOf<{
  readonly a?: number;
  readonly b?: string;
  readonly both: number | string;
  readonly c?: boolean;
  readonly d: number | string;
}>();

type Inner = { readonly inner: number };
const ofJob = start.task({ name: 't', run: () => job });
expectTypeOf<WorkflowContext<typeof ofJob>>().toEqualTypeOf<Inner>();
const ofAsyncJob = start.task({ name: 't', run: async () => job });
expectTypeOf<WorkflowContext<typeof ofAsyncJob>>().toEqualTypeOf<Inner>();
const ofResult = start.task({ name: 't', run: () => result });
expectTypeOf<WorkflowContext<typeof ofResult>>().toEqualTypeOf<Inner>();
const ofContext = start.task({ name: 't', run: () => job.unwrap() });
expectTypeOf<WorkflowContext<typeof ofContext>>().toEqualTypeOf<Inner>();
const ofRun = start.task({ name: 't', run: () => run(ofUnion) });
expectTypeOf<WorkflowContext<typeof ofRun>>().toEqualTypeOf<WorkflowContext<typeof ofUnion>>();

// biome-ignore lint/suspicious/noExplicitAny: what such a task gives is known at run time only
const ofAny = start.task({ name: 'known', run: () => page }).task({ name: 't', run: () => JSON.parse('{}') as any });
expectTypeOf<WorkflowContext<typeof ofAny>['title']>().toBeAny();
expectTypeOf<WorkflowContext<typeof ofAny>['other']>().toBeAny();

// @ts-expect-error an array is not a plain object
start.task({ name: 't', run: () => [1] });
// @ts-expect-error a string is not a plain object
start.task({ name: 't', run: () => 'text' });
// @ts-expect-error a number is not a plain object
start.task({ name: 't', run: () => 1 });
// @ts-expect-error null is not a plain object
start.task({ name: 't', run: () => null });
// @ts-expect-error a function is not a plain object
start.task({ name: 't', run: () => () => ({}) });
// @ts-expect-error a Map is not a plain object
start.task({ name: 't', run: () => new Map([['a', 1]]) });
// @ts-expect-error a Date is not a plain object
start.task({ name: 't', run: () => new Date() });
// @ts-expect-error an array is not a plain object, nor as a promise
start.task({ name: 't', run: async () => [1] });
// @ts-expect-error a string is not a plain object, nor as a promise
start.task({ name: 't', run: async () => 'text' });
// @ts-expect-error null is not a plain object, nor as a promise
start.task({ name: 't', run: () => Promise.resolve(null) });
// @ts-expect-error one of the two is not a plain object
start.task({ name: 't', run: () => (Math.random() > 0.5 ? { a: 1 } : 'text') });
