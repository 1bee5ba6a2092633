import test from 'ava';
import { type TaskEmitted, type TaskInput, taskMachine } from 'tintype/machines';
import { createActor, initialTransition } from 'xstate';
import { fakeParent } from '../helpers/fake-parent.ts';
import { COMPLETED, completed, failed, TASK_INPUT } from '../helpers/machine-messages.ts';
import { SteppedClock } from '../helpers/simulated-time.ts';
import { watchTransitions } from '../helpers/transitions.ts';

const INPUT: TaskInput = { ...TASK_INPUT, task: 'blend', maxRetries: 1 };

/** Runs the machine alone, with what it emits, what it tells its parent and the provided actions it asks for in one log. */
function alone(input: Partial<TaskInput> = {}) {
  const clock = new SteppedClock();
  const { parent, received } = fakeParent(clock);
  const emitted: TaskEmitted[] = [];
  const asked: string[] = [];
  const note = (name: string) => (_: unknown, params: object) => asked.push(`${name} ${Object.values(params).join(' ')}`);
  const machine = taskMachine.provide({
    actions: {
      startAttempt: note('startAttempt'),
      expireAttempt: note('expireAttempt'),
      abortAttempt: note('abortAttempt'),
      mergeOutput: note('mergeOutput'),
      decide: note('decide'),
    },
  });
  const task = createActor(machine, { id: 'blend', parent, input: { ...INPUT, ...input } });
  task.on('*', (event) => emitted.push(event));
  task.start();
  return { clock, task, emitted, asked, received, told: () => received.map(({ type }) => type) };
}

const failure = (attempt: number, more: object = {}) =>
  ({ type: 'attempt.failed', attempt, reason: 'exception', error: 'boom', retry: true, delay: 0, ...more }) as const;

function running(input: Partial<TaskInput> = {}) {
  const setup = alone(input);
  setup.task.send(COMPLETED);
  setup.task.send({ type: 'slot.granted' });
  return setup;
}

test('a task is ready when the last of its dependencies has completed', (t) => {
  const { task, emitted, told } = alone({ dependencies: ['ice', 'milk'] });
  task.send(COMPLETED);
  t.deepEqual(task.getSnapshot().value, { unscheduled: 'waiting' });
  t.deepEqual(emitted, []);
  task.send(COMPLETED);
  t.is(task.getSnapshot().value, 'ready');
  t.deepEqual(emitted, [{ type: 'task.ready', from: 'unscheduled', to: 'ready', task: 'blend', attempt: 0 }]);
  t.deepEqual(told(), ['slot.requested']);
});

test('a task without dependencies becomes ready when the job starts', (t) => {
  const { task } = alone();
  t.deepEqual(task.getSnapshot().value, { unscheduled: 'waiting' });
  task.send(COMPLETED);
  t.is(task.getSnapshot().value, 'ready');
});

test('a task runs only with a slot', (t) => {
  const { task, emitted, asked } = running();
  t.deepEqual(task.getSnapshot().value, { running: 'untimed' });
  t.deepEqual(emitted[1], { type: 'task.running', from: 'ready', to: 'running', task: 'blend', attempt: 1 });
  t.deepEqual(asked, ['startAttempt blend 1']);
});

test('a task completes with the result of its attempt, and notifies its job', (t) => {
  const { task, emitted, asked, received } = running();
  const output = { smoothie: 'yellow' };
  task.send({ type: 'attempt.succeeded', attempt: 1, output });
  t.is(task.getSnapshot().value, 'completed');
  t.true(task.getSnapshot().hasTag('settled'));
  t.deepEqual(emitted[2], { type: 'task.completed', from: 'running', to: 'completed', task: 'blend', attempt: 1, output });
  t.is(asked[1], 'mergeOutput blend [object Object]');
  t.deepEqual(received.at(-1), {
    type: 'task.settled',
    task: 'blend',
    state: 'completed',
    by: 'attempt',
    continueOnFailure: false,
  });
});

