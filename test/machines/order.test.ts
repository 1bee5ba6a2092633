import test from 'ava';
import { type JobContext, type JobInput, jobMachine, type TaskInput, taskMachine } from 'tintype/machines';
import { type AnyEventObject, createActor, fromCallback } from 'xstate';
import { COMPLETED, JOB_INPUT, TASK_INPUT, taskSettled } from '../helpers/machine-messages.ts';
import { SteppedClock } from '../helpers/simulated-time.ts';

// A line of the log begins with `emit` for what a machine announces, with `send` for what it tells its parent, and with `do` for
// a provided action.

/** Runs the machine of a task alone, with all it does in one log. */
function aloneTask(input: Partial<TaskInput> = {}) {
  const log: string[] = [];
  const clock = new SteppedClock();
  const hear = ({ type, state }: AnyEventObject) => log.push(['send', type, state].filter(Boolean).join(' '));
  const parent = createActor(
    fromCallback(({ receive }) => receive(hear)),
    { clock },
  ).start();
  const note = (name: string) => () => log.push(`do ${name}`);
  const machine = taskMachine.provide({
    actions: {
      startAttempt: note('startAttempt'),
      expireAttempt: note('expireAttempt'),
      abortAttempt: note('abortAttempt'),
      mergeOutput: note('mergeOutput'),
    },
  });
  const all: TaskInput = { ...TASK_INPUT, maxRetries: 1, ...input };
  const task = createActor(machine, { id: 'a', parent, input: all });
  task.on('*', ({ type }) => log.push(`emit ${type}`));
  task.start();
  /** What the machine does while something is done to it. */
  const during = (action: () => void) => {
    const before = log.length;
    action();
    return log.slice(before);
  };
  return { task, clock, during };
}

function runningTask(input: Partial<TaskInput> = {}) {
  const setup = aloneTask(input);
  setup.task.send(COMPLETED);
  setup.task.send({ type: 'slot.granted' });
  return setup;
}

const failure = (more: object = {}) =>
  ({ type: 'attempt.failed', attempt: 1, reason: 'exception', error: 'boom', retry: true, delay: 0, ...more }) as const;

test('a task announces that it is ready before it asks for a slot', (t) => {
  const { task, during } = aloneTask();
  t.deepEqual(
    during(() => task.send(COMPLETED)),
    ['emit task.ready', 'send slot.requested'],
  );
});

test('a task announces that it is ready again before it gives its slot back, and that before it asks for another', (t) => {
  const { task, during } = runningTask();
  t.deepEqual(
    during(() => task.send(failure())),
    ['emit task.ready', 'send slot.released', 'send slot.requested'],
  );
});

test('a task announces that it backs off before it gives its slot back, and that it is ready before it asks for one', (t) => {
  const { task, clock, during } = runningTask();
  t.deepEqual(
    during(() => task.send(failure({ delay: 5 }))),
    ['emit task.backingOff', 'send slot.released'],
  );
  t.deepEqual(
    during(() => clock.increment(5)),
    ['emit task.ready', 'send slot.requested'],
  );
});

test('a task starts one attempt per slot, and sends its job nothing', (t) => {
  const { task, during } = aloneTask();
  task.send(COMPLETED);
  const done = during(() => task.send({ type: 'slot.granted' }));
  t.deepEqual(done.sort(), ['do startAttempt', 'emit task.running']);
});

test('the output of a task is merged before it announces that it completed, and its job hears of it last', (t) => {
  const { task, during } = runningTask();
  t.deepEqual(
    during(() => task.send({ type: 'attempt.succeeded', attempt: 1, output: {} })),
    ['do mergeOutput', 'emit task.completed', 'send task.settled completed'],
  );
});

test('a task announces that it failed before it notifies its job', (t) => {
  const { task, during } = runningTask();
  t.deepEqual(
    during(() => task.send(failure({ retry: false }))),
    ['emit task.failed', 'send task.settled failed'],
  );
});

test('the attempt of a cancelled task is aborted first; then it is announced, and the job hears of it last', (t) => {
  const { task, during } = runningTask();
  t.deepEqual(
    during(() => task.send({ type: 'task.cancel', reason: 'jobCancelled' })),
    ['do abortAttempt', 'emit task.cancelled', 'send task.settled cancelled'],
  );
});

test('a task announces that it is skipped before it notifies its job', (t) => {
  const { task, during } = aloneTask();
  t.deepEqual(
    during(() => task.send({ type: 'task.cancel', reason: 'jobCancelled' })),
    ['emit task.skipped', 'send task.settled skipped'],
  );
});

