import test from 'ava';
import type { TaskDefinition } from 'tintype';
import { graphTasks, timelineTasks } from '../../inspector/src/page/jobs/task-facts.ts';
import { endOfJob } from '../../inspector/src/page/model/end-of-job.ts';
import { countStates, type Job, progressOf, stateOfJob, stateOfTask, tasksOf } from '../../inspector/src/page/model/job.ts';
import { Store } from '../../inspector/src/page/model/store.ts';
import { whysOf } from '../../inspector/src/page/model/why.ts';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle } from '../helpers/simulated-time.ts';
import { jobOf, messagesOf, taskOf } from './job-of.ts';

const nothing = () => {};
const forever = () => new Promise<undefined>(() => {});
const fail = () => {
  throw new Error('boom');
};

/** Flight and hotel, then a car, then the payment, which fails. The report waits for all of it. */
const trip = (undo: Partial<Record<'flight' | 'hotel' | 'car', TaskDefinition['undo']>> = {}): TaskDefinition[] => [
  { name: 'fetch', run: nothing },
  { name: 'flight', dependencies: ['fetch'], run: nothing, undo: undo.flight ?? nothing },
  { name: 'hotel', dependencies: ['fetch'], run: nothing, undo: undo.hotel ?? nothing },
  { name: 'tickets', dependencies: ['flight'], run: nothing },
  { name: 'car', dependencies: ['tickets', 'hotel'], run: nothing, undo: undo.car ?? nothing },
  { name: 'pay', dependencies: ['car'], maxRetries: 0, run: fail },
  { name: 'report', finally: true, run: nothing },
];

const textsOf = (job: Job, name: string): string[] =>
  whysOf(job, taskOf(job, name)).map(({ text, tasks, end }) => [text, ...tasks, end].filter(Boolean).join(' '));
const stateIn = (job: Job, name: string): string => stateOfTask(taskOf(job, name));

test('while a job undoes tasks, the page shows its phase, what is undone, and what waits for that', async (t) => {
  const { job } = await jobOf(trip({ car: forever }), { clock: new SteppedClock() }, settle);
  t.is(stateOfJob(job), 'undoing');
  t.like(endOfJob(job), { text: 'Task', tasks: ['pay'], end: 'failed.', detail: { message: 'boom' } });
  t.deepEqual(progressOf(job), { done: 0, of: 3, what: 'undone' });
  t.is(stateIn(job, 'car'), 'undoing');
  t.is(stateIn(job, 'flight'), 'completed');
  t.deepEqual(countStates(job), [
    ['unscheduled', 1],
    ['completed', 4],
    ['failed', 1],
    ['undoing', 1],
  ]);
  t.deepEqual(textsOf(job, 'car'), ['Being undone, attempt 1 of up to 6.']);
  t.deepEqual(textsOf(job, 'flight'), ['Completed on attempt 1.', 'To be undone after car']);
  t.deepEqual(textsOf(job, 'fetch'), ['Completed on attempt 1.']);
  t.deepEqual(textsOf(job, 'report'), ['Waiting until everything is undone.']);
  t.is(tasksOf(job).length, 7, 'an undo is none of the tasks');
  t.is(job.children.length, 8);
});

test('an undo has its own attempts, backoffs and place in the queue', async (t) => {
  const waiting = await jobOf(trip({ car: { run: fail, backoff: 700 } }), { clock: new SteppedClock() }, settle);
  t.deepEqual(textsOf(waiting.job, 'car'), ['Being undone. Attempt 1 failed. Waiting 700 ms before the next one.']);
  const queued = await jobOf(
    trip({ flight: forever, hotel: forever }),
    { clock: new SteppedClock(), maxConcurrency: 1 },
    settle,
  );
  const texts = ['flight', 'hotel'].map((name) => textsOf(queued.job, name)[0]);
  t.deepEqual(texts.sort(), [
    'About to be undone. Waiting for a free slot, number 1 in the queue.',
    'Being undone, attempt 1 of up to 6.',
  ]);
});

test('the page shows what was undone, what was not, and why', async (t) => {
  const { job } = await jobOf(trip({ car: { run: fail, maxRetries: 1, backoff: 0 } }), { clock: new SteppedClock() });
  t.is(stateOfJob(job), 'failed');
  t.is(stateIn(job, 'car'), 'undoFailed');
  t.is(stateIn(job, 'flight'), 'completed');
  t.deepEqual(textsOf(job, 'car'), ['Its undo failed after 2 attempts.']);
  t.deepEqual(textsOf(job, 'flight'), ['Completed on attempt 1.', 'Not undone: the undo of car failed.']);
  t.deepEqual(textsOf(job, 'report'), ['Completed on attempt 1.']);
  t.like(endOfJob(job), { text: 'Task', tasks: ['pay'], end: 'failed.' });
  t.deepEqual(progressOf(job), { done: 7, of: 7, what: 'tasks' });
  const undone = await jobOf(trip(), { clock: new SteppedClock() });
  t.deepEqual(textsOf(undone.job, 'flight'), ['Undone on attempt 1.']);
  t.is(stateIn(undone.job, 'flight'), 'undone');
});