test('a failed attempt frees the slot before the task asks for one again', (t) => {
  const { task, emitted, told } = running();
  task.send(failure(1));
  t.is(task.getSnapshot().value, 'ready');
  t.deepEqual(emitted[2], {
    type: 'task.ready',
    from: 'running',
    to: 'ready',
    task: 'blend',
    attempt: 1,
    reason: 'exception',
    error: 'boom',
  });
  t.deepEqual(told(), ['slot.requested', 'slot.released', 'slot.requested']);
});

test('a task fails when no retries are left, or its policy wants none', (t) => {
  const exhausted = running();
  exhausted.task.send(failure(1));
  exhausted.task.send({ type: 'slot.granted' });
  exhausted.task.send(failure(2));
  t.is(exhausted.task.getSnapshot().value, 'failed');
  t.like(exhausted.emitted.at(-1), { type: 'task.failed', from: 'running', attempt: 2, reason: 'exception', error: 'boom' });

  const unwanted = running({ continueOnFailure: true });
  unwanted.task.send(failure(1, { retry: false, reason: 'invalidResult' }));
  t.is(unwanted.task.getSnapshot().value, 'failed');
  t.true(unwanted.task.getSnapshot().hasTag('settled'));
  t.like(unwanted.received.at(-1), { type: 'task.settled', state: 'failed', continueOnFailure: true });
});

test('a task that may not be retried fails, even if its policy returns a delay', (t) => {
  const exhausted = running({ maxRetries: 0 });
  exhausted.task.send(failure(1, { delay: 500 }));
  t.is(exhausted.task.getSnapshot().value, 'failed');

  const unwanted = running();
  unwanted.task.send(failure(1, { retry: false, delay: 500 }));
  t.is(unwanted.task.getSnapshot().value, 'failed');
});

test('a task backs off without a slot, and is ready when the delay is over', (t) => {
  const { task, emitted, told, clock } = running();
  task.send(failure(1, { delay: 500 }));
  t.is(task.getSnapshot().value, 'backingOff');
  t.like(emitted[2], { type: 'task.backingOff', from: 'running', to: 'backingOff', delay: 500, error: 'boom' });
  t.deepEqual(told(), ['slot.requested', 'slot.released']);
  clock.increment(499);
  t.is(task.getSnapshot().value, 'backingOff');
  clock.increment(1);
  t.is(task.getSnapshot().value, 'ready');
  t.deepEqual(emitted[3], { type: 'task.ready', from: 'backingOff', to: 'ready', task: 'blend', attempt: 1 });
});

test('an attempt that takes too long expires, and the task waits for the retry policy', (t) => {
  const { task, asked, clock, emitted } = running({ timeout: 100 });
  t.deepEqual(task.getSnapshot().value, { running: 'timed' });
  clock.increment(100);
  t.deepEqual(asked, ['startAttempt blend 1', 'expireAttempt blend 1']);
  t.deepEqual(task.getSnapshot().value, { running: 'timed' });
  task.send(failure(1, { reason: 'timedOut' }));
  t.like(emitted.at(-1), { type: 'task.ready', from: 'running', reason: 'timedOut' });
});

test('the timer of an attempt is cleared when it ends', (t) => {
  const { task, clock } = running({ timeout: 100 });
  t.is(clock.pending, 1);
  task.send(failure(1));
  t.is(clock.pending, 0);
  task.send({ type: 'slot.granted' });
  task.send({ type: 'attempt.succeeded', attempt: 2, output: undefined });
  t.is(clock.pending, 0);
});

test('messages about an earlier attempt are ignored', (t) => {
  const { task } = running({ maxRetries: 5 });
  task.send(failure(1));
  task.send({ type: 'attempt.succeeded', attempt: 1, output: {} });
  t.is(task.getSnapshot().value, 'ready');
  task.send({ type: 'slot.granted' });
  for (const late of [failure(1), failure(1, { retry: false }), failure(1, { delay: 5 })]) {
    task.send(late);
  }
  task.send({ type: 'attempt.succeeded', attempt: 1, output: {} });
  t.deepEqual(task.getSnapshot().value, { running: 'untimed' });
});

