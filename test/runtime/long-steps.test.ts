import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { type Codec, getJob, type JobEvent, resume, run, type TaskDefinition } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';

const TASKS = 200;

const work = () => {
  const end = performance.now() + 1;
  while (performance.now() < end);
};

/** Counts the turns of the event loop meanwhile. */
async function countTurns<T>(during: () => PromiseLike<T>): Promise<{ readonly result: T; readonly turns: () => number }> {
  let turns = 0;
  let isOver = false;
  const count = async () => {
    for (; !isOver; turns += 1) {
      await setImmediate();
    }
  };
  void count();
  const result = await during();
  isOver = true;
  return { result, turns: () => turns };
}

/** A listener that takes its time, and how often the event loop turned between the first and last event of a type. */
function slowListener(type: JobEvent['type']) {
  let turns = 0;
  let first: number | undefined;
  let last = 0;
  let isOver = false;
  const count = async () => {
    for (; !isOver; turns += 1) {
      await setImmediate();
    }
  };
  return {
    onEvent(event: JobEvent) {
      if (event.type === type) {
        if (first === undefined) {
          first = turns;
          void count();
        }
        last = turns;
        work();
      }
    },
    stop() {
      isOver = true;
      return last - (first ?? 0);
    },
  };
}

const many = (run: TaskDefinition['run'] = () => ({}), length = TASKS): TaskDefinition[] =>
  Array.from({ length }, (_, index) => ({ name: `t${index}`, run }));

/** A saved job with one more task, which has not completed. */
async function savedJob(store: MemoryStore): Promise<readonly TaskDefinition[]> {
  const last = (run: TaskDefinition['run']): TaskDefinition => ({
    name: 'last',
    dependencies: many().map(({ name }) => name),
    run,
  });
  const job = run([...many(), last(() => new Promise(() => {}))], { id: 'one', store });
  await new Promise<void>((resolve) => job.on('task.running', ({ task }) => task === 'last' && resolve()));
  job.suspend();
  await job;
  return [...many(), last(() => ({}))];
}

test('a job pauses while it begins to undo many tasks', async (t) => {
  const listener = slowListener('task.undoing');
  const tasks = many(undefined, 3 * TASKS).map((task): TaskDefinition => ({ ...task, undo: () => {} }));
  const fails = () => {
    throw new Error('boom');
  };
  const result = await run(
    [...tasks, { name: 'last', dependencies: tasks.map(({ name }) => name), maxRetries: 0, run: fails }],
    {
      onEvent: (event) => event.type === 'task.undoing' && event.step === 'ready' && listener.onEvent(event),
    },
  );
  t.is(result.undo, 'done');
  const turns = listener.stop();
  t.true(turns >= 1);
});

test('a resumed job pauses while it replays what is saved, and calls nothing before that is done', async (t) => {
  const store = new MemoryStore();
  const tasks = await savedJob(store);
  const listener = slowListener('task.completed');
  const restored: boolean[] = [];
  const result = await resume(tasks, 'one', {
    store,
    onEvent(event) {
      listener.onEvent(event);
      if (event.type === 'task.completed') {
        restored.push(event.restored === true);
      }
    },
  });
  t.is(result.state, 'completed');
  t.deepEqual(restored, [...Array.from({ length: TASKS }, () => true), false]);
  t.true(listener.stop() >= 2);
});

test('a job that pauses in its replay keeps its lease', async (t) => {
  const store = new MemoryStore();
  const tasks = await savedJob(store);
  store.calls.length = 0;
  let renewals = 0;
  const job = resume(tasks, 'one', { store, lease: 30, onEvent: () => work() });
  job.on('task.running', ({ task }) => {
    if (task === 'last') {
      renewals = store.calls.filter((call) => call.startsWith('renew')).length;
    }
  });
  t.is((await job).state, 'completed');
  t.true(renewals > 0);
});

test('a job that is cancelled or suspended in its replay first replays the rest', async (t) => {
  for (const [state, end] of [
    ['cancelled', (job: ReturnType<typeof resume>) => job.cancel()],
    ['detached', (job: ReturnType<typeof resume>) => job.suspend()],
  ] as const) {
    const store = new MemoryStore();
    const tasks = await savedJob(store);
    let completed = 0;
    const job = resume(tasks, 'one', { store, onEvent: (event) => event.type === 'task.completed' && work() });
    job.on('task.completed', () => {
      completed += 1;
      if (completed === 1) {
        globalThis.setImmediate(() => end(job));
      }
    });
    const result = await job;
    t.is(result.state, state);
    t.is(completed, TASKS);
    t.is(result.tasks.get('last')?.state, 'cancelled');
    await job.drained;
  }
});

test('opening and reading a saved job pause while values are decoded', async (t) => {
  const store = new MemoryStore();
  const tasks = await savedJob(store);
  const { codec } = store;
  const codecThatWorks: Codec = {
    ...codec,
    decode(text) {
      work();
      return codec.decode(text);
    },
  };
  Object.assign(store, { codec: codecThatWorks });
  const read = await countTurns(() => getJob(store, 'one'));
  t.is(read.result?.attempts.length, TASKS);
  t.true(read.turns() >= 4);
  const { result, turns } = await countTurns(() => resume(tasks, 'one', { store }));
  t.is(result.state, 'completed');
  t.true(turns() >= 4);
});

test('a job pauses while it starts and stops many tasks', async (t) => {
  const ready = slowListener('task.ready');
  const job = run(
    many(() => ({}), 500),
    { onEvent: ready.onEvent },
  );
  t.is((await job).state, 'completed');
  t.true(ready.stop() >= 1);

  const cancelled = slowListener('task.cancelled');
  const endless = run(
    many(() => new Promise(() => {}), 500),
    { onEvent: cancelled.onEvent },
  );
  endless.on('task.running', ({ task }) => task === 't499' && globalThis.setImmediate(() => endless.cancel()));
  t.is((await endless).state, 'cancelled');
  t.true(cancelled.stop() >= 1);
});
