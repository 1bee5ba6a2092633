// Each comment below is the one message that both compilers print for the statement after it. Compiled by ../messages.test.ts.
import { run, workflow } from 'tintype';

const base = workflow('base')
  .context<{ n: number }>()
  .task({ name: 'fetch', run: ({ n }) => ({ body: `${n}` }) })
  .task({ name: 'parse', run: ({ n }) => ({ tree: n }) })
  .task({ name: 'report', continueOnFailure: true, run: () => ({ sent: true }) });
class User {
  readonly id = 1;
}

// Type '"prase"' is not assignable to type 'Dependency<"fetch" | "parse" | "report">'. Did you mean '"parse"'?
base.task({ name: 'emit', dependencies: ['fetch', 'prase'], run: ({ body }) => ({ out: body }) });
// Type 'Set<"prase">' is not assignable to type 'ReadonlySet<"There is no earlier task `prase`">'.
base.task({ name: 'emit', dependencies: new Set(['prase'] as const), run: ({ n }) => ({ out: n }) });
// Type '"later"' is not assignable to type '"There is no earlier task `later`"'.
workflow('first').task({ name: 'emit', dependencies: ['later'], run: () => ({}) });
// Type 'string' is not assignable to type '"fetch" | "parse" | "report"'.
base.task({ name: 'emit', dependencies: [{ settled: 'prase' }], run: ({ n }) => ({ out: n }) });
// Type '"prase"' is not assignable to type '"fetch" | "parse" | "report"'. Did you mean '"parse"'?
base.task({ name: 'emit', dependencies: [{ anyOf: ['fetch', 'prase'] }], run: ({ n }) => ({ out: n }) });
// Object literal may only specify known properties, and 'optional' does not exist in type '{ readonly settled: "fetch" | "parse" | "report"; } | { readonly anyOf: readonly ("fetch" | "parse" | "report")[]; }'.
base.task({ name: 'emit', dependencies: [{ optional: 'parse' }], run: ({ n }) => ({ out: n }) });
// 'sent' is possibly 'undefined'.
base.task({ name: 'emit', dependencies: [{ settled: 'report' }], run: ({ sent }) => ({ out: sent.valueOf() }) });
// Property 'reprot' does not exist on type '{ readonly report: DependencyOutcome; }'. Did you mean 'report'?
base.task({ name: 'emit', dependencies: [{ settled: 'report' }], run: (_, { outcomes }) => ({ out: outcomes.reprot }) });
// Type '"fetch"' is not assignable to type '"There is already a task `fetch`"'.
base.task({ name: 'fetch', run: ({ n }) => ({ again: n }) });

// Property 'misc' does not exist on type '{ readonly n: number; readonly body: string; }'.
base.task({ name: 'emit', dependencies: ['fetch'], run: ({ body, misc }) => ({ out: body + misc }) });
// Property 'bdy' does not exist on type '{ readonly n: number; readonly body: string; }'. Did you mean 'body'?
base.task({ name: 'emit', dependencies: ['fetch'], run: (context) => ({ out: context.bdy }) });
// Property 'body' does not exist on type '{ readonly n: number; }'.
base.task({ name: 'emit', run: ({ body }) => ({ out: body }) });

