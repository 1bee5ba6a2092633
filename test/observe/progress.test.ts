import { PassThrough } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { type Job, type JobEvent, run } from 'tintype';
import { progress } from 'tintype/progress';
import { ProgressBoard } from '../../src/observe/progress-board.ts';
import { deferred } from '../helpers/deferred.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const forever = () => new Promise<undefined>(() => {});

/** A job that has something of all, on a simulated clock, and a board that follows it. */
async function boardOf(count: number) {
  const clock = new SteppedClock();
  const tasks = [
    { name: 'quick', run: () => {} },
    { name: 'flaky', run: () => Promise.reject('no'), backoff: 5000 },
    ...Array.from({ length: count }, (_, index) => ({ name: `slow ${index}`, run: forever })),
    { name: 'last', run: () => {}, dependencies: ['quick', 'flaky'] },
  ];
  const board = new ProgressBoard(tasks.map(({ name }) => name));
  const job = run(tasks, { clock, maxConcurrency: count + 1, onEvent: (event) => board.note(event) });
  await settle();
  return { clock, job, board };
}

test('a board shows what runs, for how long, and when retries start', async (t) => {
  const { clock, board } = await boardOf(2);
  t.deepEqual(board.lines(clock.now() + 1500, { rows: 10 }), [
    '1 of 5 completed, 2 running, 1 backing off, 1.5 s',
    '  ▶ slow 0, 1.5 s',
    '  ▶ slow 1, 1.5 s',
    '  ↻ flaky, retry in 3.5 s',
  ]);
  clock.increment(5000);
  await settle();
  t.deepEqual(board.lines(clock.now(), { rows: 10 })[0], '1 of 5 completed, 2 running, 1 backing off, 1 retry, 5.0 s');
});

test('a board takes no more rows than there are', async (t) => {
  const { clock, board } = await boardOf(9);
  const lines = (rows: number) => board.lines(clock.now(), { rows });
  t.is(lines(40).length, 11);
  t.deepEqual(lines(5), [
    '1 of 12 completed, 9 running, 1 backing off, 0.0 s',
    '  ▶ slow 0, 0.0 s',
    '  ▶ slow 1, 0.0 s',
    '  … 8 more',
  ]);
  t.is(lines(2).length, 1);
  t.is(lines(1).length, 1);
});

test('a board keeps how long the job took', async (t) => {
  const { clock, job, board } = await boardOf(1);
  clock.increment(700);
  job.cancel();
  await withTime(clock, job);
  t.is(board.summary(clock.now() + 60_000), '1 of 4 completed, 2 cancelled, 1 skipped, 0.7 s');
});

test('a board does not count tasks that the job does not need', async (t) => {
  const tasks = [
    { name: 'a', run: () => {} },
    { name: 'b', when: () => false, run: () => {} },
    { name: 'c', dependencies: ['b'], run: () => {} },
  ];
  const board = new ProgressBoard(tasks.map(({ name }) => name));
  await run(tasks, { onEvent: (event) => board.note({ ...event, at: 0 }) });
  t.is(board.summary(0), '1 of 1 completed, 2 skipped, 0.0 s');
});

/** A job whose undo takes two attempts, and that is reported. */
function undoneJob(clock: SteppedClock | undefined, undo: (attempt: number) => Promise<undefined> | undefined) {
  return run(
    [
      { name: 'a', run: () => {}, undo: () => {} },
      {
        name: 'b',
        dependencies: ['a'],
        run: () => {},
        undo: { run: (_, { attempt }) => undo(attempt), backoff: 5000, maxRetries: 1 },
      },
      { name: 'c', dependencies: ['b'], maxRetries: 0, run: () => Promise.reject('no') },
      { name: 'report', finally: true, run: () => forever(), timeout: 1000, maxRetries: 0 },
    ],
    { clock },
  );
}

