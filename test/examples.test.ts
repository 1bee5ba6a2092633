import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import { type AnyWorkflow, type Job, run, validateTasks, workflow } from 'tintype';
import { checkWorkflow } from 'tintype/check';
import { createJobServer } from '../examples/embedded-server.ts';
import * as orderSaga from '../examples/order-saga.ts';
import * as release from '../examples/release.ts';
import { options } from '../examples/smoothie.ts';
import { freePort, testWithRedis } from './helpers/redis.ts';
import { startProgram } from './helpers/start-program.ts';

const redisTest = testWithRedis(test);
const env = { ...process.env, FORCE_COLOR: '0', METRICS_URL: undefined, PORT: undefined };
const commandOf = (name: string) => ['--import=tsx', `examples/${name}.ts`];

/** The lines that an example prints; what it prints to stderr, and an exit code other than 0, fail the test. */
async function linesOf(t: ExecutionContext, name: string, { args = [] as string[], metricsUrl = '' } = {}): Promise<string[]> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...commandOf(name), ...args], {
    env: metricsUrl === '' ? env : { ...env, METRICS_URL: metricsUrl },
  });
  t.is(stderr, '');
  return stdout.trimEnd().split('\n');
}

async function listen(t: ExecutionContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const sorted = (letters: string | undefined): string => [...(letters ?? '')].sort().join('');

// The blender shuffles the letters but adds and loses none.
const SMOOTHIE = sorted(['sugar + ', ...options.context.fruit, ...options.context.liquids].join(''));

const SMOOTHIE_LOG = [
  'JOB > idle -> running',
  'diceBanana > unscheduled -> ready',
  'diceMango > unscheduled -> ready',
  'diceBanana > ready -> running',
  'diceMango > ready -> running',
  'diceBanana > running -> completed',
  'diceMango > running -> completed',
  'blend > unscheduled -> ready',
  'blend > ready -> running',
  'blend > running -> completed',
  'garnish > unscheduled -> ready',
  'garnish > ready -> running',
  'garnish > running -> completed',
  'JOB > running -> completed',
];

const ETL_OUTPUT = [
  'readRates: attempt 1 failed (Error: the rates are being updated, try again later), retrying in 20 ms',
  'readRates: attempt 2 failed (Error: the rates are being updated, try again later), retrying in 40 ms',
  '386 orders total 85706.09 EUR; 16 rows were rejected:',
  '  customers.csv:8: it has 2 columns instead of 3',
  '  customers.csv:19: the name is missing',
  '  orders.csv:18: the quantity `three` is not a positive integer',
  '  orders.csv:33: it has 5 columns instead of 6',
  '  orders.csv:60: the price `12,50` is not in the form 12.50',
  '  orders.csv:79: the customer `C099` is unknown',
  '  orders.csv:99: the quantity `-2` is not a positive integer',
  '  orders.csv:123: `2025-02-30` is not a date',
  '  orders.csv:145: the price `` is not in the form 12.50',
  '  orders.csv:188: the customer `C404` is unknown',
  '  orders.csv:212: it has 5 columns instead of 6',
  '  orders.csv:235: `31/03/2025` is not a date',
  '  orders.csv:252: the customer `C007` is unknown',
  '  orders.csv:303: the customer `C018` is unknown',
  '  orders.csv:342: `yesterday` is not a date',
  '  orders.csv:379: there is no rate for the currency `XYZ`',
];

// One child process at a time is enough.

test.serial('the smoothie prints its transitions in order, and what it made', async (t) => {
  const lines = await linesOf(t, 'smoothie');
  t.deepEqual(lines.slice(0, SMOOTHIE_LOG.length), SMOOTHIE_LOG);
  const printed = lines.slice(SMOOTHIE_LOG.length).join('\n');
  const printedValue = (key: string) => printed.match(new RegExp(`^  ${key}: '(.*)',?$`, 'm'))?.[1];
  t.is(sorted(printedValue('dicedBanana')), sorted('banana'));
  t.is(sorted(printedValue('dicedMango')), sorted('mango'));
  t.is(sorted(printedValue('smoothie')), SMOOTHIE);
});

test.serial('the etl rejects broken rows with their reasons, and completes without its metrics', async (t) => {
  t.deepEqual(await linesOf(t, 'etl'), [
    ...ETL_OUTPUT,
    'The metrics were not sent: Error: METRICS_URL is not set',
    'Report: examples/output/sales.json',
  ]);
});

test.serial('the report of the etl agrees with itself and with the data', async (t) => {
  const metrics: string[] = [];
  const server = createServer(async (request, response) => {
    metrics.push(await text(request));
    response.end();
  });
  const lines = await linesOf(t, 'etl', { metricsUrl: await listen(t, server) });
  t.true(lines.includes('The metrics were sent'));
  t.deepEqual(metrics, ['{"sales":386,"rejected":16}']);

  const { total, byCountry, byMonth, rejected } = JSON.parse(await readFile('examples/output/sales.json', 'utf8'));
  const cents = (sums: Record<string, number>) => Object.values(sums).reduce((sum, euros) => sum + Math.round(euros * 100), 0);
  t.is(total, 85706.09);
  t.deepEqual(Object.keys(byMonth), ['2025-01', '2025-02', '2025-03', '2025-04', '2025-05', '2025-06']);
  // Each of the 4 countries and 6 months is rounded to a cent.
  t.true(Math.abs(cents(byCountry) - total * 100) < 4);
  t.true(Math.abs(cents(byMonth) - total * 100) < 6);
  const ordersFile = await readFile('examples/data/orders.csv', 'utf8');
  const rejectedOrders = rejected.filter(({ file }: { file: string }) => file === 'orders.csv');
  t.is(386 + rejectedOrders.length, ordersFile.trimEnd().split('\n').length - 1);
});

test.serial('cancellation stops requests and loops, whatever ends the attempt', async (t) => {
  const lines = await linesOf(t, 'cancellation');
  const start = lines.indexOf('Give the whole job 300 ms:');
  const [first, second] = [lines.slice(0, start), lines.slice(start)];
  t.is(first[0], 'Cancel the job as soon as there is an answer:');
  t.true(first.includes('  retrying ask: timedOut'));
  t.true(first.includes('  cancelled because ask has an answer: 42'));
  t.true(first.includes('  compute left its loop'));
  t.true(second.includes('  JobTimedOutError: Job timed out: it took longer than 300 ms'));
  t.true(second.includes('  listen: cancelled'));
  t.true(second.includes('  compute: cancelled'));
  t.true(second.includes('  compute left its loop'));
  t.true(second.includes('  server: the client aborted /never?for=listen'));
});

test.serial('a sub-job that fails is a failed attempt, and the context of one that completes is merged', async (t) => {
  const [repeated, orders, ratio, ...rest] = await linesOf(t, 'sub-jobs');
  t.is(repeated, 'retrying orders: its sub-job failed in read with ENOENT');
  t.regex(orders ?? '', /^orders\.csv: 401 lines, sha256 [0-9a-f]{16}…$/);
  t.is(ratio, 'orders per customer: 16.67');
  t.deepEqual(rest, []);
});

test.serial("a machine of one's own invokes the smoothie, sees its events and gets its result", async (t) => {
  const lines = await linesOf(t, 'in-your-machine');
  t.deepEqual(lines.slice(0, 2), ['kiosk is open', 'kiosk is preparing']);
  t.deepEqual(
    lines.slice(2, -2),
    SMOOTHIE_LOG.map((line) => `  ${line}`),
  );
  t.is(lines.at(-2), 'kiosk is served');
  t.is(sorted(lines.at(-1)?.match(/^\{ smoothie: '(.*)' \}$/)?.[1]), SMOOTHIE);
});

test.serial('a traced job prints the tree of its spans, with what each attempt comes after', async (t) => {
  t.deepEqual(await linesOf(t, 'otel'), [
    'POST /bills',
    '  job billing: Task `send` failed: RangeError: payment of 200 declined',
    '    task orders (attempt 1): Error: the database is starting',
    '      SELECT orders',
    '    task orders (attempt 2)',
    '      → task orders, previousAttempt',
    '      SELECT orders',
    '    task sum (attempt 1)',
    '      → task orders, dependency',
    '    task send (attempt 1): RangeError: payment of 200 declined',
    '      → task sum, dependency',
  ]);
});

test.serial('an endless loop in a thread is stopped by its timeout, and the process ends', async (t) => {
  t.deepEqual(await linesOf(t, 'cpu'), [
    'There are 9592 primes below 100000',
    'count: completed',
    'goldbach: TaskTimedOutError: Task `goldbach` timed out: attempt 1 took longer than 1000 ms',
    'print: completed',
    'The endless loop has ended',
  ]);
});

test.serial('a job that is killed half way is continued by another process', async (t) => {
  t.deepEqual(await linesOf(t, 'durable'), [
    'reserve camera, idempotency key order-1/reserve',
    'pack camera',
    'The process was killed',
    'pack camera',
    'send reservation 17, reservedAt is a Date',
    'The job ended as completed',
  ]);
});

redisTest('an owner and two workers share a job, and all of it ends', async (t) => {
  const lines = await linesOf(t, 'distributed/main', { args: [String(await freePort())] });
  t.is(lines.filter((line) => line.endsWith('running -> completed')).length, 5);
  // On a busy machine, a worker that starts late finds nothing left to do.
  t.regex(lines.at(-1) ?? '', /^4 pages, made by [12] processes$/);
});

test.serial('the demo of the embedded server prints a stream of events and ends', async (t) => {
  const lines = await linesOf(t, 'embedded-server', { args: ['--demo'] });
  t.regex(lines[0] ?? '', /^curl --no-buffer 'http:\/\/127\.0\.0\.1:\d+\/\?limit=50000'$/);
  t.is(lines.at(-1), 'data: {"state":"completed","context":{"limit":50000,"lower":2762,"upper":2371,"primes":5133}}');
});

test.serial('the embedded server runs until it is interrupted, and ends its jobs then', async (t) => {
  const child = startProgram(process.execPath, commandOf('embedded-server'), { env });
  t.teardown(() => child.kill());
  const closed = once(child, 'close');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { origin } = new URL(String(line).match(/http[^']+/)?.[0] ?? '');
  const response = await fetch(`${origin}/?limit=1000000000`);
  child.kill('SIGINT');
  await t.throwsAsync(response.text());
  t.deepEqual(await closed, [0, null]);
});

test('the build is shown on a page until it is interrupted', async (t) => {
  const child = startProgram(process.execPath, commandOf('inspect'), { env });
  t.teardown(() => child.kill());
  const closed = once(child, 'close');
  let printed = '';
  for await (const part of child.stdout) {
    printed += part;
    if (printed.includes('The job ended as completed. The page stays')) break;
  }
  t.is((await fetch(/http\S+\//.exec(printed)?.[0] ?? '')).status, 200);
  child.kill('SIGINT');
  t.deepEqual(await closed, [0, null]);
});

test('the smoothie is checked, and the property that does not hold shows how', async (t) => {
  const lines = await linesOf(t, 'check-smoothie');
  t.regex(lines[0] ?? '', /^1 violation: 51 states, 315 steps/);
  t.true(lines.includes('Violated: a smoothie is served with garnish: the job completed without garnish'));
  t.deepEqual(
    lines.filter((line) => /^ {2}\d\./.test(line)),
    [
      '  1. the job starts',
      '  2. diceBanana returns',
      '  3. diceMango returns',
      '  4. blend returns',
      '  5. garnish throws and is not retried',
    ],
  );
});

test.serial('a release of a branch gets a preview, one of main is deployed, and a broken one is rolled back', async (t) => {
  t.deepEqual(await linesOf(t, 'release'), [
    '1.1.0-beta of dark-mode:',
    '  Have a look at https://dark-mode.example.com',
    '  The release completed; undo: none. Live: 1.0.0',
    '1.1.0 of main:',
    '  Have a look at https://example.com',
    '  The release completed; undo: none. Live: 1.1.0',
    '1.2.0-broken of main:',
    '  The release failed: Error: version 1.2.0-broken answers with 500',
    '  The release failed; undo: done. Live: 1.1.0',
  ]);
});

test.serial('an order is undone in reverse, and the customer is notified', async (t) => {
  const lines = await linesOf(t, 'order-saga');
  t.deepEqual(
    lines.filter((line) => /undone|Dear|The order/.test(line)),
    [
      'charge > undoing.running -> undone',
      'reserve > undoing.running -> undone',
      'Dear customer, your order failed (receipt: order-1/charge).',
      'The order failed; undo: done. Reserved: 0, charged: 0',
    ],
  );
});

for (const [name, example] of Object.entries({ release, orderSaga })) {
  const { default: checked, options: limits, properties } = example;
  const { context: _, ...modelled } = limits;

  test(`the properties of ${name} hold whatever happens, and wherever its process dies`, (t) => {
    for (const crash of [false, 'anywhere'] as const) {
      const report = checkWorkflow(checked as AnyWorkflow, { ...modelled, properties, crash });
      t.true(report.ok, String(report));
      t.true(report.complete);
    }
  });

  test(`a property of ${name} is violated if nothing is undone`, (t) => {
    const report = checkWorkflow(checked as AnyWorkflow, { ...modelled, properties, undo: false });
    t.false(report.ok);
    t.deepEqual(
      report.violations.map(({ property }) => property),
      properties.filter((_one, index) => index !== 1).map((one) => one.name),
    );
  });
}

test('the embedded server streams the events of a job, then its result', async (t) => {
  const url = await listen(t, createJobServer());
  const response = await fetch(`${url}/?limit=100`);
  t.is(response.headers.get('content-type'), 'text/event-stream');
  const messages = (await response.text())
    .trimEnd()
    .split('\n\n')
    .map((message) => message.match(/^event: (.+)\ndata: (.+)$/)?.slice(1) ?? []);
  const types = messages.map(([type]) => type);
  t.is(types[0], 'job.running');
  t.deepEqual(types.slice(-4), ['task.running', 'task.completed', 'job.completed', 'result']);
  const data = messages.map(([, json]) => JSON.parse(json ?? ''));
  t.deepEqual(data.pop(), { state: 'completed', context: { limit: 100, lower: 15, upper: 10, primes: 25 } });
  t.deepEqual(
    data.map(({ type, sequence }) => [type, sequence]),
    types.slice(0, -1).map((type, index) => [type, index + 1]),
  );
});

test("the embedded server refuses a request it can't make a job of", async (t) => {
  const response = await fetch(`${await listen(t, createJobServer())}/?limit=many`);
  t.is(response.status, 400);
  t.is(await response.text(), 'RangeError: limit must be a whole number\n');
});

test('the embedded server cancels the job of a client that goes away', async (t) => {
  const jobs: Job[] = [];
  const endless = workflow('endless').task({
    name: 'wait',
    run: (_context, { signal }) => once(signal, 'abort').then(() => undefined),
  });
  const server = createJobServer(() => {
    const job = run(endless);
    jobs.push(job);
    return job;
  });
  const client = new AbortController();
  await fetch(await listen(t, server), { signal: client.signal });
  client.abort();
  const job = jobs[0] as Job;
  t.like(await job, { state: 'cancelled', reason: 'the client disconnected' });
  await job.drained;
});

test('every example exports a workflow', async (t) => {
  const files = (await readdir('examples')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  t.true(files.includes('smoothie.ts'));
  for (const file of files) {
    const example = await import(`../examples/${file}`);
    t.is(typeof example.default?.task, 'function', file);
    t.notThrows(() => validateTasks(example.default), file);
  }
});
