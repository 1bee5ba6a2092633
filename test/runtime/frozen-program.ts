// Runs everything with frozen prototypes, as SES and `node --frozen-intrinsics` have them.
import assert from 'node:assert/strict';
import { resume, run, workflow } from 'tintype';
import { checkWorkflow } from 'tintype/check';
import { toMermaid } from 'tintype/diagrams';
import { sqliteStore } from 'tintype/sqlite';
import { inThread, workerThreads } from 'tintype/worker-threads';

const module = new URL('./frozen-work.ts', import.meta.url);

for (const { prototype } of [
  Object,
  Array,
  Map,
  Set,
  Promise,
  Function,
  Error,
  TypeError,
  RangeError,
  AggregateError,
  RegExp,
  Date,
]) {
  Object.freeze(prototype);
}

/** Keys that the prototypes have. */
const keys = { toString: 'a', constructor: 'b', valueOf: 'c', hasOwnProperty: 'd', name: 'e', message: 'f' };

const flow = workflow<typeof keys>('toString')
  .task({ name: 'constructor', run: () => ({ isPrototypeOf: 'g', propertyIsEnumerable: 1 }) })
  .task({
    name: 'valueOf',
    dependencies: ['constructor'],
    maxRetries: 1,
    run: (context, { attempt }) => {
      assert.equal(context.toString, 'a');
      if (attempt === 1) {
        throw Object.defineProperties(new Error('once'), {
          toString: { value: 5, enumerable: true },
          code: { value: 'E', enumerable: true },
        });
      }
      return { toLocaleString: 'h' };
    },
  });
const expected = { ...keys, isPrototypeOf: 'g', propertyIsEnumerable: 1, toLocaleString: 'h' };
const options = { context: keys, backoff: 0, retryIf: true } as const;

assert.deepEqual({ ...(await run(flow, options).unwrap()) }, expected);
assert.equal((await run(flow, { ...options, interpreter: 'xstate' })).state, 'completed');

await using store = sqliteStore(':memory:');
assert.equal((await run(flow, { ...options, id: 'constructor', store })).state, 'completed');
assert.deepEqual({ ...(await resume(flow, 'constructor', { store }).unwrap()) }, expected);

{
  await using threads = workerThreads({ maxThreads: 1 });
  const threaded = workflow<typeof keys>('threaded')
    .task({ name: 'freeze', run: inThread<typeof import('./frozen-work.ts').freeze>({ module, export: 'freeze' }) })
    .task({
      name: 'echo',
      dependencies: ['freeze'],
      run: inThread<typeof import('./frozen-work.ts').echo>({ module, export: 'echo' }),
    })
    .task({
      name: 'fail',
      dependencies: ['echo'],
      maxRetries: 0,
      run: inThread<typeof import('./frozen-work.ts').fail>({ module, export: 'fail' }),
    });
  const result = await run(threaded, { context: keys, executor: threads.executor });
  assert.equal(result.state, 'failed');
  assert.equal(result.context.echoed?.toString as unknown, 'a');
  const { error } = (result as { failure?: { error: { name: string; code: string; toString: unknown } } }).failure ?? {};
  assert.deepEqual([error?.name, error?.code, error?.toString], ['HttpError', 'E_FAIL', 'own']);
}

assert.equal(checkWorkflow(flow).ok, true);
assert.match(toMermaid(flow), /constructor/);
console.log('ok');