test('a board shows the phase of a job that is undone, and what it undoes', async (t) => {
  const clock = new SteppedClock();
  const second = deferred();
  const job = undoneJob(clock, (attempt) => (attempt === 1 ? Promise.reject('no') : (second.promise as Promise<undefined>)));
  const board = new ProgressBoard(['a', 'b', 'c', 'report']);
  job.on('*', (event) => board.note(event));
  const lines = () => board.lines(clock.now(), { rows: 10 });
  await settle();
  t.deepEqual(lines(), ['undoing: 1 of 4 completed, 1 failed, 1 undoing, 0.0 s', '  ↻ undo b, retry in 5.0 s']);
  clock.increment(5000);
  await settle();
  t.deepEqual(lines(), ['undoing: 1 of 4 completed, 1 failed, 1 undoing, 1 retry, 5.0 s', '  ↶ undo b, attempt 2, 0.0 s']);
  second.reject('no');
  await settle();
  t.deepEqual(lines(), [
    'finishing: 1 of 4 completed, 1 running, 1 failed, 1 undo failed, 1 retry, 5.0 s',
    '  ▶ report, 0.0 s',
  ]);
  clock.increment(1000);
  await job;
  t.is(board.summary(clock.now() + 60_000), '1 of 4 completed, 2 failed, 1 undo failed, 1 retry, 6.0 s');
});

/** Something that is written to as a terminal is, or as a pipe. */
function writable(isTTY: boolean): { stream: NodeJS.WriteStream; text: () => string } {
  const through = new PassThrough();
  let text = '';
  through.on('data', (chunk) => {
    text += chunk;
  });
  return {
    stream: Object.assign(through, { isTTY, rows: 10, columns: 80 }) as unknown as NodeJS.WriteStream,
    text: () => text,
  };
}

const started = (stream: NodeJS.WriteStream): Job => {
  const job = run([{ name: 'a\nb', run: (_, { attempt }) => (attempt === 1 ? Promise.reject(new Error('no')) : undefined) }], {
    backoff: 0,
  }) as Job;
  progress(job, { stream });
  return job;
};

test('where there is no terminal there is a line for each transition', async (t) => {
  const { stream, text } = writable(false);
  await started(stream);
  t.deepEqual(text().split('\n'), [
    'JOB > idle -> running',
    String.raw`a\nb > unscheduled -> ready`,
    String.raw`a\nb > ready -> running (attempt 1)`,
    String.raw`a\nb > running -> ready (attempt 1, exception, Error: no)`,
    String.raw`a\nb > ready -> running (attempt 2)`,
    String.raw`a\nb > running -> completed (attempt 2)`,
    'JOB > running -> completed',
    '',
  ]);
});

test.serial('in a terminal the last line stays, and nothing is left to keep the process', async (t) => {
  const { stream, text } = writable(true);
  const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  await started(stream);
  await wait(0);
  t.regex(stripVTControlCharacters(text()), /1 of 1 completed, 1 retry, \d+\.\d s\n$/);
  t.is(stream.listenerCount('resize'), 0);
  t.is(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length, before);
});

test('in a terminal a job that is undone is shown until it ends', async (t) => {
  const { stream, text } = writable(true);
  const listeners: number[] = [];
  const undo = () => {
    listeners.push(stream.listenerCount('resize'));
  };
  const job = run([
    { name: 'a', run: () => {}, undo },
    { name: 'b', dependencies: ['a'], maxRetries: 0, run: () => Promise.reject('no') },
    { name: 'report', finally: true, run: undo },
  ]) as Job;
  progress(job, { stream });
  await job;
  await wait(0);
  t.deepEqual([...listeners, stream.listenerCount('resize')], [1, 1, 0]);
  t.regex(stripVTControlCharacters(text()), /1 of 3 completed, 1 failed, 1 undone, \d+\.\d s\n$/);
});

test('a board shows names on one line', (t) => {
  const board = new ProgressBoard(['a\nb']);
  const event: JobEvent = { type: 'task.running', from: 'ready', to: 'running', task: 'a\nb', attempt: 2, sequence: 1, at: 0 };
  board.note(event);
  t.is(board.lines(0, { rows: 9 })[1], String.raw`  ▶ a\nb, attempt 2, 0.0 s`);
});
