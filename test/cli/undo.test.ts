import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { type Outcome, root, start, TestFolder } from '../helpers/command.ts';

const main = ['--import=tsx', 'src/cli/main.ts'];
const env = { ...process.env, FORCE_COLOR: '0' };
const folder = new TestFolder(test);
const tintype = (...args: string[]): Promise<Outcome> => start([...main, ...args]);

/** An order that fails, of which the charge can be undone, the reservation can't, and the quote is left because of it. */
const ORDER = `
  const fail = () => { throw new Error('no'); };
  export default [
    { name: 'quote', run() {}, undo() {} },
    { name: 'reserve', dependencies: ['quote'], run() {}, undo: { run: fail, maxRetries: 1, backoff: 0 } },
    { name: 'charge', dependencies: ['reserve'], run() {}, undo() { console.log('refunded'); } },
    { name: 'ship', dependencies: ['charge'], maxRetries: 0, run: fail },
    { name: 'letter', finally: true, run: (_, { ending }) => console.log('dear customer:', ending.state) },
  ];`;

test('a run of a job that fails shows how it is undone, runs its finally tasks, and exits with 1', async (t) => {
  const { code, stdout, stderr } = await tintype('run', await folder.write('order.mjs', ORDER));
  t.is(code, 1);
  t.is(
    stdout.slice(stdout.indexOf('JOB > running -> undoing')),
    `JOB > running -> undoing (ending as failed)
charge > completed -> undoing.ready
charge > undoing.ready -> undoing.running (attempt 1)
refunded
charge > undoing.running -> undone (attempt 1)
reserve > completed -> undoing.ready
reserve > undoing.ready -> undoing.running (attempt 1)
reserve > undoing.running -> undoing.ready (attempt 1, exception, Error: no)
reserve > undoing.ready -> undoing.running (attempt 2)
reserve > undoing.running -> undoFailed (attempt 2, exception, Error: no)
JOB > undoing -> finishing (ending as failed)
letter > unscheduled -> ready
letter > ready -> running (attempt 1)
dear customer: failed
letter > running -> completed (attempt 1)
JOB > finishing -> failed (task ship, exception, Error: no)
`,
  );
  t.regex(stderr, /^The job failed: task ship after its only attempt \(exception\)\n/);
  t.regex(stderr, /^Also failed: the undo of task reserve after 2 attempts \(exception\)\n/m);
  t.regex(stderr, /\nUndone: charge\nNot undone: quote \(the undo of reserve failed\), reserve \(its undo failed\)\n$/);
});

