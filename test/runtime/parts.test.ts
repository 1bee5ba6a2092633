import test from 'ava';
import { RetryPolicyError } from 'tintype';
import { Fifo } from 'tintype/machines';
import { decideRetry } from '../../src/runtime/attempts/retry-policy.ts';
import { SharedContext } from '../../src/runtime/context/shared-context.ts';
import { inTurns } from '../../src/time/clock.ts';
import { Turns } from '../../src/time/turns.ts';
import type { TaskSpec } from '../../src/workflow/task-spec.ts';
import { SteppedClock, settle } from '../helpers/simulated-time.ts';

const spec = (more: Partial<TaskSpec> = {}): TaskSpec => ({
  name: 'a',
  run: () => {},
  definition: {},
  dependencies: [],
  edges: undefined,
  anyOf: 0,
  when: undefined,
  backoff: 0,
  ...more,
});

test('a queue returns items in the order they came, and their position', (t) => {
  const queue = new Fifo<number>();
  const out: (number | undefined)[] = [];
  for (let i = 0; i < 100; i += 1) {
    queue.push(i);
    if (i % 3 === 0) {
      out.push(queue.shift());
    }
  }
  t.is(queue.placeOf(34), 1);
  t.is(queue.placeOf(36), 3);
  t.is(queue.placeOf(5), 0);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    out.push(next);
  }
  t.deepEqual(out, [...Array(100).keys()]);
  t.is(queue.shift(), undefined);
});

test('a delay is the number given, or grows exponentially up to its maximum', (t) => {
  const delays = (backoff: TaskSpec['backoff'], random?: () => number) =>
    [1, 2, 3, 4].map((attempt) => decideRetry(spec({ backoff }), {}, attempt, 'boom', random).delay);
  t.deepEqual(delays(7), [7, 7, 7, 7]);
  t.deepEqual(delays({ initial: 100, factor: 2, max: 500, jitter: false }), [100, 200, 400, 500]);
  t.deepEqual(
    delays({ initial: 100, factor: 2, max: 500, jitter: true }, () => 0.5),
    [50, 100, 200, 250],
  );
  t.deepEqual(
    delays((attempt) => attempt * 1.4),
    [1, 3, 4, 6],
  );
  t.deepEqual(
    decideRetry(spec({ backoff: { initial: 1000, factor: 10, max: 2 ** 31 - 1, jitter: false } }), {}, 400, 'boom').delay,
    2 ** 31 - 1,
  );
});

test('a retry policy that throws or returns an invalid value fails with both errors', (t) => {
  const policies: Partial<TaskSpec>[] = [
    {
      retryIf: () => {
        throw new Error('policy');
      },
    },
    { retryIf: (() => Promise.resolve(false)) as never },
    {
      backoff: () => {
        throw new Error('policy');
      },
    },
    { backoff: () => Number.NaN },
    { backoff: () => -1 },
    { backoff: () => 2 ** 31 },
    { backoff: (() => '5') as never },
  ];
  for (const policy of policies) {
    const error = t.throws(() => decideRetry(spec(policy), {}, 1, 'boom'), {
      instanceOf: RetryPolicyError,
      code: 'RETRY_POLICY',
    });
    t.true(error.cause instanceof Error);
    t.is(error.attemptError, 'boom');
  }
});

const twoInARow = { dependencies: [[], [0]], positions: [0, 1] };

test('the context shows what ancestors returned, and refuses every change', (t) => {
  const context = new SharedContext(twoInARow, { a: 1 });
  const view = context.viewOf(1) as Record<string, unknown>;
  context.merge(0, { b: 2 });
  t.deepEqual({ ...view }, { a: 1, b: 2 });
  const changes: (() => unknown)[] = [
    () => {
      view.a = 2;
    },
    () => delete view.a,
    () => Object.defineProperty(view, 'c', { value: 1 }),
    () => Object.setPrototypeOf(view, null),
    () => Object.preventExtensions(view),
    () => Object.freeze(view),
  ];
  for (const change of changes) {
    const error = t.throws(change, { instanceOf: TypeError });
    t.regex(error.message, /^The context is read-only: /);
  }
  t.deepEqual(context.copy(), { a: 1, b: 2 });
});

test('a key __proto__ is a value like any other, and touches no prototype', (t) => {
  const context = new SharedContext(twoInARow, {});
  context.merge(0, JSON.parse('{"__proto__": {"polluted": true}}'));
  const view = context.viewOf(1);
  t.deepEqual(Object.getOwnPropertyDescriptor(view, '__proto__')?.value, { polluted: true });
  t.is(Object.getPrototypeOf(view), Object.prototype);
  t.deepEqual(Object.keys(context.copy()), ['__proto__']);
  t.is(Object.getPrototypeOf(context.copy()), Object.prototype);
  t.is(({} as Record<string, unknown>).polluted, undefined);
});

test('an outside event waits until all effects of the one before are done', (t) => {
  const turns = new Turns();
  const order: string[] = [];
  turns.take(() => {
    order.push('first');
    turns.take(() => order.push('second'));
    turns.defer(() => {
      order.push('effect');
      turns.defer(() => order.push('effect of the effect'));
    });
  });
  t.deepEqual(order, ['first', 'effect', 'effect of the effect', 'second']);
});

test('an effect that comes while nothing is handled is done in the next microtask', async (t) => {
  const turns = new Turns();
  const order: string[] = [];
  turns.defer(() => order.push('effect'));
  t.deepEqual(order, []);
  await settle();
  t.deepEqual(order, ['effect']);
});

test('a timer that is cleared while it waits for its turn does not go off', (t) => {
  const turns = new Turns();
  const clock = new SteppedClock();
  const timers = inTurns(
    clock,
    (event) => turns.take(event),
    () => t.fail(),
  );
  const gone: string[] = [];
  const cleared = timers.setTimeout(() => gone.push('cleared'), 10);
  timers.setTimeout(() => gone.push('kept'), 10);
  turns.take(() => {
    clock.increment(10);
    t.deepEqual(gone, []);
    timers.clearTimeout(cleared);
  });
  t.deepEqual(gone, ['kept']);
});

test('an event that concerns no machine only waits while the job is at work', (t) => {
  const turns = new Turns();
  const order: string[] = [];
  turns.takeAside(() => order.push('at once'));
  turns.take(() => {
    turns.takeAside(() => order.push('later'));
    order.push('at work');
  });
  t.deepEqual(order, ['at once', 'at work', 'later']);
});
