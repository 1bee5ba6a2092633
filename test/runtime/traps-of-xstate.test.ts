import test from 'ava';
import { run, type TaskDefinition } from 'tintype';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});

test('a task and a job without a timeout set no timer, since a delay of undefined would be over at once', async (t) => {
  const clock = new SteppedClock();
  const job = run([{ name: 'a', run: forever }], { clock });
  await settle();
  t.is(clock.pending, 0);
  clock.increment(2 ** 31);
  t.is(job.snapshot().state, 'running');
  job.cancel();
});

test('the longest delay is waited for, since a longer one would be over at once', async (t) => {
  const clock = new SteppedClock();
  const longest = 2 ** 31 - 1;
  const result = await withTime(clock, run([{ name: 'a', run: forever, timeout: longest, maxRetries: 0 }], { clock }));
  t.is(result.state, 'failed');
  t.is(clock.now(), longest);
});

test('the timer of an attempt does not end the next one, which is in the same state again', async (t) => {
  const clock = new SteppedClock();
  const attempts: number[] = [];
  const task: TaskDefinition = {
    name: 'a',
    timeout: 100,
    maxRetries: 1,
    run: async (_, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) {
        clock.increment(60);
        throw new Error('boom');
      }
      await forever();
    },
  };
  const job = run([task], { clock, backoff: 0 });
  await settle();
  clock.increment(60);
  t.is(job.why('a').state, 'running');
  clock.increment(40);
  t.is((await job).tasks.get('a')?.reason, 'timedOut');
  t.deepEqual(attempts, [1, 2]);
});
