import test from 'ava';
import {
  fingerprint,
  InvalidArgumentError,
  InvalidWorkflowError,
  JobCancelledError,
  run,
  type TaskExecution,
  TaskTimedOutError,
  workflow,
} from 'tintype';
import { callsOf, fails, never, returns, skippingClock, stub, takes, throws } from 'tintype/testing';

const order = workflow('order', { version: '2' })
  .context<{ amount: number }>()
  .task({ name: 'reserve', run: () => ({ reservation: 'real' }) })
  .task({
    name: 'charge',
    dependencies: ['reserve'],
    maxRetries: 4,
    backoff: 10,
    run: ({ amount, reservation }) => ({ receipt: `${reservation} ${amount}` }),
  })
  .task({ name: 'notify', dependencies: ['charge'], continueOnFailure: true, maxRetries: 0, run: () => {} });

const options = () => ({ context: { amount: 5 }, clock: skippingClock() });
const boom = new Error('boom');

test('only the tasks that are named are replaced, and everything else stays', async (t) => {
  const stubbed = stub(order, { charge: returns({ receipt: 'stubbed' }) });
  t.like(stubbed, { name: 'order', version: '2' });
  t.is(fingerprint(stubbed), fingerprint(order));
  const result = await run(stubbed, options());
  t.deepEqual(result.context, { amount: 5, reservation: 'real', receipt: 'stubbed' });
  t.deepEqual([...result.tasks.keys()], ['reserve', 'charge', 'notify']);
  t.is((await run(order, options())).context.receipt, 'real 5');
});

test('the options of a stubbed task still apply', async (t) => {
  const result = await run(stub(order, { charge: throws(boom), notify: throws(boom) }), options());
  t.like(result, { state: 'failed', failure: { task: 'charge', error: boom, attempts: 5 } });
  const optional = await run(stub(order, { notify: throws(boom) }), options());
  t.like(optional, { state: 'completed' });
  t.like(optional.tasks.get('notify'), { state: 'failed', attempts: 1 });
});

test('an undefined stub replaces nothing, and `returns()` returns nothing', async (t) => {
  const result = await run(stub(order, { charge: undefined, notify: returns() }), options());
  t.like(result, { state: 'completed', context: { receipt: 'real 5' } });
});

test('`fails` fails the first attempts of each job, and continues with what `then` adds', async (t) => {
  const stubbed = stub(order, { charge: fails(2).then(returns({ receipt: 'third' })) });
  for (const _ of ['first job', 'second job']) {
    const { context, tasks } = await run(stubbed, options());
    t.is(context.receipt, 'third');
    t.is(tasks.get('charge')?.attempts, 3);
  }
});

test('after `fails` and `takes` without `then`, the function of the task is called', async (t) => {
  for (const replacement of [fails(1), takes(1000), fails(1).then(takes(1)), takes(1).then(fails(1))]) {
    t.is((await run(stub(order, { charge: replacement }), options())).context.receipt, 'real 5');
  }
});

test('`fails` in a chain counts from where the one before it ended', async (t) => {
  const seen: unknown[] = [];
  const replacement = fails(2).then(
    takes(5).then(fails(1, boom).then((_, { attempt }) => ({ receipt: `attempt ${attempt}` }))),
  );
  const onEvent = (event: object) => 'error' in event && seen.push(event.error);
  const { context } = await run(stub(order, { charge: replacement }), { ...options(), onEvent });
  t.is(context.receipt, 'attempt 4');
  t.deepEqual(seen.map(String), ['Error: Stubbed failure 1 of 2', 'Error: Stubbed failure 2 of 2', 'Error: boom']);
  t.is(seen[2], boom);
});

test('what `fails` and `throws` throw by default is an Error and nothing more special', async (t) => {
  for (const replacement of [fails(5), throws()]) {
    const result = await run(stub(order, { charge: replacement }), options());
    const error = result.state === 'failed' ? result.failure.error : undefined;
    t.is(Object.getPrototypeOf(error), Error.prototype);
  }
});

test('`fails` and `throws` throw what they are given, whatever it is', async (t) => {
  for (const error of [null, 'text', new TypeError('type')]) {
    for (const replacement of [fails(9, error), throws(error)]) {
      const result = await run(stub(order, { notify: replacement }), options());
      t.is(result.tasks.get('notify')?.error, error);
    }
  }
});

test('a function gets the context, the execution and the real function', async (t) => {
  const stubbed = stub(order, {
    charge: async ({ amount, reservation }, { attempt }, real) => {
      const { receipt } = await real();
      return { receipt: `${reservation}, ${amount}, ${attempt}, ${receipt}` };
    },
  });
  t.is((await run(stubbed, options())).context.receipt, 'real, 5, 1, real 5');
});

test('the functions of a task keep their `this`', async (t) => {
  class Task {
    readonly name = 'a';
    readonly maxRetries = 3;
    get suffix() {
      return '!';
    }
    run() {
      return { text: `real${this.suffix}` };
    }
    retryIf(error: unknown) {
      return this.suffix === '!' && error !== boom;
    }
  }
  const stubbed = stub(workflow('w').tasks([new Task()]), { a: fails(2) });
  t.deepEqual((await run(stubbed, { clock: skippingClock() })).context, { text: 'real!' });
  const broken = stub(workflow('w').tasks([new Task()]), { a: throws(boom) });
  t.like(await run(broken, { clock: skippingClock() }), { state: 'failed', failure: { attempts: 1 } });
});

