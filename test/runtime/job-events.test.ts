import test from 'ava';
import { InvalidArgumentError, type JobEvent, run } from 'tintype';
import type { InspectionEvent } from 'xstate';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});
const boom = new Error('boom');
const fail = () => {
  throw boom;
};

test('on listens to one type, to all of the tasks, to all of the job, or to all, until it is unsubscribed', async (t) => {
  const heard: Record<string, number> = {};
  const job = run([{ name: 'a', run: () => {} }]);
  const count = (pattern: string) => () => {
    heard[pattern] = (heard[pattern] ?? 0) + 1;
  };
  job.on('task.ready', count('task.ready'));
  job.on('task.*', count('task.*'));
  job.on('job.*', count('job.*'));
  job.on('*', count('*'));
  const subscription = job.on('*', count('unsubscribed'));
  subscription.unsubscribe();
  subscription.unsubscribe();
  await job;
  t.deepEqual(heard, { 'task.ready': 1, 'task.*': 3, 'job.*': 2, '*': 5 });
  t.throws(() => job.on('task.complete' as never, () => {}), { instanceOf: InvalidArgumentError, code: 'INVALID_ARGUMENT' });
});

test('every event has a sequence number and the time of the job’s clock', async (t) => {
  const clock = new SteppedClock();
  clock.set(500);
  const events: JobEvent[] = [];
  const tasks = [
    { name: 'a', run: (_: object, { attempt }: { attempt: number }) => (attempt === 1 ? fail() : {}), backoff: 20 },
  ];
  const result = await withTime(clock, run(tasks, { clock, onEvent: (event) => events.push(event) }));
  t.deepEqual(
    events.map(({ sequence, at, to }) => [sequence, at, to]),
    [
      [1, 500, 'running'],
      [2, 500, 'ready'],
      [3, 500, 'running'],
      [4, 500, 'backingOff'],
      [5, 520, 'ready'],
      [6, 520, 'running'],
      [7, 520, 'completed'],
      [8, 520, 'completed'],
    ],
  );
  t.deepEqual(result.tasks.get('a'), { task: 'a', state: 'completed', attempts: 2, startedAt: 500, endedAt: 520 });
});

test('events() buffers events from the call on until they are read, and ends with the job', async (t) => {
  const job = run([{ name: 'a', run: () => {} }]);
  const events = job.events();
  await job;
  const types: string[] = [];
  for await (const { type } of events) {
    types.push(type);
  }
  t.deepEqual(types, ['job.running', 'task.ready', 'task.running', 'task.completed', 'job.completed']);
  t.deepEqual(await job.events().next(), { done: true, value: undefined });
});

test('events can be asked for before they come, and left early', async (t) => {
  const work = deferred();
  const job = run([{ name: 'a', run: () => work.promise }]);
  const events = job.events();
  const first = await Promise.all([events.next(), events.next()]);
  t.deepEqual(
    first.map(({ value }) => value?.type),
    ['job.running', 'task.ready'],
  );
  for await (const { type } of events) {
    t.is(type, 'task.running');
    break;
  }
  work.resolve(undefined);
  await job;
  t.deepEqual(await events.next(), { done: true, value: undefined });
});

test('the actor is the root of the actor system that the tasks are in, and stopping it cancels the job', async (t) => {
  const actors: string[] = [];
  const roots = new Set<string>();
  const job = run(
    [
      { name: 'a', run: forever },
      { name: 'b', run: forever },
    ],
    {
      id: 'mine',
      inspect: (event) => {
        roots.add(event.rootId);
        if (event.type === '@xstate.actor') {
          actors.push('id' in event.actorRef ? String(event.actorRef.id) : '');
        }
      },
    },
  );
  await settle();
  t.deepEqual(actors, ['mine', 'a', 'b']);
  t.deepEqual([...roots], [job.actor.sessionId]);
  t.deepEqual(job.actor.getSnapshot().value, { running: { untimed: 'working' } });
  job.actor.stop();
  t.is((await job).state, 'cancelled');
});

test('the actor accepts only a cancel from outside, and rejects the runtime’s own messages', async (t) => {
  const job = run([{ name: 'a', run: forever }]);
  await settle();
  for (const foreign of [{ type: 'slot.released', task: 'a' }, { type: 'unknown' }, 'text', undefined]) {
    t.throws(() => job.actor.send(foreign as never), { instanceOf: InvalidArgumentError });
  }
  t.is(job.snapshot().state, 'running');
  job.actor.send({ type: 'job.cancel', reason: 'from an inspector' });
  t.like(await job, { state: 'cancelled', reason: 'from an inspector' });
});

test('an inspector that throws doesn’t affect the job, and its error goes to onListenerError', async (t) => {
  const errors: unknown[] = [];
  const result = await run([{ name: 'a', run: () => ({ a: 1 }) }], {
    inspect: fail,
    onListenerError: (error) => errors.push(error),
  });
  t.is(result.state, 'completed');
  t.true(errors.length > 0 && errors.every((error) => error === boom));
});

test('an executor runs the attempts, with all it needs to run them elsewhere', async (t) => {
  const requests: unknown[] = [];
  const result = await run([{ name: 'a', run: ({ start }) => ({ a: start + 1 }) }], {
    id: 'mine',
    context: { start: 1 },
    executor: async ({ run: call, ...request }) => {
      requests.push({ ...request, context: { ...request.context } });
      return call();
    },
  });
  t.deepEqual(result.context, { start: 1, a: 2 });
  t.like(requests, [{ job: 'mine', task: 'a', attempt: 1, context: { start: 1 } }]);
});

test('an executor that throws at once is a failed attempt', async (t) => {
  const result = await run([{ name: 'a', run: () => {}, maxRetries: 1 }], { executor: fail, backoff: 0 });
  t.like(result, { state: 'failed', failure: { error: boom, attempts: 2 } });
});

test('task.running is emitted before the function is called', async (t) => {
  const order: string[] = [];
  const job = run([{ name: 'a', run: () => void order.push('called') }]);
  job.on('task.running', () => order.push('running'));
  await job;
  t.deepEqual(order, ['running', 'called']);
});

test('the machines meet only event types that do not depend on the names of tasks, since XState keeps each type for ever', async (t) => {
  const types = new Set<string>();
  const tasks = [
    { name: 'a.b', run: fail, maxRetries: 1, timeout: 10, backoff: 1, continueOnFailure: true },
    { name: 'other', run: () => {} },
  ];
  const clock = new SteppedClock();
  const inspect = (event: InspectionEvent) => event.type === '@xstate.event' && types.add(event.event.type);
  await withTime(clock, run(tasks, { clock, inspect }));
  t.deepEqual([...types].sort(), [
    'attempt.failed',
    'attempt.succeeded',
    'dependency.settled',
    'end.saved',
    'job.start',
    'slot.granted',
    'slot.released',
    'slot.requested',
    'task.settled',
    'xstate.after.backoff.task.backingOff',
    'xstate.init',
  ]);
});