for (const [state, to, setup] of [
  ['unscheduled', 'skipped', () => alone({ dependencies: ['ice'] })],
  [
    'ready',
    'cancelled',
    () => {
      const ready = alone();
      ready.task.send(COMPLETED);
      return ready;
    },
  ],
  ['running', 'cancelled', () => running({ timeout: 10 })],
  [
    'backingOff',
    'cancelled',
    () => {
      const backingOff = running();
      backingOff.task.send(failure(1, { delay: 10 }));
      return backingOff;
    },
  ],
] as const) {
  test(`a task that is ${state} is ${to} when its job ends`, (t) => {
    const { task, emitted, received, clock, asked } = setup();
    task.send({ type: 'task.cancel', reason: 'jobFailed' });
    t.is(task.getSnapshot().value, to);
    t.true(task.getSnapshot().hasTag('settled'));
    t.like(emitted.at(-1), { type: `task.${to}`, from: state, to, reason: 'jobFailed' });
    t.like(received.at(-1), { type: 'task.settled', state: to });
    const told = received.length;
    const announced = emitted.length;
    for (const late of [
      COMPLETED,
      { type: 'slot.granted' },
      failure(1),
      { type: 'task.cancel', reason: 'jobFailed' },
    ] as const) {
      task.send(late);
    }
    t.deepEqual([task.getSnapshot().value, received.length, emitted.length], [to, told, announced]);
    t.is(clock.pending, 0);
    t.is(asked.includes('abortAttempt blend 1 jobFailed'), state === 'running');
  });
}

function saving(input: Partial<TaskInput> = {}) {
  const setup = running(input);
  setup.task.send({ type: 'attempt.ended', attempt: 1 });
  return setup;
}

test('the outcome of an attempt counts while it is being saved, even if the job ends', (t) => {
  const { task, emitted, asked, clock } = saving({ timeout: 100 });
  t.deepEqual(task.getSnapshot().value, { running: 'saving' });
  t.is(clock.pending, 0);
  t.is(emitted.at(-1)?.type, 'task.running');
  task.send({ type: 'task.cancel', reason: 'jobCancelled' });
  t.deepEqual(task.getSnapshot().value, { running: 'saving' });
  t.is(asked.at(-1), 'abortAttempt blend 1 jobCancelled');
  task.send({ type: 'attempt.succeeded', attempt: 1, output: {} });
  t.is(task.getSnapshot().value, 'completed');
});

test('an outcome that is not final leaves a task that can still be cancelled', (t) => {
  const { task, told } = saving();
  task.send({ type: 'task.cancel', reason: 'jobFailed' });
  task.send(failure(1));
  t.is(told().at(-2), 'slot.released');
  task.send({ type: 'task.cancel', reason: 'jobFailed' });
  t.is(task.getSnapshot().value, 'cancelled');
});

test('a detached job waits for no outcome', (t) => {
  const { task, asked } = saving();
  task.send({ type: 'task.cancel', reason: 'jobDetached' });
  t.is(task.getSnapshot().value, 'cancelled');
  t.is(asked.at(-1), 'abortAttempt blend 1 jobDetached');
});

test('the end of an earlier attempt is ignored', (t) => {
  const { task } = running();
  task.send({ type: 'attempt.ended', attempt: 0 });
  t.deepEqual(task.getSnapshot().value, { running: 'untimed' });
});

test('every transition is emitted once, and each leaves the state the last one entered', (t) => {
  const emitted: string[] = [];
  const clock = new SteppedClock();
  const { parent } = fakeParent(clock);
  const { transitions, inspect } = watchTransitions('unscheduled');
  parent.system.inspect(inspect);
  const task = createActor(taskMachine, { id: 'blend', parent, input: { ...INPUT, maxRetries: 5, timeout: 10 } });
  task.on('*', ({ from, to }) => emitted.push(`${from} -> ${to}`));
  task.start();
  task.send(COMPLETED);
  task.send({ type: 'slot.granted' });
  task.send(failure(1));
  task.send({ type: 'slot.granted' });
  task.send(failure(2, { delay: 3 }));
  clock.increment(3);
  task.send({ type: 'slot.granted' });
  task.send({ type: 'attempt.succeeded', attempt: 3, output: {} });
  t.is(emitted.length, 8);
  t.deepEqual(emitted, transitions);
});