test('`never` lasts until its attempt or its job ends', async (t) => {
  const reasons: unknown[] = [];
  let onCall = (): unknown => undefined;
  const watched = async (context: object, execution: TaskExecution): Promise<never> => {
    onCall();
    try {
      return await never()(context, execution);
    } catch (error) {
      reasons.push(error);
      throw error;
    }
  };
  const flow = workflow('w').task({ name: 'a', timeout: 100, maxRetries: 0, run: () => {} });
  const timedOut = run(stub(flow, { a: watched }), { clock: skippingClock() });
  t.like(await timedOut, { state: 'failed', failure: { reason: 'timedOut' } });
  await timedOut.drained;
  const cancelled = run(stub(order, { reserve: watched }), { context: { amount: 5 } });
  onCall = () => setImmediate(() => cancelled.cancel());
  await cancelled;
  await cancelled.drained;
  t.deepEqual(
    reasons.map((reason) => (reason as Error).constructor),
    [TaskTimedOutError, JobCancelledError],
  );
});

test('calls have the context as it was and the execution', async (t) => {
  const stubbed = stub(order, { charge: fails(1).then(returns({ receipt: 'r' })), notify: returns() });
  const job = run(stubbed, { ...options(), id: 'one' });
  await job;
  t.deepEqual(
    callsOf(stubbed, 'charge').map(({ context, execution: { job, attempt } }) => ({ context, job, attempt })),
    [
      { context: { amount: 5, reservation: 'real' }, job: 'one', attempt: 1 },
      { context: { amount: 5, reservation: 'real' }, job: 'one', attempt: 2 },
    ],
  );
  t.is(callsOf(stubbed, 'notify').length, 1);
});

test('a stubbed workflow can be stubbed again, and keeps its other stubs and their calls', async (t) => {
  const first = stub(order, { reserve: returns({ reservation: 'first' }), charge: returns({ receipt: 'first' }) });
  const second = stub(first, { charge: returns({ receipt: 'second' }) });
  t.like((await run(second, options())).context, { reservation: 'first', receipt: 'second' });
  t.is(callsOf(second, 'reserve').length, 1);
  t.is(callsOf(second, 'charge').length, 1);
  t.is(callsOf(first, 'charge').length, 0);
});

test('the calls of what is not stubbed can not be read', (t) => {
  const stubbed = stub(order, { charge: returns({ receipt: 'r' }) });
  for (const read of [() => callsOf(order, 'charge'), () => callsOf(stubbed, 'reserve')]) {
    t.throws(read, { instanceOf: InvalidArgumentError, message: /^`callsOf` takes a workflow returned by `stub` and a task/ });
  }
});

test('what can not be stubbed is refused', (t) => {
  t.throws(() => stub(order, { chrge: returns({ receipt: 'r' }) } as never), {
    instanceOf: InvalidArgumentError,
    message: 'Workflow `order` has no task `chrge` to stub; its tasks are `reserve`, `charge`, `notify`',
  });
  t.throws(() => stub(order, { charge: { receipt: 'r' } } as never), {
    instanceOf: InvalidArgumentError,
    message: 'The stub of task `charge` must be a function, such as the one `returns(value)` returns, got an object',
  });
  t.throws(() => stub([] as never, {}), { message: '`stub` takes a workflow, got an array' });
  t.throws(() => stub(order, null as never), { message: '`stub` takes an object of stubs by task name, got null' });
  const invalid = workflow('w').task({ name: 'a', dependencies: ['b' as never], run: () => {} });
  t.throws(() => stub(invalid, {}), { instanceOf: InvalidWorkflowError });
});

test('numbers that can not be counted or waited for are refused', (t) => {
  for (const times of [-1, 1.5, Number.NaN, '2' as never]) {
    t.throws(() => fails(times), {
      instanceOf: InvalidArgumentError,
      message: /^`fails` takes .* an integer of at least 0, got /,
    });
  }
  for (const time of [-1, 1.5, 2 ** 31, Number.NaN]) {
    t.throws(() => takes(time), {
      instanceOf: InvalidArgumentError,
      message: /^`takes` takes an integer from 0 to 2147483647/,
    });
  }
});

test('conditions and edges of a stubbed task stay, and its stub receives the outcomes', async (t) => {
  const flow = workflow('claim')
    .task({ name: 'risk', run: () => ({ route: 'manual' }) })
    .task({ name: 'review', dependencies: ['risk'], when: { risk: { route: 'manual' } }, run: () => ({ by: 'Ada' }) })
    .task({ name: 'pay', dependencies: ['risk', { settled: 'review' }], run: ({ by }) => ({ paid: by }) });
  const outcomes: unknown[] = [];
  const stubbed = stub(flow, {
    risk: returns({ route: 'auto' }),
    review: returns({ by: 'nobody' }),
    pay: ({ by }, execution) => {
      outcomes.push(execution.outcomes);
      return { paid: by };
    },
  });
  t.is(fingerprint(stubbed), fingerprint(flow));
  const result = await run(stubbed, { clock: skippingClock() });
  t.like(result.tasks.get('review'), { state: 'skipped', reason: 'condition' });
  t.deepEqual(outcomes, [{ review: { state: 'skipped' } }]);
  t.is(callsOf(stubbed, 'review').length, 0);
});
