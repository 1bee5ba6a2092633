/** Tests of a workflow: which tasks are stubbed, how time is skipped, and what events are expected. */
import test from 'ava';
import { run, workflow } from 'tintype';
import { assertEvents, callsOf, fails, never, recordEvents, returns, skippingClock, stub, takes } from 'tintype/testing';

const pay = async (amount: number): Promise<string> => {
  const response = await fetch('https://payments.example', { method: 'POST', body: String(amount) });
  return response.text();
};

const order = workflow('order')
  .context<{ amount: number }>()
  .task({ name: 'reserve', run: () => ({ seat: '12A' }) })
  .task({
    name: 'charge',
    dependencies: ['reserve'],
    timeout: 10_000,
    maxRetries: 2,
    backoff: { initial: 30_000, factor: 2 },
    run: async ({ amount }) => ({ receipt: await pay(amount) }),
  })
  .task({
    name: 'notify',
    dependencies: ['charge'],
    continueOnFailure: true,
    timeout: 5000,
    maxRetries: 0,
    run: async ({ receipt }) => void (await fetch('https://mail.example', { method: 'POST', body: receipt })),
  });

const options = { context: { amount: 20 } };

test('a charge that fails is retried after 30 s, and then after 60 s', async (t) => {
  const flow = stub(order, { charge: fails(2).then(returns({ receipt: 'r1' })), notify: returns() });
  const job = run(flow, { ...options, clock: skippingClock() });
  const events = recordEvents(job);
  t.is((await job.unwrap()).receipt, 'r1');
  t.notThrows(() =>
    assertEvents(events, [
      { task: 'charge', to: 'backingOff', at: 0, delay: 30_000 },
      { task: 'charge', to: 'running', at: 30_000 },
      { task: 'charge', to: 'backingOff', at: 30_000, delay: 60_000 },
      { task: 'charge', to: 'completed', at: 90_000 },
      'notify running',
      'job.completed',
    ]),
  );
});

test('a charge that takes too long is aborted, and the next attempt gets the same key', async (t) => {
  const flow = stub(order, { charge: takes(15_000).then(returns({ receipt: 'too late' })), notify: returns() });
  const result = await run(flow, { ...options, clock: skippingClock() });
  t.like(result, { state: 'failed', failure: { task: 'charge', reason: 'timedOut', attempts: 3 } });
  t.is(new Set(callsOf(flow, 'charge').map(({ execution }) => execution.idempotencyKey)).size, 1);
  t.is(callsOf(flow, 'notify').length, 0);
});

test('an order is complete even if nobody is notified', async (t) => {
  const flow = stub(order, { charge: ({ amount, seat }) => ({ receipt: `${seat} for ${amount}` }), notify: never() });
  const job = run(flow, { ...options, clock: skippingClock() });
  const events = recordEvents(job);
  t.is((await job.unwrap()).receipt, '12A for 20');
  t.notThrows(() =>
    assertEvents(events, ['notify running', { task: 'notify', to: 'failed', reason: 'timedOut' }, 'job.completed']),
  );
});