// Type 'number' is not assignable to type '"There is no option `retries`. Did you mean `maxRetries`?"'.
base.task({ name: 'emit', retries: 3, run: ({ n }) => ({ out: n }) });
// Type 'string[]' is not assignable to type '"There is no option `dependsOn`. Did you mean `dependencies`?"'.
base.task({ name: 'emit', dependsOn: ['fetch'], run: ({ n }) => ({ out: n }) });
// Type '({ n }: { n: number; }) => boolean' is not assignable to type '"There is no option `unless`. The options are name, run, dependencies, when, timeout, maxRetries, backoff, retryIf, continueOnFailure"'.
base.task({ name: 'emit', unless: ({ n }: { n: number }) => n > 1, run: ({ n }) => ({ out: n }) });
// Object literal may only specify known properties, and 'prase' does not exist in type '{ readonly parse?: { readonly tree?: OneOrMore<number | undefined>; }; } | ((context: { readonly n: number; readonly tree: number; }) => boolean)'.
base.task({ name: 'emit', dependencies: ['parse'], when: { prase: { tree: 1 } }, run: ({ n }) => ({ out: n }) });
// Type '{ parse: { tree: string; }; }' is not assignable to type '{ readonly parse?: { readonly tree?: OneOrMore<number | undefined>; }; } | ((context: { readonly n: number; readonly tree: number; }) => boolean)'.
base.task({ name: 'emit', dependencies: ['parse'], when: { parse: { tree: '1' } }, run: ({ n }) => ({ out: n }) });
// Type '({ n }: { readonly n: number; readonly tree: number; }) => Promise<boolean>' is not assignable to type '{ readonly parse?: { readonly tree?: OneOrMore<number | undefined>; }; } | ((context: { readonly n: number; readonly tree: number; }) => boolean)'.
base.task({ name: 'emit', dependencies: ['parse'], when: async ({ n }) => n > 1, run: ({ n }) => ({ out: n }) });
// Property 'body' does not exist on type '{ readonly n: number; readonly tree: number; }'.
base.task({ name: 'emit', dependencies: ['parse'], when: ({ body }) => body === '', run: ({ n }) => ({ out: n }) });
// Type '{ parse: { tree: number; }; }' is not assignable to type '{ readonly [task: string]: never; } | ((context: { readonly n: number; }) => boolean)'.
base.task({ name: 'emit', when: { parse: { tree: 1 } }, run: ({ n }) => ({ out: n }) });
// Type 'string' is not assignable to type 'number'.
base.task({ name: 'emit', timeout: '5s', run: ({ n }) => ({ out: n }) });

// Type 'number' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: ({ n }) => n + 1 });
// Type 'Promise<number[]>' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: async ({ n }) => [n] });
// Type '"no" | { x: number; }' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: ({ n }) => (n > 1 ? { x: n } : 'no') });
// Type 'Date' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: () => new Date() });
// Type 'Map<string, number>' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: () => new Map([['a', 1]]) });
// Type 'Set<number>' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: () => new Set([1]) });
// Type 'RegExp' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: () => /a/ });
// Type '() => number' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: () => () => 1 });
// Type 'null' is not assignable to type '"A task returns a plain object or nothing"'.
base.task({ name: 'emit', run: () => null });
// Type 'unknown' is not assignable to type 'TaskResult'.
base.task({ name: 'emit', run: () => null as unknown });

// Expected 2 arguments, but got 1.
run(base);
// Argument of type '{}' is not assignable to parameter of type 'RunOptions & { readonly context: { n: number; }; }'.
run(base, {});
// Type 'string' is not assignable to type 'number'.
run(base, { context: { n: '1' } });
// Object literal may only specify known properties, and 'm' does not exist in type '{ n: number; }'.
run(base, { context: { n: 1, m: 3 } });
// Object literal may only specify known properties, but 'concurrency' does not exist in type 'RunOptions & { readonly context: { n: number; }; }'. Did you mean to write 'maxConcurrency'?
run(base, { context: { n: 1 }, concurrency: 3 });

const same = workflow('same').task({ name: 'fetch', run: () => ({ same: 1 }) });
const other = workflow('other').context<{ n: string }>();
const returned = workflow('returned').context<{ body: string }>();
const returns = workflow('returns').task({ name: 'count', run: () => ({ n: 1 }) });
// … is not assignable to parameter of type '"Both workflows have a task `fetch`"'.
base.include(same);
// … is not assignable to parameter of type '"The initial key `n` has a different type in the included workflow"'.
base.include(other);
// … is not assignable to parameter of type '"`body` is an initial key of one workflow, and a task of the other returns it"'.
base.include(returned);
// … is not assignable to parameter of type '"`n` is an initial key of one workflow, and a task of the other returns it"'.
base.include(returns);

// Instances of classes that look like plain objects compile; they are found at run time.
base.task({ name: 'emit', run: () => new User() });

const clash = workflow('clash')
  .context<{ n: string }>()
  .task({ name: 'fetch', run: () => ({}) });
// … is not assignable to parameter of type '"Both workflows have a task `fetch`" | "The initial key `n` has a different type in the included workflow"'.
base.include(clash);
