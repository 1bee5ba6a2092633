import test from 'ava';
import { createActor, createMachine, fromPromise } from 'xstate';
import { Recorder } from '../../inspector/src/bridge/recorder.ts';
import { readReport } from '../../inspector/src/page/connection/report.ts';
import { fullState } from '../../inspector/src/page/model/actor.ts';
import { requirementsOf } from '../../inspector/src/page/model/edges.ts';
import { endOfJob } from '../../inspector/src/page/model/end-of-job.ts';
import { countStates, isJob, stateOfJob, stateOfTask } from '../../inspector/src/page/model/job.ts';
import type { Message } from '../../inspector/src/page/model/message.ts';
import { Store } from '../../inspector/src/page/model/store.ts';
import { whyTask } from '../../inspector/src/page/model/why.ts';
import { SteppedClock, settle } from '../helpers/simulated-time.ts';
import { jobOf, messagesOf, taskOf, zipped } from './job-of.ts';

const boom = new Error('boom');
const forever = () => new Promise<undefined>(() => {});
const fail = () => Promise.reject(boom);

test('a task has a span for each time it waits for a slot, runs and backs off', async (t) => {
  const clock = new SteppedClock();
  const outcomes = [fail, forever, () => undefined];
  const { job } = await jobOf([{ name: 'a', run: () => outcomes.shift()!(), timeout: 30, backoff: 5 }], { clock });
  t.deepEqual(
    taskOf(job, 'a').spans.map(({ error, ...span }) => span),
    [
      { kind: 'waiting', from: 0, to: 0, attempt: 1 },
      { kind: 'running', from: 0, to: 0, attempt: 1, outcome: 'failed' },
      { kind: 'backingOff', from: 0, to: 5, attempt: 1 },
      { kind: 'waiting', from: 5, to: 5, attempt: 2 },
      { kind: 'running', from: 5, to: 35, attempt: 2, outcome: 'timedOut' },
      { kind: 'backingOff', from: 35, to: 40, attempt: 2 },
      { kind: 'waiting', from: 40, to: 40, attempt: 3 },
      { kind: 'running', from: 40, to: 40, attempt: 3, outcome: 'completed' },
    ],
  );
  t.like(taskOf(job, 'a').spans[1]?.error, { message: 'boom' });
  t.deepEqual(whyTask(job, taskOf(job, 'a')), { text: 'Completed on attempt 3.', tasks: [] });
});

test('a task that fails says how, and those it ends say why', async (t) => {
  const { job } = await jobOf([
    { name: 'bad', run: fail, maxRetries: 0 },
    { name: 'long', run: forever },
    { name: 'after', dependencies: ['bad', 'long'], run: forever },
  ]);
  t.is(stateOfJob(job), 'failed');
  t.deepEqual(countStates(job), [
    ['failed', 1],
    ['cancelled', 1],
    ['skipped', 1],
  ]);
  t.is(whyTask(job, taskOf(job, 'bad')).text, 'Failed after 1 attempt.');
  t.deepEqual(whyTask(job, taskOf(job, 'long')), { text: 'Cancelled:', tasks: ['bad'], end: 'failed.' });
  t.deepEqual(whyTask(job, taskOf(job, 'after')), { text: 'Skipped:', tasks: ['bad'], end: 'failed.' });
  t.like(endOfJob(job), { text: 'Task', tasks: ['bad'], end: 'failed.', detail: { message: 'boom' } });
  t.is(taskOf(job, 'long').spans.at(-1)?.outcome, 'cancelled');
});

test('a job that is cancelled tells the reason', async (t) => {
  const { job } = await jobOf([{ name: 'a', run: forever }], {}, (running) => running.cancel('enough'));
  t.is(stateOfJob(job), 'cancelled');
  t.deepEqual(endOfJob(job), { text: 'Reason:', tasks: [], detail: 'enough' });
});