test('a task wants nothing done before its first message, since there is no actor of it before', (t) => {
  const input = { ...TASK_INPUT, dependencies: ['ice'], timeout: 10 };
  const [snapshot, actions] = initialTransition(taskMachine, input);
  t.deepEqual(snapshot.value, { unscheduled: 'waiting' });
  t.deepEqual(actions, []);
});

const SKIPPED = { type: 'task.skipped', from: 'unscheduled', to: 'skipped', task: 'blend', attempt: 0 } as const;

test('a task whose dependency did not complete is skipped once all have settled, with the first blocker in workflow order', (t) => {
  const { task, emitted, received } = alone({ dependencies: ['a', 'b', 'c'] });
  task.send(failed('b', 2));
  task.send(failed('a', 1));
  t.deepEqual(task.getSnapshot().value, { unscheduled: 'waiting' });
  t.deepEqual(emitted, []);
  task.send(COMPLETED);
  t.is(task.getSnapshot().value, 'skipped');
  t.deepEqual(emitted, [{ ...SKIPPED, reason: 'dependency', origin: 'a' }]);
  t.like(received.at(-1), { type: 'task.settled', state: 'skipped', by: 'decision' });
});

test('a dependency that only has to settle does not block', (t) => {
  const { task } = alone({ dependencies: ['a', 'b'] });
  task.send(failed('a', 1, 'settled'));
  task.send(completed('settled'));
  t.is(task.getSnapshot().value, 'ready');
});

for (const [title, messages, origin] of [
  [
    'one of a group is enough, whichever it is',
    [failed('a', 1, 'anyOf', 0), completed('anyOf', 0), completed('anyOf', 1)],
    undefined,
  ],
  [
    'one of a group is enough, even if it settles first',
    [completed('anyOf', 0), failed('a', 1, 'anyOf', 0), completed('anyOf', 1)],
    undefined,
  ],
  ['each group needs one', [completed('anyOf', 0), completed('anyOf', 0), failed('c', 3, 'anyOf', 1)], 'c'],
  ['a group is not met by another one', [failed('a', 1, 'anyOf', 0), completed('anyOf', 1), completed('anyOf', 1)], 'a'],
  [
    'of two groups, the first blocker counts',
    [failed('c', 3, 'anyOf', 1), failed('b', 2, 'anyOf', 0), completed('settled')],
    'b',
  ],
  ['a plain blocker can come before that of a group', [failed('b', 2, 'anyOf', 0), completed('anyOf', 1), failed('a', 1)], 'a'],
  ['a plain blocker can come after that of a group', [failed('b', 2), completed('anyOf', 1), failed('a', 1, 'anyOf', 0)], 'a'],
] as const) {
  test(`a task with groups of dependencies: ${title}`, (t) => {
    const { task, emitted } = alone({ dependencies: ['a', 'b', 'c'], anyOf: 2 });
    for (const message of messages) {
      t.deepEqual(task.getSnapshot().value, { unscheduled: 'waiting' });
      task.send(message);
    }
    t.is(task.getSnapshot().value, origin === undefined ? 'ready' : 'skipped');
    t.like(emitted[0], origin === undefined ? { type: 'task.ready' } : { ...SKIPPED, reason: 'dependency', origin });
  });
}

function deciding(input: Partial<TaskInput> = {}) {
  const setup = alone({ isConditional: true, ...input });
  setup.task.send(COMPLETED);
  return setup;
}

