import test from 'ava';
import { type Job, run, workflow, workflowLogic } from 'tintype';
import { createActor, toPromise } from 'xstate';
import { processEventsOf, soon } from '../helpers/bad-input-harm.ts';
import { forever, nothing, raise, spring } from '../helpers/bad-input-values.ts';
import { settle } from '../helpers/simulated-time.ts';

// Serial, since the process events are looked at here: what may and may not fire.

const stateOf = async (job: Job): Promise<string> => {
  const result = await soon(job);
  return result === 'pending' ? result : result.state;
};

test.serial(
  "what a task's own abort listener throws is an uncaught exception, as the platform has it; the job ends",
  async (t) => {
    let state: string | undefined;
    const events = await processEventsOf(async () => {
      const job = run([
        {
          name: 'a',
          run: (_, { signal }) => {
            signal.addEventListener('abort', spring);
            return forever();
          },
        },
      ]);
      await settle();
      job.cancel();
      state = await stateOf(job);
    });
    t.is(state, 'cancelled');
    t.deepEqual(events, ['uncaughtException: trap']);
  },
);

test.serial(
  "what a listener of a workflow's actor throws is an uncaught exception, as XState has it; the job ends",
  async (t) => {
    let output: unknown;
    const events = await processEventsOf(async () => {
      const logic = workflowLogic(workflow('flow').task({ name: 'a', run: nothing }));
      const actor = createActor(logic, { input: {} });
      actor.on('task.completed', () => raise(new Error('listener')));
      actor.start();
      output = await toPromise(actor);
    });
    t.like(output, { state: 'completed' });
    t.deepEqual(events, ['uncaughtException: listener']);
  },
);

for (const option of ['retryIf', 'backoff']) {
  test.serial(`a \`${option}\` that rejects makes no unhandled rejection`, async (t) => {
    const events = await processEventsOf(async () => {
      const policy = () => Promise.reject(new Error('policy'));
      await run([{ name: 'a', run: () => raise(new Error('boom')), [option]: policy }]);
    });
    t.deepEqual(events, []);
  });
}

test.serial('many jobs can have the same signal without a warning', async (t) => {
  const { signal } = new AbortController();
  const start = () => run([{ name: 'a', run: nothing }], { signal });
  const events = await processEventsOf(() => Promise.all(Array.from({ length: 20 }, start)));
  t.deepEqual(events, []);
});

const signal = { aborted: false, addEventListener: nothing, removeEventListener: nothing };
const clock = { setTimeout: nothing, clearTimeout: nothing, now: () => 0 };

for (const [title, options] of [
  ['a signal whose `addEventListener` throws', { signal: { ...signal, addEventListener: spring } }],
  ['a signal whose `removeEventListener` throws', { signal: { ...signal, removeEventListener: spring } }],
  ['a clock whose `setTimeout` throws', { clock: { ...clock, setTimeout: spring } }],
  ['a clock whose `clearTimeout` throws', { clock: { ...clock, clearTimeout: spring } }],
] as const) {
  test.serial(`a job with ${title} goes on, tells it to \`onListenerError\`, and no process event fires`, async (t) => {
    let state: string | undefined;
    const errors: unknown[] = [];
    const onListenerError = (error: unknown) => errors.push(error);
    const events = await processEventsOf(async () => {
      state = await stateOf(run([{ name: 'a', run: nothing, timeout: 10 }], { ...options, onListenerError } as never));
    });
    t.is(state, 'completed');
    t.deepEqual(errors, [new Error('trap')]);
    t.deepEqual(events, []);
  });
}

/** A function that gives a value so many times, and throws then. */
const springAfter = (times: number, value: unknown) => {
  let calls = 0;
  return () => {
    calls += 1;
    return calls > times ? spring() : value;
  };
};
const getter = (key: string, get: () => unknown, rest: object = {}) =>
  Object.defineProperty({ ...signal, ...rest }, key, { get });
const abortsSoon = { addEventListener: (_: string, listener: () => void) => setImmediate(listener) };

// The check when `run` is called does not see these.
for (const [title, options] of [
  ['a signal whose `aborted` throws later', { signal: getter('aborted', springAfter(1, false)) }],
  ['a signal that has aborted and whose `reason` throws', { signal: getter('reason', spring, { aborted: true }) }],
  ['a signal that aborts and whose `reason` throws', { signal: getter('reason', spring, abortsSoon) }],
] as const) {
  test.serial(`a job with ${title} ends, and no process event fires`, async (t) => {
    let state: string | undefined;
    const events = await processEventsOf(async () => {
      state = await stateOf(run([{ name: 'a', run: settle }], { ...options, onListenerError: nothing } as never));
    });
    t.not(state, 'pending');
    t.deepEqual(events, []);
  });
}

test.serial('a job that fails and that nobody waits for makes no process event', async (t) => {
  const events = await processEventsOf(async () => {
    const job = run([{ name: 'a', run: () => raise(new Error('boom')) }], { maxRetries: 0 });
    await settle();
    t.is(job.snapshot().state, 'failed');
  });
  t.deepEqual(events, []);
});