test('a job that takes too long tells how long it may take', async (t) => {
  const { job } = await jobOf([{ name: 'a', run: forever }], { timeout: 7, clock: new SteppedClock() });
  t.is(stateOfJob(job), 'timedOut');
  t.is(endOfJob(job)?.text, 'It exceeded its timeout of 7 ms.');
  t.is(whyTask(job, taskOf(job, 'a')).text, 'Cancelled: the job timed out.');
});

test('a job that goes on tells what its tasks wait for', async (t) => {
  const clock = new SteppedClock();
  const { job } = await jobOf(
    [
      { name: 'a', run: forever },
      { name: 'b', run: forever },
      { name: 'c', run: forever },
      { name: 'd', dependencies: ['a', 'b'], run: forever },
      { name: 'e', run: fail, backoff: 100 },
    ],
    { maxConcurrency: 2, clock },
    settle,
  );
  t.is(whyTask(job, taskOf(job, 'a')).text, 'Running attempt 1 of up to 6.');
  t.is(whyTask(job, taskOf(job, 'c')).text, 'Waiting for a free slot, number 1 in the queue.');
  t.is(whyTask(job, taskOf(job, 'e')).text, 'Waiting for a free slot, number 2 in the queue.');
  t.deepEqual(whyTask(job, taskOf(job, 'd')), { text: 'Waiting for', tasks: ['a', 'b'] });
});

test('a task that backs off tells for how long', async (t) => {
  const { job } = await jobOf([{ name: 'a', run: fail, backoff: 100 }], { clock: new SteppedClock() }, settle);
  t.is(stateOfTask(taskOf(job, 'a')), 'backingOff');
  t.is(whyTask(job, taskOf(job, 'a')).text, 'Attempt 1 failed. Waiting 100 ms before the next one.');
});

test('a skipped task shows why, and what it requires', async (t) => {
  const { job } = await jobOf([
    { name: 'bad', continueOnFailure: true, maxRetries: 0, run: fail },
    { name: 'risk', run: () => ({ route: 'auto' }) },
    { name: 'review', dependencies: ['risk'], when: { risk: { route: 'manual' } }, run: forever },
    { name: 'audit', dependencies: ['review'], run: forever },
    { name: 'after', dependencies: ['bad'], run: forever },
    {
      name: 'join',
      dependencies: ['risk', { settled: 'bad' }, { anyOf: ['review', 'audit'] }, { anyOf: ['after'] }],
      when: () => true,
      run: forever,
    },
  ]);
  t.is(stateOfJob(job), 'completed');
  t.deepEqual(whyTask(job, taskOf(job, 'review')), { text: 'Skipped: its condition does not hold.', tasks: [] });
  t.deepEqual(whyTask(job, taskOf(job, 'audit')), { text: 'Skipped:', tasks: ['review'], end: 'was skipped.' });
  t.deepEqual(whyTask(job, taskOf(job, 'after')), { text: 'Skipped:', tasks: ['bad'], end: 'failed.' });
  t.deepEqual(whyTask(job, taskOf(job, 'join')), { text: 'Skipped:', tasks: ['bad'], end: 'failed.' });
  t.deepEqual(requirementsOf(taskOf(job, 'join').input), [
    { text: 'Depends on', tasks: ['risk'] },
    { text: 'Waits for the end of', tasks: ['bad'] },
    { text: 'Needs one of', tasks: ['review', 'audit'] },
    { text: 'Needs one of', tasks: ['after'] },
    { text: 'Runs only if its condition holds.', tasks: [] },
  ]);
  t.deepEqual(requirementsOf(taskOf(job, 'review').input).at(-1), { text: 'Runs only when risk.route is manual.', tasks: [] });
  t.deepEqual(requirementsOf(taskOf(job, 'risk').input), []);
});

test('a task waits for all of its dependencies to settle, whether or not they have to complete', async (t) => {
  const { job } = await jobOf(
    [
      { name: 'bad', continueOnFailure: true, maxRetries: 0, run: fail },
      { name: 'long', run: forever },
      { name: 'join', dependencies: [{ anyOf: ['bad', 'long'] }], run: forever },
    ],
    {},
    settle,
  );
  t.deepEqual(whyTask(job, taskOf(job, 'join')), { text: 'Waiting for', tasks: ['long'] });
});