test('a job that finishes shows how it will end, if it will not complete', async (t) => {
  const report: TaskDefinition = { name: 'report', finally: true, run: forever };
  const tasks = (run: TaskDefinition['run']): TaskDefinition[] => [
    { name: 'a', run },
    { name: 'b', dependencies: ['a'], maxRetries: 0, run: nothing },
    report,
  ];
  const completing = await jobOf(tasks(nothing), { clock: new SteppedClock() }, settle);
  t.is(stateOfJob(completing.job), 'finishing');
  t.is(endOfJob(completing.job), undefined);
  t.deepEqual(progressOf(completing.job), { done: 2, of: 3, what: 'tasks' });
  const cancelled = await jobOf(tasks(forever), { clock: new SteppedClock() }, (running) => {
    running.cancel('no need');
    return settle();
  });
  t.is(stateOfJob(cancelled.job), 'finishing');
  t.like(endOfJob(cancelled.job), { text: 'Reason:', detail: 'no need' });
  const running = await jobOf(tasks(forever), { clock: new SteppedClock() }, settle);
  t.deepEqual(textsOf(running.job, 'report'), ['Waiting for all other tasks to settle.']);
  t.deepEqual(progressOf(running.job), { done: 0, of: 3, what: 'tasks' });
});

test('an undo waits for the function that was aborted', async (t) => {
  const released = deferred();
  const tasks: TaskDefinition[] = [
    { name: 'a', run: nothing, undo: nothing },
    { name: 'b', dependencies: ['a'], run: () => released.promise as Promise<undefined>, undo: nothing },
    { name: 'c', maxRetries: 0, run: forever },
  ];
  const { job } = await jobOf(tasks, { clock: new SteppedClock() }, (running) => {
    running.cancel();
    return settle();
  });
  released.resolve(undefined);
  t.is(stateIn(job, 'b'), 'cancelled');
  t.deepEqual(textsOf(job, 'b'), ['Cancelled: the job was cancelled.', 'To be undone when its function has returned.']);
  t.deepEqual(textsOf(job, 'a'), ['Completed on attempt 1.', 'To be undone after b']);
});

test('what the graph shows of a task changes with its undo', async (t) => {
  const store = new Store();
  const states = new Set<string>();
  for (const message of await messagesOf(trip({ car: forever }), { clock: new SteppedClock() }, settle)) {
    store.apply(message);
    const [job] = store.roots as readonly Job[];
    states.add(graphTasks(job!).find(({ name }) => name === 'car')?.state ?? 'unknown');
  }
  t.deepEqual([...states].slice(-2), ['completed', 'undoing']);
});

test('graph and timeline have finally tasks apart, and the attempts of undos with those of their tasks', async (t) => {
  const clock = new SteppedClock();
  const { job } = await jobOf(trip({ car: { run: fail, maxRetries: 1, backoff: 700 } }), { clock });
  const shown = graphTasks(job).map(({ name, state, note, isFinally, hasUndo }) => [name, state, note, isFinally, hasUndo]);
  t.deepEqual(shown, [
    ['fetch', 'completed', '0 ms', false, false],
    ['flight', 'completed', '0 ms', false, true],
    ['hotel', 'completed', '0 ms', false, true],
    ['tickets', 'completed', '0 ms', false, false],
    ['car', 'undoFailed', '×2 · 700 ms', false, true],
    ['pay', 'failed', '0 ms', false, false],
    ['report', 'completed', '0 ms', true, false],
  ]);
  const car = timelineTasks(job).find(({ name }) => name === 'car');
  t.deepEqual(
    car?.spans.map(({ kind, attempt, isUndo, outcome }) => [kind, attempt, isUndo, outcome]),
    [
      ['waiting', 1, undefined, undefined],
      ['running', 1, undefined, 'completed'],
      ['waiting', 1, true, undefined],
      ['running', 1, true, 'failed'],
      ['backingOff', 1, true, undefined],
      ['waiting', 2, true, undefined],
      ['running', 2, true, 'failed'],
    ],
  );
});
