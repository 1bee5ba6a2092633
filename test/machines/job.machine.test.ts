import test from 'ava';
import { type JobEmitted, type JobInput, jobMachine, type SettledTaskState } from 'tintype/machines';
import { createActor } from 'xstate';
import { JOB_INPUT, taskSettled } from '../helpers/machine-messages.ts';
import { SteppedClock } from '../helpers/simulated-time.ts';
import { watchTransitions } from '../helpers/transitions.ts';

const INPUT: JobInput = { ...JOB_INPUT, tasks: 2 };

/** Runs the machine alone, with a log of the provided actions it asks for. */
function alone(input: Partial<JobInput> = {}) {
  const clock = new SteppedClock();
  const asked: string[] = [];
  const emitted: JobEmitted[] = [];
  const { transitions: microsteps, inspect } = watchTransitions('idle');
  const note =
    (name: string) =>
    (_: unknown, params: unknown): void =>
      void asked.push([name, ...Object.values((params ?? {}) as object)].join(' '));
  const machine = jobMachine.provide({
    actions: {
      spawnTasks: note('spawnTasks'),
      scheduleRoots: note('scheduleRoots'),
      enqueueTask: note('enqueueTask'),
      grantSlot: note('grantSlot'),
      notifyDependents: note('notifyDependents'),
      stopTasks: note('stopTasks'),
      stopTask: note('stopTask'),
      stopIdleTasks: note('stopIdleTasks'),
      saveEnd: note('saveEnd'),
    },
  });
  const job = createActor(machine, { input: { ...INPUT, ...input }, clock, inspect });
  job.on('*', (event) => emitted.push(event));
  job.start();
  const done = (state: SettledTaskState, continueOnFailure = false) =>
    job.send({ ...taskSettled('a', state), continueOnFailure });
  return { job, clock, asked, emitted, microsteps, done };
}

const started = (input: Partial<JobInput> = {}) => {
  const setup = alone(input);
  setup.job.send({ type: 'job.start' });
  return setup;
};

test('a job makes the actors of its tasks before it starts, and schedules those without dependencies at its start', (t) => {
  const { job, asked, emitted } = alone();
  t.deepEqual(asked, ['spawnTasks']);
  job.send({ type: 'job.start' });
  t.deepEqual(asked, ['spawnTasks', 'scheduleRoots']);
  t.deepEqual(emitted, [{ type: 'job.running', from: 'idle', to: 'running' }]);
});

test('a job hands out no more slots than it has, and the next when one is free', (t) => {
  const { job, asked, done } = started({ tasks: 3, slots: 2 });
  for (const task of ['a', 'b', 'c']) {
    job.send({ type: 'slot.requested', task });
  }
  t.deepEqual(asked.slice(2), ['enqueueTask a', 'grantSlot', 'enqueueTask b', 'grantSlot', 'enqueueTask c']);
  t.like(job.getSnapshot().context, { running: 2, queued: 1 });
  done('completed');
  t.deepEqual(asked.slice(7), ['notifyDependents a', 'grantSlot']);
  t.like(job.getSnapshot().context, { running: 2, queued: 0, settled: 1 });
});

test('a slot that is given back goes to the next in the queue', (t) => {
  const { job, asked } = started();
  job.send({ type: 'slot.requested', task: 'a' });
  job.send({ type: 'slot.requested', task: 'b' });
  t.is(asked.filter((line) => line === 'grantSlot').length, 1);
  job.send({ type: 'slot.released', task: 'a' });
  t.is(asked.filter((line) => line === 'grantSlot').length, 2);
  t.like(job.getSnapshot().context, { running: 1, queued: 0 });
});

test('a job completes when all tasks are settled, also when tolerated ones failed', (t) => {
  const { job, done, emitted, asked } = started();
  done('completed');
  t.is(job.getSnapshot().status, 'active');
  done('failed', true);
  t.deepEqual(job.getSnapshot().value, { running: { completing: 'saving' } });
  t.is(asked.at(-1), 'saveEnd completed');
  job.send({ type: 'end.saved' });
  t.is(job.getSnapshot().value, 'completed');
  t.deepEqual(emitted.at(-1), { type: 'job.completed', from: 'running', to: 'completed' });
  t.false(asked.some((line) => line.startsWith('stopTasks')));
});