test('a failed condition is not an attempt, and all failed tasks are named', async (t) => {
  const { job } = await jobOf(
    [
      { name: 'bad', maxRetries: 0, run: fail },
      { name: 'undecided', dependencies: [{ settled: 'bad' }], when: () => 'yes' as never, run: forever },
    ],
    { onFailure: 'keepGoing' },
  );
  t.is(whyTask(job, taskOf(job, 'undecided')).text, 'Its condition failed.');
  t.like(endOfJob(job), { text: 'Tasks', tasks: ['bad', 'undecided'], end: 'failed.', detail: { message: 'boom' } });
});

test('a job that lets its attempts finish after a failure is failing, and its other tasks show that', async (t) => {
  const { job } = await jobOf(
    [
      { name: 'bad', maxRetries: 0, run: fail },
      { name: 'long', run: forever },
      { name: 'after', dependencies: ['long'], run: forever },
    ],
    { onFailure: 'finishRunning' },
    settle,
  );
  t.is(stateOfJob(job), 'failing');
  t.is(whyTask(job, taskOf(job, 'after')).text, 'Skipped: another task failed.');
  t.is(stateOfTask(taskOf(job, 'long')), 'running');
});

test('a job without tasks is a job', async (t) => {
  const { job } = await jobOf([]);
  t.true(isJob(job));
  t.is(stateOfJob(job), 'completed');
});

test('the machine of a thousand tasks is kept once', async (t) => {
  const tasks = Array.from({ length: 1000 }, (_, index) => ({ name: `t${index}`, run: () => undefined }));
  const { job } = await jobOf(tasks);
  t.is(new Set(job.children.map(({ machine }) => machine)).size, 1);
});

test('other actors are a tree, whose parts stop with its root', async (t) => {
  const recorder = new Recorder({ limit: Number.POSITIVE_INFINITY, keepActors: false });
  const child = createMachine({ id: 'child', initial: 'open', states: { open: {} } });
  const parent = createMachine({
    id: 'parent',
    initial: 'busy',
    states: {
      busy: {
        invoke: [
          { src: fromPromise(() => forever()), id: 'promise' },
          { src: child, id: 'machine' },
        ],
        on: { GO: 'over' },
      },
      over: { type: 'final' },
    },
  });
  const actor = createActor(parent, { inspect: recorder.inspect });
  actor.start();
  actor.send({ type: 'GO' });
  const store = await stored(recorder);
  const [root] = store.roots;
  t.is(store.roots.length, 1);
  t.like(root, { status: 'done', value: 'over', isMachine: true });
  t.false(isJob(root!));
  t.deepEqual(
    root!.children.map(({ id, status, isMachine }) => [id, status, isMachine]),
    [
      ['promise', 'stopped', false],
      ['machine', 'stopped', true],
    ],
  );
  t.deepEqual(
    root!.events.map(({ name }) => name),
    ['GO'],
  );
});

test('a parent may be heard of after its children', async (t) => {
  const messages = await messagesOf([{ name: 'a', run: () => undefined }]);
  const isOfJob = ({ sessionId }: Message) => sessionId === messages[0]!.sessionId;
  const store = new Store();
  for (const message of [...messages.filter((one) => !isOfJob(one)), ...messages.filter(isOfJob)]) {
    store.apply(message);
  }
  t.is(store.roots.length, 1);
  t.is(store.roots[0]!.children.length, 1);
});

test('a message of an actor that was never told of is ignored', (t) => {
  const store = new Store();
  store.apply({ type: 'service.stop', sessionId: '1/x:1' });
  t.deepEqual(store.roots, []);
});

test('a state has those in it in its name', (t) => {
  t.is(fullState('idle'), 'idle');
  t.is(fullState({ running: { timed: {} } }), 'running.timed');
  t.is(fullState({ left: 'on', right: { deep: 'off' } }), 'left.on, right.deep.off');
});

async function stored(recorder: Recorder): Promise<Store> {
  const store = new Store();
  await readReport(zipped(recorder), (message) => store.apply(message));
  return store;
}
