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

test('the name of a task can not break a line', async (t) => {
  const lines: string[] = [];
  await run([{ name: 'a\nJOB > running -> failed', run: () => {} }], { onEvent: eventLogger((line) => lines.push(line)) });
  t.is(lines[1], 'a\\nJOB > running -> failed > unscheduled -> ready');
});
