import test from 'ava';
import { InvalidWorkflowError, type JobEvent, run, type TaskDefinition, workflow, workflowLogic } from 'tintype';
import { createActor, toPromise } from 'xstate';
import { soon } from '../helpers/bad-input-harm.ts';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const END = { done: true, value: undefined };
const boom = new Error('boom');
const forever = () => new Promise<undefined>(() => {});
const nothing = () => {};
const fail = () => {
  throw boom;
};

test('each task event of a repeated task has its own keys, and only task.backingOff has a delay', async (t) => {
  const clock = new SteppedClock();
  const keys: [type: string, keys: string][] = [];
  const tasks: TaskDefinition[] = [
    { name: 'a', run: (_, { attempt }) => (attempt === 3 ? { a: 1 } : fail()), backoff: (attempt) => (attempt === 1 ? 20 : 0) },
    { name: 'b', run: fail, dependencies: ['a'], maxRetries: 1, backoff: 20 },
    { name: 'c', run: forever, dependencies: ['a'] },
    { name: 'd', run: nothing, dependencies: ['c'] },
  ];
  const job = run(tasks, { clock });
  job.on('task.*', ({ sequence: _, at: __, ...event }) => keys.push([event.type, Object.keys(event).sort().join(' ')]));
  t.is((await withTime(clock, job)).state, 'failed');
  const plain = 'attempt from task to type';
  const failed = 'attempt error from reason task to type';
  const delayed = 'attempt delay error from reason task to type';
  const stopped = 'attempt from reason task to type';
  t.deepEqual(keys, [
    ['task.ready', plain],
    ['task.running', plain],
    ['task.backingOff', delayed],
    ['task.ready', plain],
    ['task.running', plain],
    ['task.ready', failed],
    ['task.running', plain],
    ['task.completed', 'attempt from output task to type'],
    ['task.ready', plain],
    ['task.ready', plain],
    ['task.running', plain],
    ['task.running', plain],
    ['task.backingOff', delayed],
    ['task.ready', plain],
    ['task.running', plain],
    ['task.failed', failed],
    ['task.cancelled', stopped],
    ['task.skipped', stopped],
  ]);
});

test('a pending next() resolves as done when the job ends', async (t) => {
  const work = deferred();
  const job = run([{ name: 'a', run: () => work.promise }]);
  const events = job.events();
  for (const type of ['job.running', 'task.ready', 'task.running']) {
    t.is((await events.next()).value?.type, type as JobEvent['type']);
  }
  const waiting = Promise.all([events.next(), events.next(), events.next(), events.next()]);
  t.is(await soon(waiting), 'pending');
  work.resolve(undefined);
  const results = await soon(waiting);
  t.not(results, 'pending');
  const [completed, end, ...rest] = results === 'pending' ? [] : results;
  t.is(completed?.value?.type, 'task.completed');
  t.is(end?.value?.type, 'job.completed');
  t.deepEqual(rest, [END, END]);
  t.deepEqual(await events.next(), END);
});

test('leaving the loop early drops buffered events and ignores later ones', async (t) => {
  const work = deferred();
  const job = run([{ name: 'a', run: () => work.promise }]);
  const [left, other] = [job.events(), job.events()];
  await settle();
  t.is((await left.next()).value?.type, 'job.running');
  t.deepEqual(await left.return?.(), END);
  t.deepEqual(await soon(left.next()), END);
  work.resolve(undefined);
  await job;
  t.deepEqual(await soon(left.next()), END);
  const types: string[] = [];
  for await (const { type } of other) {
    types.push(type);
  }
  t.is(types.length, 5);
});

test('a pending next() resolves as done when the loop is left', async (t) => {
  const job = run([{ name: 'a', run: forever }]);
  const events = job.events();
  await settle();
  for (let count = 0; count < 3; count += 1) {
    await events.next();
  }
  const waiting = events.next();
  await events.return?.();
  t.deepEqual(await soon(waiting), END);
  job.cancel();
});

test('a listener that an earlier one of the same event unsubscribes is not called', async (t) => {
  const calls: string[] = [];
  const job = run([{ name: 'a', run: nothing }]);
  job.on('task.ready', () => {
    calls.push('first');
    later.unsubscribe();
  });
  const later = job.on('*', ({ type }) => calls.push(type));
  job.on('task.ready', () => calls.push('last'));
  await job;
  t.deepEqual(calls, ['job.running', 'first', 'last']);
});

