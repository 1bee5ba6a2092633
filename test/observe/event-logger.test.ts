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
