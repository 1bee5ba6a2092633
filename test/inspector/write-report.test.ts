import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { run, type TaskDefinition } from 'tintype';
import { inspectJobs, writeReport } from 'tintype-inspector';
import { receive } from '../../inspector/test/receive.ts';
import { TestFolder } from '../helpers/command.ts';

const folder = new TestFolder(test);
const fileFor = (name: string) => join(folder.path, name);

const flaky: TaskDefinition[] = [
  {
    name: 'ask',
    maxRetries: 1,
    backoff: 0,
    run: (_, { attempt }) => {
      if (attempt === 1) throw new Error('</script><script>alert(1)</script>');
      return { answer: 42 };
    },
  },
];

/** What a report tells, in the words of `@xstate/inspect`. */
async function told(file: string) {
  const page = await readFile(file, 'utf8');
  const [, content] = /<script type="application\/json" id="content">(.*?)<\/script>/s.exec(page) as unknown as [
    string,
    string,
  ];
  const { live, messages } = JSON.parse(content);
  return { page, live, events: receive(JSON.parse(gunzipSync(Buffer.from(messages, 'base64')).toString())) };
}

test('a report has all that happened in a job, from its start to its end', async (t) => {
  const file = fileFor('report.html');
  await writeReport(run(flaky, { id: 'flaky-1' }), file);
  const { live, events } = await told(file);
  t.false(live);
  t.deepEqual(
    events.flatMap((event) => (event.type === 'service.register' ? [event.id] : [])),
    ['flaky-1', 'ask'],
  );
  const task = events.find((event) => event.type === 'service.register' && event.id === 'ask');
  const states = events.flatMap((event) =>
    event.type === 'service.state' && event.sessionId === task?.sessionId ? [event.state.value] : [],
  );
  t.deepEqual(states, ['ready', { running: 'untimed' }, 'ready', { running: 'untimed' }, 'completed']);
  t.deepEqual(
    events.flatMap((event) =>
      event.type === 'service.event' && event.event.name === 'attempt.failed' ? [event.event.data.error.message] : [],
    ),
    ['</script><script>alert(1)</script>'],
  );
});

test('nothing of a job can end a script of its report', async (t) => {
  const file = fileFor('hostile.html');
  await writeReport(run(flaky, { id: '</script><script>alert(1)</script>' }), file);
  const { page } = await told(file);
  t.false(page.includes('alert(1)'));
});

test('a job that is inspected can be reported at any time', async (t) => {
  const inspector = await inspectJobs();
  t.teardown(inspector.stop);
  const job = run(flaky, { inspect: inspector.inspect });
  await job;
  const file = fileFor('inspected.html');
  await writeReport(job, file);
  t.true((await told(file)).events.length > 10);
});

test('two reports of one job tell the same', async (t) => {
  const job = run(flaky);
  const files = [fileFor('one.html'), fileFor('two.html')];
  await Promise.all(files.map((file) => writeReport(job, file)));
  const [one, two] = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  t.is(one, two);
});

test('a job that was cancelled before it started has a report too', async (t) => {
  const job = run(flaky);
  const file = fileFor('cancelled.html');
  const written = writeReport(job, file);
  job.cancel('never mind');
  await written;
  const { events } = await told(file);
  t.true(events.some((event) => event.type === 'service.state' && event.state.value === 'cancelled'));
});

test('a report requested too late is rejected, with advice on when to request it', async (t) => {
  const job = run(flaky, { id: 'flaky-2' });
  await job;
  await t.throwsAsync(writeReport(job, fileFor('late.html')), { message: /`flaky-2`.*right after `run`/ });
});

test('a file that cannot be written is an error', async (t) => {
  await t.throwsAsync(writeReport(run(flaky), join(folder.path, 'nowhere', 'report.html')), { code: 'ENOENT' });
});