test('flags decide whether a job is undone, and override the options of the file', async (t) => {
  const order = await folder.write('order-flags.mjs', ORDER);
  const none = await folder.write('order-none.mjs', `${ORDER} export const options = { undo: false };`);
  const undoOf = async (...args: string[]) =>
    JSON.parse((await tintype('run', ...args, '--json')).stdout.replace(/^.*\n(?=\{)/s, '')).undo;
  t.is(await undoOf(order), 'incomplete');
  t.is(await undoOf(order, '--no-undo'), 'none');
  t.is(await undoOf(order, '--undo', 'cancelled, timedOut'), 'none');
  t.is(await undoOf(order, '--undo', 'cancelled,failed'), 'incomplete');
  t.is(await undoOf(none), 'none');
  t.is(await undoOf(none, '--undo', 'failed'), 'incomplete');
  const { code, stdout, stderr } = await tintype('run', order, '--undo', 'failed,completed');
  t.is(code, 2);
  t.is(stdout, '');
  t.is(stderr, '--undo must be a list of failed, cancelled, timedOut, got "completed"\n');
});

/** A task that runs until it is aborted and whose undo, or a finally task, goes on until a line is read. */
const waiting = (where: 'undo' | 'finally', first: string) => `
  const line = (_, { signal }) => new Promise((resolve) => {
    const end = () => { process.stdin.pause(); resolve(); };
    process.stdin.once('data', end);
    signal.addEventListener('abort', end);
  });
  const hang = (_, { signal }) => new Promise((resolve) => {
    const timer = setTimeout(() => {}, 60_000);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
  });
  export default [
    { name: 'a', run() {}, ${where === 'undo' ? 'undo: line' : ''} },
    { name: 'b', dependencies: ['a'], maxRetries: 0, run: ${first} },
    { name: 'c', finally: true, run: ${where === 'undo' ? '() => {}' : 'line'} },
  ];`;
const FAILS = "() => { throw new Error('no'); }";

/** A command that runs on. */
class Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Outcome>;
  readonly #text = { stdout: '', stderr: '' };
  #onText: () => unknown = () => {};

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [...main, ...args], { cwd: root, env });
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream].on('data', (chunk) => {
        this.#text[stream] += chunk;
        this.#onText();
      });
    }
    this.ended = new Promise((done) => this.child.on('close', (code) => done({ code: code ?? -1, ...this.#text })));
  }

  /** Waits until what was printed fits, or the command has ended. */
  printed(pattern: RegExp): Promise<unknown> {
    const found = new Promise<void>((done) => {
      this.#onText = () => (pattern.test(this.#text.stdout) || pattern.test(this.#text.stderr)) && done();
      this.#onText();
    });
    return Promise.race([found, this.ended]);
  }
}

for (const where of ['undo', 'finally'] as const) {
  const phase = where === 'undo' ? /a > undoing.ready -> undoing.running/ : /c > ready -> running/;
  const what = where === 'undo' ? 'Undoing its tasks' : 'Running its finally tasks';

  test(`Ctrl-C cancels a job, prints what it still does, and waits for it (${where})`, async (t) => {
    const run = new Running('run', await folder.write(`cancelled-${where}.mjs`, waiting(where, 'hang')));
    await run.printed(/b > ready -> running/);
    run.child.kill('SIGINT');
    await run.printed(phase);
    run.child.stdin.write('\n');
    const { code, stderr, stdout } = await run.ended;
    t.is(code, 130);
    t.regex(stderr, new RegExp(`^${what}; press Ctrl-C again to exit at once\n`, 'm'));
    t.regex(stderr, /^The job was cancelled by Ctrl-C$/m);
    t.regex(stdout, /JOB > \w+ -> cancelled/);
  });

  test(`Ctrl-C changes nothing while a job that failed is ending, and the exit code is that of the job (${where})`, async (t) => {
    const run = new Running('run', await folder.write(`late-${where}.mjs`, waiting(where, FAILS)));
    await run.printed(phase);
    run.child.kill('SIGINT');
    await run.printed(/It's too late to cancel the job/);
    run.child.stdin.write('\n');
    const { code, stderr } = await run.ended;
    t.is(code, 1);
    t.regex(
      stderr,
      new RegExp(`^It's too late to cancel the job. ${what}; press Ctrl-C again to exit at once\nThe job failed: task b`),
    );
  });

  test(`a second Ctrl-C exits at once (${where})`, async (t) => {
    const run = new Running('run', await folder.write(`twice-${where}.mjs`, waiting(where, FAILS)));
    await run.printed(phase);
    run.child.kill('SIGINT');
    await run.printed(/It's too late to cancel the job/);
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    t.is(code, 130);
    t.notRegex(stdout, /-> failed .task b.*\n$/);
  });

  test(`Ctrl-C suspends a saved job while it is ending, and resume continues there (${where})`, async (t) => {
    const store = join(folder.path, `${where}.db`);
    const file = await folder.write(`saved-${where}.mjs`, waiting(where, FAILS));
    const run = new Running('run', file, '--store', store, '--id', 'one');
    await run.printed(phase);
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    t.is(code, 130);
    t.regex(stderr, /^The job is suspended\n/);
    t.regex(
      (await tintype('jobs', '--store', store)).stdout,
      new RegExp(`^one +job +${where === 'undo' ? 'undoing' : 'finishing'} `, 'm'),
    );
    const resumed = new Running('resume', file, '--store', store, '--id', 'one');
    resumed.child.stdin.write('\n');
    t.is((await resumed.ended).code, 1);
    t.regex((await tintype('jobs', '--store', store)).stdout, /^one +job +failed /m);
  });
}

test('with --silent, nothing is printed of a job that is undone', async (t) => {
  const run = new Running('run', await folder.write('silent.mjs', waiting('undo', FAILS)), '--silent');
  run.child.stdin.write('\n');
  t.deepEqual(await run.ended, { code: 1, stdout: '', stderr: '' });
});