test('the dependents of a completed task are notified, even if its failure would have been tolerated', (t) => {
  const { done, asked } = started();
  done('completed', true);
  t.is(asked.at(-1), 'notifyDependents a');
});

test('a job without tasks starts and completes, and announces both', (t) => {
  const { job, emitted, microsteps } = started({ tasks: 0, slots: 0 });
  job.send({ type: 'end.saved' });
  t.is(job.getSnapshot().value, 'completed');
  t.deepEqual(
    emitted.map(({ type }) => type),
    ['job.running', 'job.completed'],
  );
  t.deepEqual(microsteps, ['idle -> running', 'running -> completed']);
});

test('a job fails when a task fails, after all its tasks have settled', (t) => {
  const { job, done, emitted, asked, microsteps } = started({ tasks: 3 });
  job.send({ type: 'slot.requested', task: 'a' });
  done('failed');
  t.is(asked.at(-1), 'stopTasks jobFailed');
  t.deepEqual(job.getSnapshot().value, { running: { failing: 'stopping' } });
  t.like(job.getSnapshot().context, { running: 0, queued: 0 });
  done('cancelled');
  job.send({ type: 'end.saved', failedTask: 'a', reason: 'exception', error: 'boom' });
  t.deepEqual(job.getSnapshot().value, { running: { failing: 'stopping' } });
  done('skipped');
  t.deepEqual(job.getSnapshot().value, { running: { failing: 'saving' } });
  t.is(asked.at(-1), 'saveEnd failed');
  job.send({ type: 'end.saved', failedTask: 'a', reason: 'exception', error: 'boom' });
  t.is(job.getSnapshot().value, 'failed');
  t.deepEqual(emitted.slice(1), [
    { type: 'job.failed', from: 'running', to: 'failed', failedTask: 'a', reason: 'exception', error: 'boom' },
  ]);
  t.deepEqual(microsteps, ['idle -> running', 'running -> failed']);
});

test('an ending job stops a task that asks for a slot, since its condition was being saved', (t) => {
  const { job, asked } = started();
  job.send({ type: 'job.cancel', reason: 'enough' });
  t.is(asked.at(-1), 'stopTasks jobCancelled enough');
  job.send({ type: 'slot.requested', task: 'a' });
  t.is(asked.at(-1), 'stopTask a jobCancelled');
  t.false(asked.includes('grantSlot'));
});

test('an ending job stops a task that goes on, since the outcome of its attempt was being saved', (t) => {
  const { job, asked } = started();
  job.send({ type: 'job.cancel', reason: 'enough' });
  job.send({ type: 'slot.released', task: 'a' });
  t.is(asked.at(-1), 'stopTask a jobCancelled');
});

const unfinished: Readonly<Record<string, [setup: () => ReturnType<typeof alone>, from: 'idle' | 'running']>> = {
  'has not started': [alone, 'idle'],
  runs: [started, 'running'],
  'is being cancelled': [
    () => {
      const setup = started();
      setup.job.send({ type: 'job.cancel', reason: 'enough' });
      return setup;
    },
    'running',
  ],
};

for (const [what, [setup, from]] of Object.entries(unfinished)) {
  test(`a job that ${what} can leave its process, and saves no end`, (t) => {
    const { job, asked, emitted, done } = setup();
    job.send({ type: 'job.detach', error: 'lost' });
    t.is(asked.at(-1), 'stopTasks jobDetached lost');
    t.deepEqual(job.getSnapshot().value, { [from]: { detaching: 'stopping' } });
    job.send({ type: 'job.detach', error: 'again' });
    done('cancelled');
    done('skipped');
    t.is(asked.at(-1), 'saveEnd detached');
    job.send({ type: 'end.saved', error: 'lost' });
    t.deepEqual(emitted.at(-1), { type: 'job.detached', from, to: 'detached', error: 'lost' });
    t.is(job.getSnapshot().value, 'detached');
  });
}

test('a job whose cancellation before its start can’t be saved is detached', (t) => {
  const { job, asked, emitted, done } = alone();
  job.send({ type: 'job.cancel', reason: 'enough' });
  done('skipped');
  done('skipped');
  job.send({ type: 'job.detach', error: 'lost' });
  t.is(asked.at(-1), 'saveEnd detached');
  job.send({ type: 'end.saved', error: 'lost' });
  t.deepEqual(emitted, [{ type: 'job.detached', from: 'idle', to: 'detached', error: 'lost' }]);
});

