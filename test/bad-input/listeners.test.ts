import test from 'ava';
import { type Job, type JobEvent, run, type Subscription } from 'tintype';
import { watchForHarm } from '../helpers/bad-input-harm.ts';
import { nothing, raise, revoked, thenable, throwing, trapped } from '../helpers/bad-input-values.ts';
import { settle } from '../helpers/simulated-time.ts';

watchForHarm(test);

const TASKS = [
  { name: 'a', run: nothing },
  { name: 'b', run: nothing, dependencies: ['a'] },
];
const COUNT = 8;
const boom = new Error('boom');

/** What a listener can do that is bad, and what `onListenerError` is then told. */
const BAD: readonly (readonly [title: string, listener: () => unknown, error: unknown])[] = [
  ['throws an error', () => raise(boom), boom],
  ['throws undefined', () => raise(undefined), undefined],
  ['rejects', () => Promise.reject(boom), boom],
  ['rejects with null', () => Promise.reject(null), null],
  ['gives a thenable that throws', () => thenable(() => raise(boom)), boom],
  ['gives a thenable that rejects', () => thenable((_, reject) => reject(boom)), boom],
  ['gives an object whose `then` throws', () => throwing('then', boom), boom],
];

for (const [title, listener, error] of BAD) {
  test(`a listener that ${title} is told to \`onListenerError\`, and the job and other listeners go on`, async (t) => {
    const errors: unknown[] = [];
    const heard: string[] = [];
    const job = run(TASKS, { onEvent: listener, onListenerError: (told) => errors.push(told) });
    job.on('*', ({ type }) => heard.push(type));
    t.is((await job).state, 'completed');
    await settle();
    t.is(heard.length, COUNT);
    t.deepEqual(errors, Array(COUNT).fill(error));
  });
}

for (const [title, value] of [
  ['a revoked proxy', revoked()],
  ['a proxy of which every trap throws', trapped()],
] as const) {
  test(`a listener that gives ${title} is told to \`onListenerError\``, async (t) => {
    const errors: unknown[] = [];
    await run([], { onEvent: () => value, onListenerError: (told) => errors.push(told) });
    t.is(errors.length, 2);
    t.true(errors.every((told) => told instanceof Error));
  });
}

for (const [title, onListenerError] of [
  ['throws', () => raise(boom)],
  ['rejects', () => Promise.reject(boom)],
  ['gives a thenable that throws', () => thenable(() => raise(boom))],
  ['gives a revoked proxy', () => revoked()],
] as const) {
  for (const [how, onEvent] of [
    ['thrown', () => raise(boom)],
    ['rejected', () => Promise.reject(boom)],
  ] as const) {
    test(`an \`onListenerError\` that ${title} when it is told what was ${how} harms nobody`, async (t) => {
      const heard: string[] = [];
      const job = run(TASKS, { onEvent, onListenerError });
      job.on('*', ({ type }) => heard.push(type));
      t.is((await job).state, 'completed');
      await settle();
      t.is(heard.length, COUNT);
    });
  }
}

test.serial('what a listener throws goes to `console.error` when nothing else is said', async (t) => {
  const { error: original } = console;
  const printed: unknown[][] = [];
  console.error = (...values: unknown[]) => printed.push(values);
  try {
    await run([], { onEvent: () => raise(boom) });
  } finally {
    console.error = original;
  }
  t.deepEqual(printed, [[boom], [boom]]);
});

test('a listener that gives a job is waited for by nobody', async (t) => {
  const never = run([{ name: 'never', run: () => new Promise<undefined>(() => {}) }]);
  t.is((await run(TASKS, { onEvent: () => never })).state, 'completed');
});

test('a listener can unsubscribe while it is called', async (t) => {
  const heard: string[] = [];
  const job = run(TASKS);
  const subscription: Subscription = job.on('*', ({ type }) => {
    heard.push(type);
    subscription.unsubscribe();
    subscription.unsubscribe();
  });
  await job;
  t.deepEqual(heard, ['job.running']);
});

test('a listener that another one unsubscribed is not called any more', async (t) => {
  const heard: string[] = [];
  const job = run(TASKS);
  job.on('*', () => second.unsubscribe());
  const second = job.on('*', ({ type }) => heard.push(type));
  await job;
  t.deepEqual(heard, []);
});

test('a listener can add listeners while it is called, which hear the events after that one', async (t) => {
  const heard: JobEvent[] = [];
  const job = run(TASKS);
  const first = job.on('*', () => {
    first.unsubscribe();
    job.on('*', (event) => heard.push(event));
  });
  await job;
  t.deepEqual(
    heard.map(({ sequence }) => sequence),
    [2, 3, 4, 5, 6, 7, 8],
  );
});

test('one function can listen twice, and each subscription is its own', async (t) => {
  const heard: string[] = [];
  const listener = ({ type }: JobEvent) => heard.push(type);
  const job = run([]);
  job.on('*', listener);
  job.on('*', listener).unsubscribe();
  await job;
  t.deepEqual(heard, ['job.running', 'job.completed']);
});

test('a listener that is added after the end is never called', async (t) => {
  const job = run([]);
  await job;
  const subscription = job.on('*', () => t.fail());
  subscription.unsubscribe();
  await settle();
  t.pass();
});

for (const pattern of ['job.running', 'task.ready', 'task.running', 'task.completed'] as const) {
  test(`a listener on ${pattern} can cancel the job again and again`, async (t) => {
    const heard: string[] = [];
    const job = run(TASKS, { onEvent: ({ type }) => heard.push(type) });
    job.on(pattern, () => {
      job.cancel('first');
      job.cancel('second');
    });
    const result = await job;
    t.is(result.state === 'cancelled' ? result.reason : undefined, 'first');
    t.is(heard.at(-1), 'job.cancelled');
    t.is(heard.filter((type) => type.startsWith('job.')).length, 2);
  });
}

for (const [pattern, state] of [
  ['job.completed', 'completed'],
  ['job.cancelled', 'cancelled'],
] as const) {
  test(`a listener on ${pattern} that cancels the job changes nothing`, async (t) => {
    const job: Job = run(TASKS);
    job.on(pattern, () => job.cancel('late'));
    if (state === 'cancelled') {
      job.cancel('early');
    }
    const result = await job;
    t.is(result.state, state);
    t.true(result.state !== 'cancelled' || result.reason === 'early');
  });
}

test('what a listener does to an event is not seen by the job', async (t) => {
  const job = run([{ name: 'a', run: () => ({ a: 1 }) }], {
    onEvent: (event) => {
      if (event.type === 'task.completed') {
        Object.assign(event.output as object, { a: 2, b: 3 });
      }
      Object.assign(event, { type: 'job.failed', task: 'other', sequence: 0 });
    },
  });
  const result = await job;
  t.is(result.state, 'completed');
  t.deepEqual([...result.tasks.keys()], ['a']);
  t.deepEqual(result.context, { a: 1 });
});

test('leaving the events of a job early, twice and after the end harms nobody', async (t) => {
  const job = run(TASKS);
  const events = job.events();
  for await (const { type } of events) {
    t.is(type, 'job.running');
    break;
  }
  t.deepEqual(await events.return?.(), { done: true, value: undefined });
  t.is((await job).state, 'completed');
  t.deepEqual(await events.next(), { done: true, value: undefined });
  t.deepEqual(await job.events().next(), { done: true, value: undefined });
});
