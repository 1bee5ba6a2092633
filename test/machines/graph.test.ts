import test from 'ava';
import { JOB_STATES, jobMachine, TASK_STATES, type TaskMessage, taskMachine } from 'tintype/machines';
import { createActor, type EventFromLogic } from 'xstate';
import { getShortestPaths } from 'xstate/graph';
import { COMPLETED, JOB_INPUT, TASK_INPUT, taskSettled } from '../helpers/machine-messages.ts';
import { topState } from '../helpers/transitions.ts';

const statesOf = (paths: readonly { state: { value: unknown } }[]) =>
  [...new Set(paths.map(({ state }) => topState(state.value)))].sort();

test('xstate/graph finds a path of the machine of a task to each of its states', (t) => {
  const failed = { type: 'attempt.failed', attempt: 1, reason: 'exception', error: 'boom' } as const;
  const paths = getShortestPaths(taskMachine, {
    input: { ...TASK_INPUT, dependencies: ['ice'], maxRetries: 1, timeout: 100 },
    events: [
      COMPLETED,
      { type: 'slot.granted' },
      { type: 'attempt.succeeded', attempt: 1, output: undefined },
      { ...failed, retry: true, delay: 0 },
      { ...failed, retry: true, delay: 10 },
      { ...failed, retry: false, delay: 0 },
      { type: 'task.cancel', reason: 'jobFailed' },
    ] satisfies TaskMessage[],
  });
  t.deepEqual(statesOf(paths), [...TASK_STATES].sort());
});

test('xstate/graph finds a path of the machine of a job to each of its states', (t) => {
  const paths = getShortestPaths(jobMachine, {
    input: { ...JOB_INPUT, timeout: 100 },
    events: [
      { type: 'job.start' },
      { type: 'job.cancel', reason: undefined },
      taskSettled('a', 'completed'),
      taskSettled('a', 'failed'),
      taskSettled('a', 'cancelled'),
      { type: 'end.saved' },
      { type: 'job.detach', error: undefined },
      { type: 'xstate.after.jobTimeout.job.running.timed' },
    ] as EventFromLogic<typeof jobMachine>[],
    stopWhen: ({ context }) => context.settled > 1,
  });
  t.deepEqual(statesOf(paths), [...JOB_STATES].sort());
});

test('the machine of a task runs alone, without a parent and without provided actions', (t) => {
  const task = createActor(taskMachine, {
    input: TASK_INPUT,
  }).start();
  task.send(COMPLETED);
  task.send({ type: 'slot.granted' });
  task.send({ type: 'attempt.succeeded', attempt: 1, output: {} });
  t.is(task.getSnapshot().value, 'completed');
});