test('a job whose end can’t be saved is detached', (t) => {
  const { job, asked, emitted, done } = started();
  done('completed');
  done('completed');
  t.is(asked.at(-1), 'saveEnd completed');
  job.send({ type: 'job.detach', error: 'lost' });
  t.deepEqual(asked.slice(-2), ['stopTasks jobDetached lost', 'saveEnd detached']);
  job.send({ type: 'end.saved', error: 'lost' });
  t.is(emitted.at(-1)?.type, 'job.detached');
});

test('a job is cancelled before it has started', (t) => {
  const { job, asked, emitted, done, microsteps } = alone();
  job.send({ type: 'job.cancel', reason: 'enough' });
  job.send({ type: 'job.start' });
  done('skipped');
  done('skipped');
  job.send({ type: 'end.saved', reason: 'enough' });
  t.is(job.getSnapshot().value, 'cancelled');
  t.deepEqual(asked, ['spawnTasks', 'stopTasks jobCancelled enough', 'saveEnd cancelled']);
  t.deepEqual(emitted, [{ type: 'job.cancelled', from: 'idle', to: 'cancelled', reason: 'enough' }]);
  t.deepEqual(microsteps, ['idle -> cancelled']);
});

test('a job that takes too long is timed out, and its timer is cleared when it ends otherwise', (t) => {
  const late = started({ timeout: 100 });
  t.deepEqual(late.job.getSnapshot().value, { running: { timed: 'working' } });
  late.clock.increment(100);
  t.is(late.asked.at(-1), 'stopTasks jobTimedOut');
  late.done('cancelled');
  late.done('skipped');
  late.job.send({ type: 'end.saved' });
  t.deepEqual(late.emitted.at(-1), { type: 'job.timedOut', from: 'running', to: 'timedOut' });

  const failed = started({ timeout: 100 });
  t.is(failed.clock.pending, 1);
  failed.done('failed');
  t.is(failed.clock.pending, 0);

  const cancelled = started({ timeout: 100 });
  cancelled.job.send({ type: 'job.cancel', reason: 'enough' });
  t.is(cancelled.clock.pending, 0);
});

const failure = { type: 'task.settled', task: 'a', state: 'failed', by: 'attempt', continueOnFailure: false } as const;
const decision = { ...failure, by: 'decision' } as const;

for (const [what, message, isSlotFree] of [
  ['a tolerated failure', { ...failure, continueOnFailure: true }, true],
  ['a tolerated failure of a condition', { ...decision, continueOnFailure: true }, false],
  ['a skip', { ...decision, state: 'skipped' }, false],
] as const) {
  test(`${what} notifies dependents, and frees ${isSlotFree ? 'its slot' : 'no slot'}`, (t) => {
    const { job, asked } = started({ tasks: 3 });
    job.send({ type: 'slot.requested', task: 'a' });
    job.send(message);
    t.is(asked.at(-1), 'notifyDependents a');
    t.like(job.getSnapshot().context, { running: isSlotFree ? 0 : 1, settled: 1, stopped: 0, failures: 0 });
    t.deepEqual(job.getSnapshot().value, { running: { untimed: 'working' } });
  });
}

test('keepGoing: a job continues after failures, notifies dependents, and ends as failed', (t) => {
  const { job, asked, done, emitted } = started({ tasks: 3, onFailure: 'keepGoing' });
  job.send({ type: 'slot.requested', task: 'a' });
  job.send(failure);
  t.is(asked.at(-1), 'notifyDependents a');
  t.like(job.getSnapshot().context, { running: 0, settled: 1, failures: 1 });
  job.send({ type: 'slot.requested', task: 'b' });
  t.is(asked.at(-1), 'grantSlot');
  job.send(decision);
  t.like(job.getSnapshot().context, { running: 1, failures: 2 });
  t.is(job.getSnapshot().status, 'active');
  done('completed');
  t.is(asked.at(-1), 'saveEnd failed');
  t.false(asked.some((line) => line.startsWith('stop')));
  job.send({ type: 'end.saved', failedTask: 'a' });
  t.like(emitted.at(-1), { type: 'job.failed', failedTask: 'a' });
});