test('a task counts down to 0 what it waits for: its dependencies, or the start of the job', (t) => {
  for (const [dependencies, counts] of [
    [[], [1, 0]],
    [['ice'], [1, 0]],
    [
      ['ice', 'milk', 'honey'],
      [3, 2, 1, 0],
    ],
  ] as const) {
    const { task } = aloneTask({ dependencies });
    const seen = [task.getSnapshot().context.waitingFor];
    while (!task.getSnapshot().matches('ready')) {
      task.send(COMPLETED);
      seen.push(task.getSnapshot().context.waitingFor);
    }
    t.deepEqual(seen, [...counts]);
    t.is(task.getSnapshot().value, 'ready');
  }
});

/** Runs the machine of a job alone, with all it does in one log, and with its books whenever it grants a slot or stops its tasks. */
function startedJob(input: Partial<JobInput> = {}) {
  const log: string[] = [];
  const books: object[] = [];
  const clock = new SteppedClock();
  const note = (name: string) => (_: unknown, params: unknown) =>
    void log.push(['do', name, ...Object.values((params ?? {}) as object)].join(' '));
  const noteBooks =
    (name: string) =>
    ({ context: { running, queued } }: { context: JobContext }, params: unknown) => {
      note(name)(undefined, params);
      books.push({ running, queued });
    };
  const machine = jobMachine.provide({
    actions: {
      spawnTasks: note('spawnTasks'),
      scheduleRoots: note('scheduleRoots'),
      enqueueTask: note('enqueueTask'),
      notifyDependents: note('notifyDependents'),
      stopTasks: noteBooks('stopTasks'),
      saveEnd: note('saveEnd'),
      grantSlot: noteBooks('grantSlot'),
    },
  });
  const job = createActor(machine, { input: { ...JOB_INPUT, tasks: 4, ...input }, clock });
  job.on('*', ({ type }) => log.push(`emit ${type}`));
  job.start();
  job.send({ type: 'job.start' });
  return { job, clock, log, books };
}

test('a slot is taken before it is granted, so that none is granted twice', (t) => {
  const { job, books } = startedJob({ slots: 2 });
  for (const task of ['a', 'b', 'c']) {
    job.send({ type: 'slot.requested', task });
  }
  job.send({ type: 'slot.released', task: 'a' });
  t.deepEqual(books, [
    { running: 1, queued: 0 },
    { running: 2, queued: 0 },
    { running: 2, queued: 0 },
  ]);
});

test('a task is put in the queue before a slot is granted, and dependents are told before the next slot is', (t) => {
  const { job, log } = startedJob();
  const before = log.length;
  job.send({ type: 'slot.requested', task: 'a' });
  job.send({ type: 'slot.requested', task: 'b' });
  job.send(taskSettled('a', 'completed'));
  t.deepEqual(log.slice(before), [
    'do enqueueTask a',
    'do grantSlot',
    'do enqueueTask b',
    'do notifyDependents a',
    'do grantSlot',
  ]);
});

for (const [ending, to, end] of [
  ['fails', 'failed', ({ job }) => job.send(taskSettled('a', 'failed'))],
  ['is cancelled', 'cancelled', ({ job }) => job.send({ type: 'job.cancel', reason: 'enough' })],
  ['is timed out', 'timedOut', ({ clock }) => clock.increment(100)],
] as [string, string, (setup: ReturnType<typeof startedJob>) => void][]) {
  test(`the books of a job that ${ending} are empty, when its tasks are told to stop and when it has ended`, (t) => {
    const setup = startedJob({ slots: 2, timeout: 100 });
    const { job, log, books } = setup;
    const tasks = ['a', 'b', 'c', 'd'];
    for (const task of tasks) {
      job.send({ type: 'slot.requested', task });
    }
    t.like(job.getSnapshot().context, { running: 2, queued: 2 });
    end(setup);
    t.regex(String(log.at(-1)), /^do stopTasks/);
    t.deepEqual(books.at(-1), { running: 0, queued: 0 });
    while (job.getSnapshot().context.settled < tasks.length) {
      job.send(taskSettled('b', 'cancelled'));
    }
    t.is(job.getSnapshot().status, 'active');
    t.is(log.at(-1), `do saveEnd ${to}`);
    job.send({ type: 'end.saved' });
    t.is(String(job.getSnapshot().value), to);
    t.is(job.getSnapshot().status, 'done');
    t.like(job.getSnapshot().context, { running: 0, queued: 0, settled: tasks.length });
    t.is(log.at(-1), `emit job.${to}`);
  });
}

test('the books of a completed job are empty too', (t) => {
  const { job } = startedJob({ tasks: 2 });
  for (const task of ['a', 'b']) {
    job.send({ type: 'slot.requested', task });
  }
  for (const task of ['a', 'b']) {
    job.send(taskSettled(task, 'completed'));
  }
  job.send({ type: 'end.saved' });
  t.is(job.getSnapshot().value, 'completed');
  t.is(job.getSnapshot().status, 'done');
  t.like(job.getSnapshot().context, { running: 0, queued: 0, settled: 2 });
});
