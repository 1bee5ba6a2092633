import test from 'ava';
import { run } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { forever, nothing, revoked } from '../helpers/bad-input-values.ts';
import { settle } from '../helpers/simulated-time.ts';

watchForHarm(test);

/** Runs a task that never returns, and tells what the job came to and whether the task was called. */
async function abortedBy(signal: AbortSignal, abort: () => void = nothing) {
  let calls = 0;
  const types: string[] = [];
  const task = {
    name: 'a',
    run: () => {
      calls += 1;
      return forever();
    },
  };
  const job = run([task], { signal, onEvent: ({ type }) => types.push(type) });
  abort();
  const result = await job;
  return { calls, types, state: result.state, reason: result.state === 'cancelled' ? result.reason : undefined };
}

for (const [title, reason] of [
  ['an error', new Error('stop')],
  ['a string', 'stop'],
  ['null', null],
  ['0', 0],
  ['a revoked proxy', revoked()],
] as const) {
  test(`a signal that has aborted with ${title} cancels the job before a task is called`, async (t) => {
    const outcome = await abortedBy(AbortSignal.abort(reason));
    t.is(outcome.state, 'cancelled');
    t.true(Object.is(outcome.reason, reason));
    t.is(outcome.calls, 0);
    t.deepEqual(outcome.types, ['task.skipped', 'job.cancelled']);
  });
}

test('a signal that has aborted without a reason gives its own', async (t) => {
  const { reason } = await abortedBy(AbortSignal.abort());
  t.is((reason as DOMException).name, 'AbortError');
});

test('a signal that aborts right after `run` cancels the job before a task is called', async (t) => {
  const controller = new AbortController();
  const { state, calls } = await abortedBy(controller.signal, () => controller.abort('early'));
  t.is(state, 'cancelled');
  t.is(calls, 0);
});

test('a signal that aborts in a microtask before the start cancels the job before a task is called', async (t) => {
  const controller = new AbortController();
  queueMicrotask(() => controller.abort('early'));
  const { state, calls } = await abortedBy(controller.signal);
  t.is(state, 'cancelled');
  t.is(calls, 0);
});

test('a signal that aborts in the microtask after the start cancels the job', async (t) => {
  const controller = new AbortController();
  const { state, calls } = await abortedBy(controller.signal, () => queueMicrotask(() => controller.abort('late')));
  t.is(state, 'cancelled');
  t.is(calls, 1);
});

test('a signal that aborts while a task is called cancels the job', async (t) => {
  const controller = new AbortController();
  const job = run(
    [
      {
        name: 'a',
        run: () => {
          controller.abort('inside');
          return forever();
        },
      },
    ],
    { signal: controller.signal },
  );
  const result = await job;
  t.true(result.state === 'cancelled' && result.reason === 'inside');
});

test('a signal that aborts after the end changes nothing', async (t) => {
  const controller = new AbortController();
  const job = run([], { signal: controller.signal });
  await job;
  controller.abort('late');
  await settle();
  t.is((await job).state, 'completed');
});

test('`cancel` before a signal that has aborted wins', async (t) => {
  const job = run([], { signal: AbortSignal.abort('signal') });
  job.cancel('cancel');
  const result = await job;
  t.true(result.state === 'cancelled' && result.reason === 'cancel');
});

test('an object that is like a signal works as one, and is left alone after the end', async (t) => {
  const listeners = new Set<() => void>();
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: (_: string, listener: () => void) => listeners.add(listener),
    removeEventListener: (_: string, listener: () => void) => listeners.delete(listener),
  };
  const job = run([{ name: 'a', run: forever }], { signal: signal as never });
  await settle();
  t.is(listeners.size, 1);
  signal.reason = 'duck';
  for (const listener of listeners) {
    listener();
    listener();
  }
  const result = await job;
  t.true(result.state === 'cancelled' && result.reason === 'duck');
  t.is(listeners.size, 0);
});

test('an object that is like a signal and has aborted works as one', async (t) => {
  const signal = { aborted: true, reason: 'duck', addEventListener: nothing, removeEventListener: nothing };
  const { state, reason, calls } = await abortedBy(signal as never);
  t.is(state, 'cancelled');
  t.is(reason, 'duck');
  t.is(calls, 0);
});