const drained = (input: Partial<JobInput> = {}) => {
  const setup = started({ tasks: 4, slots: 2, onFailure: 'finishRunning', ...input });
  for (const task of ['a', 'b', 'c']) {
    setup.job.send({ type: 'slot.requested', task });
  }
  setup.job.send(failure);
  return setup;
};

test('finishRunning: a job stops what is not running, grants no slot and notifies no one', (t) => {
  const { job, asked, done } = drained();
  t.deepEqual(asked.slice(-2), ['enqueueTask c', 'stopIdleTasks jobFailed']);
  t.deepEqual(job.getSnapshot().value, { running: { untimed: 'draining' } });
  t.like(job.getSnapshot().context, { running: 0, queued: 0, settled: 1, failures: 1 });
  job.send({ type: 'slot.released', task: 'b' });
  t.is(asked.at(-1), 'stopTask b jobFailed');
  job.send({ type: 'slot.requested', task: 'b' });
  t.is(asked.at(-1), 'stopTask b jobFailed');
  const before = asked.length;
  done('completed');
  done('failed');
  done('skipped');
  t.deepEqual(asked.slice(before), ['saveEnd failed']);
  t.deepEqual(job.getSnapshot().value, { running: { failing: 'saving' } });
});

test('finishRunning: a job that is cancelled or times out meanwhile stops what runs, and fails', (t) => {
  const cancelled = drained();
  cancelled.job.send({ type: 'job.cancel', reason: 'enough' });
  t.is(cancelled.asked.at(-1), 'stopTasks jobCancelled enough');
  t.deepEqual(cancelled.job.getSnapshot().value, { running: { failing: 'stopping' } });

  const late = drained({ timeout: 100 });
  late.clock.increment(100);
  t.is(late.asked.at(-1), 'stopTasks jobTimedOut');
  t.deepEqual(late.job.getSnapshot().value, { running: { failing: 'stopping' } });

  const detached = drained();
  detached.job.send({ type: 'job.detach', error: 'lost' });
  t.deepEqual(detached.job.getSnapshot().value, { running: { detaching: 'stopping' } });
});

test('a job with keepGoing that times out after a failure is timed out', (t) => {
  const { job, clock, asked } = started({ tasks: 3, timeout: 100, onFailure: 'keepGoing' });
  job.send(failure);
  clock.increment(100);
  t.is(asked.at(-1), 'stopTasks jobTimedOut');
  t.deepEqual(job.getSnapshot().value, { running: { timingOut: 'stopping' } });
});

for (const [what, onFailure, before, after, state] of [
  ['a failure ends it', 'stop', [], ['failed', 'cancelled'], { running: { failing: 'saving' } }],
  ['a failure ends it', 'finishRunning', [], ['failed', 'cancelled'], { running: { failing: 'saving' } }],
  [
    'it is cancelled, since tasks were stopped',
    'keepGoing',
    [],
    ['failed', 'cancelled'],
    { running: { cancelling: 'saving' } },
  ],
  ['it fails, since nothing was stopped', 'keepGoing', [], ['failed', 'completed'], { running: { failing: 'saving' } }],
  ['it fails, since something had failed', 'keepGoing', ['failed'], ['completed'], { running: { failing: 'saving' } }],
  ['it completes, since nothing was stopped', 'stop', ['completed'], ['completed'], { running: { completing: 'saving' } }],
] as const) {
  test(`a cancelled job with ${onFailure} whose outcomes were being saved: ${what} (${before} | ${after})`, (t) => {
    const { job, done } = started({ tasks: 2, onFailure });
    for (const one of before) {
      done(one);
    }
    job.send({ type: 'job.cancel', reason: 'enough' });
    for (const one of after) {
      done(one);
    }
    t.deepEqual(job.getSnapshot().value as object, state as object);
  });
}

test('a skip by a decision that was being saved does not count as stopped', (t) => {
  const { job } = started({ tasks: 1 });
  job.send({ type: 'job.cancel', reason: 'enough' });
  job.send({ ...decision, state: 'skipped' });
  t.deepEqual(job.getSnapshot().value, { running: { completing: 'saving' } });
});