test('a listener that another one adds hears the next event, not this one', async (t) => {
  const heard: string[] = [];
  const job = run([{ name: 'a', run: nothing }]);
  job.on('task.running', () => job.on('*', ({ type }) => heard.push(type)));
  await job;
  t.deepEqual(heard, ['task.completed', 'job.completed']);
});

test('why returns when a backoff ends by the job’s clock, whatever its epoch', async (t) => {
  const clock = new SteppedClock();
  clock.set(500);
  const events: JobEvent[] = [];
  const job = run([{ name: 'a', run: fail, backoff: (attempt) => attempt * 100, maxRetries: 2 }], { clock });
  job.on('task.backingOff', (event) => events.push(event));
  await settle();
  t.deepEqual(job.why('a'), { state: 'backingOff', until: 600, reason: 'exception', error: boom });
  clock.set(570);
  t.like(job.why('a'), { until: 600 });
  clock.set(600);
  await settle();
  t.like(job.why('a'), { state: 'backingOff', until: 800 });
  t.deepEqual(
    events.map(({ at }) => at),
    [500, 600],
  );
  job.cancel();
});

test('the actor of a job has as many slots as attempts can run, which is a number that survives JSON', async (t) => {
  const tasks = ['a', 'b', 'c'].map((name) => ({ name, run: nothing }));
  for (const [maxConcurrency, slots] of [
    [undefined, 3],
    [Infinity, 3],
    [2, 2],
    [3, 3],
    [50, 3],
  ] as const) {
    const job = run(tasks, { maxConcurrency });
    t.is(job.actor.getSnapshot().context.slots, slots);
    t.is((await job).state, 'completed');
    const { context } = job.actor.getSnapshot();
    t.deepEqual(JSON.parse(JSON.stringify(context)), context);
    t.is(context.slots, slots);
  }
  t.is(run([]).actor.getSnapshot().context.slots, 0);
});

test('two jobs of one workflow have different ids, which begin with its name', async (t) => {
  const flow = workflow('nightly import').task({ name: 'a', run: nothing });
  const jobs = Array.from({ length: 20 }, () => run(flow));
  t.is(new Set(jobs.map(({ id }) => id)).size, jobs.length);
  for (const { id } of jobs) {
    t.regex(id, /^nightly import-./);
  }
  t.regex(run([]).id, /^job-./);
  const [first] = jobs;
  t.is(first?.snapshot().id, first?.id);
  t.is(run(flow, { id: 'mine' }).id, 'mine');
  await Promise.all(jobs);
});

test('a returned object that is changed after the task completed changes nothing in the context', async (t) => {
  const returned: Record<string, unknown> = { a: 1 };
  const work = deferred();
  const outputs: unknown[] = [];
  const tasks: TaskDefinition[] = [
    { name: 'a', run: () => returned },
    { name: 'b', run: () => work.promise, dependencies: ['a'] },
    { name: 'c', run: (context) => ({ seen: { ...context } }), dependencies: ['b'] },
  ];
  const job = run(tasks);
  job.on('task.completed', ({ task, output }) => task === 'a' && outputs.push(output));
  await settle();
  t.is(job.why('b').state, 'running');
  returned.a = 2;
  returned.more = 3;
  t.deepEqual(job.snapshot().context, { a: 1 });
  work.resolve(undefined);
  t.deepEqual((await job).context, { a: 1, seen: { a: 1 } });
  t.deepEqual(outputs, [{ a: 1 }]);
});

const echo = workflow<{ who: string }>('echo')
  .task({ name: 'wait', run: () => settle() })
  .task({ name: 'say', run: ({ who }) => ({ said: who }), dependencies: ['wait'] });

test('a workflow as an actor: a bad input is an error of the actor, and no task is called', async (t) => {
  const calls: string[] = [];
  for (const input of [5, null, [], new Date(0), () => {}]) {
    const actor = createActor(workflowLogic(echo, { executor: ({ task }) => calls.push(task) }), { input: input as never });
    const errors: unknown[] = [];
    actor.subscribe({ error: (error) => errors.push(error) });
    actor.start();
    await settle();
    t.is(actor.getSnapshot().status, 'error');
    t.is(errors.length, 1);
    t.true(errors[0] instanceof InvalidWorkflowError);
  }
  t.deepEqual(calls, []);
});

test('a workflow as an actor: an input that is changed after the start changes nothing', async (t) => {
  const input = { who: 'Ada' };
  const actor = createActor(workflowLogic(echo), { input });
  actor.start();
  input.who = 'Bob';
  const { context } = await toPromise(actor);
  t.deepEqual(context, { who: 'Ada', said: 'Ada' });
  t.deepEqual(input, { who: 'Bob' });
});
