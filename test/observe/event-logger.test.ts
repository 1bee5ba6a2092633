import test from 'ava';
import { eventLogger, run, type TaskDefinition } from 'tintype';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';

test('the logger prints one line for each transition', async (t) => {
  const lines: string[] = [];
  await run([{ name: 'blend', run: () => {} }], { onEvent: eventLogger((line) => lines.push(line)) });
  t.deepEqual(lines, [
    'JOB > idle -> running',
    'blend > unscheduled -> ready',
    'blend > ready -> running',
    'blend > running -> completed',
    'JOB > running -> completed',
  ]);
});

test('with `causes`, the logger prints causes', async (t) => {
  const clock = new SteppedClock();
  const lines: string[] = [];
  const tasks: TaskDefinition[] = [
    {
      name: 'blend',
      maxRetries: 1,
      backoff: 100,
      run: () => {
        throw new Error('no fruit');
      },
    },
    { name: 'garnish', run: () => {}, dependencies: ['blend'] },
  ];
  await withTime(clock, run(tasks, { clock, onEvent: eventLogger((line) => lines.push(line), { causes: true }) }));
  t.deepEqual(lines, [
    'JOB > idle -> running',
    'blend > unscheduled -> ready',
    'blend > ready -> running (attempt 1)',
    'blend > running -> backingOff (attempt 1, exception, Error: no fruit, retry in 100 ms)',
    'blend > backingOff -> ready (attempt 1)',
    'blend > ready -> running (attempt 2)',
    'blend > running -> failed (attempt 2, exception, Error: no fruit)',
    'garnish > unscheduled -> skipped (jobFailed)',
    'JOB > running -> failed (task blend, exception, Error: no fruit)',
  ]);
});

test('with `causes`, the logger prints why tasks are skipped, and that a condition failed', async (t) => {
  const lines: string[] = [];
  const fail = () => {
    throw new TypeError('no');
  };
  const tasks: TaskDefinition[] = [
    { name: 'settle', continueOnFailure: true, maxRetries: 0, run: fail },
    { name: 'no\nparty', when: () => false, run: () => {} },
    { name: 'undecided', continueOnFailure: true, when: fail, run: () => {} },
    { name: 'a', dependencies: ['settle'], run: () => {} },
    { name: 'b', dependencies: [{ anyOf: ['no\nparty', 'a'] }], run: () => {} },
    { name: 'c', dependencies: ['no\nparty'], run: () => {} },
    { name: 'd', dependencies: ['undecided'], run: () => {} },
  ];
  const onEvent = eventLogger((line) => lines.push(line), { causes: true });
  await run(tasks, { onEvent });
  t.deepEqual(lines.filter((line) => /skipped|failed/.test(line)).sort(), [
    'a > unscheduled -> skipped (settle failed)',
    'b > unscheduled -> skipped (settle failed)',
    String.raw`c > unscheduled -> skipped (no\nparty was skipped)`,
    'd > unscheduled -> skipped (undecided failed)',
    String.raw`no\nparty > unscheduled -> skipped (its condition)`,
    'settle > running -> failed (attempt 1, exception, TypeError: no)',
    'undecided > unscheduled -> failed (its condition failed, TypeError: no)',
  ]);
  const log = eventLogger((line) => lines.push(line), { causes: true });
  const skipped = { type: 'task.skipped', from: 'unscheduled', to: 'skipped', task: 'e', attempt: 0 } as const;
  log({ ...skipped, reason: 'dependency', origin: 'settle', sequence: 1, at: 0 });
  t.is(lines.at(-1), "e > unscheduled -> skipped (settle didn't complete)");
});

test('the name of a task can not break a line', async (t) => {
  const lines: string[] = [];
  await run([{ name: 'a\nJOB > running -> failed', run: () => {} }], { onEvent: eventLogger((line) => lines.push(line)) });
  t.is(lines[1], 'a\\nJOB > running -> failed > unscheduled -> ready');
});

test('the logger prints each step of an undo, and how a job will end', async (t) => {
  const clock = new SteppedClock();
  const lines: string[] = [];
  const tasks: TaskDefinition[] = [
    {
      name: 'reserve',
      run: () => {},
      undo: {
        run: (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error('closed')) : undefined),
        backoff: 100,
      },
    },
    {
      name: 'charge',
      dependencies: ['reserve'],
      maxRetries: 0,
      run: () => {
        throw new Error('declined');
      },
    },
    { name: 'report', finally: true, run: () => {} },
  ];
  const log = (causes: boolean) => eventLogger((line) => lines.push(line), { causes });
  await withTime(clock, run(tasks, { clock, onEvent: log(true) }));
  const start = lines.findIndex((line) => line.startsWith('JOB > running -> undoing'));
  t.deepEqual(lines.slice(start), [
    'JOB > running -> undoing (ending as failed)',
    'reserve > completed -> undoing.ready',
    'reserve > undoing.ready -> undoing.running (attempt 1)',
    'reserve > undoing.running -> undoing.backingOff (attempt 1, exception, Error: closed, retry in 100 ms)',
    'reserve > undoing.backingOff -> undoing.ready (attempt 1)',
    'reserve > undoing.ready -> undoing.running (attempt 2)',
    'reserve > undoing.running -> undone (attempt 2)',
    'JOB > undoing -> finishing (ending as failed)',
    'report > unscheduled -> ready',
    'report > ready -> running (attempt 1)',
    'report > running -> completed (attempt 1)',
    'JOB > finishing -> failed (task charge, exception, Error: declined)',
  ]);
});