test('a conditional task decides once its dependencies let it run', (t) => {
  const { task, asked, emitted } = deciding();
  t.deepEqual(task.getSnapshot().value, { unscheduled: 'deciding' });
  t.deepEqual(asked, ['decide blend']);
  t.deepEqual(emitted, []);
  task.send({ type: 'condition.decided', holds: true });
  t.is(task.getSnapshot().value, 'ready');
  t.deepEqual(emitted, [{ type: 'task.ready', from: 'unscheduled', to: 'ready', task: 'blend', attempt: 0 }]);
});

test('a conditional task whose dependencies do not allow it to run decides nothing', (t) => {
  const { task, asked } = alone({ isConditional: true, dependencies: ['a'] });
  task.send(failed('a', 1));
  t.is(task.getSnapshot().value, 'skipped');
  t.deepEqual(asked, []);
});

test('a task whose condition does not hold is skipped', (t) => {
  const { task, emitted, received } = deciding();
  task.send({ type: 'condition.decided', holds: false });
  t.is(task.getSnapshot().value, 'skipped');
  t.deepEqual(emitted, [{ ...SKIPPED, reason: 'condition' }]);
  t.like(received.at(-1), { state: 'skipped', by: 'decision' });
});

test('a task whose condition fails ends as failed, without an attempt', (t) => {
  const { task, emitted, received, asked } = deciding({ maxRetries: 5 });
  task.send({ type: 'condition.failed', error: 'boom' });
  t.is(task.getSnapshot().value, 'failed');
  const event = { type: 'task.failed', from: 'unscheduled', to: 'failed', task: 'blend', attempt: 0, reason: 'exception' };
  t.deepEqual(emitted, [{ ...event, error: 'boom' }] as never);
  t.like(received.at(-1), { state: 'failed', by: 'decision' });
  t.deepEqual(asked, ['decide blend']);
});

for (const type of ['task.cancel', 'task.stop'] as const) {
  for (const [state, setup, to] of [
    ['waiting', () => alone({ dependencies: ['a'] }), 'skipped'],
    ['deciding', deciding, 'skipped'],
    ['ready', () => deciding({ isConditional: false }), 'cancelled'],
  ] as const) {
    test(`${type} stops a task that is ${state}`, (t) => {
      const { task, emitted, received } = setup();
      task.send({ type, reason: 'jobFailed' });
      t.is(task.getSnapshot().value, to);
      t.like(emitted.at(-1), { to, reason: 'jobFailed' });
      t.like(received.at(-1), { state: to, by: 'stop' });
      task.send({ type: 'condition.decided', holds: true });
      t.is(task.getSnapshot().value, to);
    });
  }
}

test('task.stop lets an attempt go on', (t) => {
  const { task } = running();
  task.send({ type: 'task.stop', reason: 'jobFailed' });
  t.deepEqual(task.getSnapshot().value, { running: 'untimed' });
});

test('task.stop stops a task that backs off', (t) => {
  const { task, clock } = running();
  task.send(failure(1, { delay: 10 }));
  task.send({ type: 'task.stop', reason: 'jobFailed' });
  t.is(task.getSnapshot().value, 'cancelled');
  t.is(clock.pending, 0);
});

test('a decision counts while it is being saved, even if the job ends, unless it is detached', (t) => {
  for (const [holds, to] of [
    [true, 'ready'],
    [false, 'skipped'],
  ] as const) {
    const { task } = deciding();
    task.send({ type: 'condition.evaluated' });
    t.deepEqual(task.getSnapshot().value, { unscheduled: 'saving' });
    task.send({ type: 'task.cancel', reason: 'jobCancelled' });
    task.send({ type: 'task.stop', reason: 'jobFailed' });
    t.deepEqual(task.getSnapshot().value, { unscheduled: 'saving' });
    task.send({ type: 'condition.decided', holds });
    t.is(task.getSnapshot().value, to);
  }
  const { task } = deciding();
  task.send({ type: 'condition.evaluated' });
  task.send({ type: 'task.cancel', reason: 'jobDetached' });
  t.is(task.getSnapshot().value, 'skipped');
});
