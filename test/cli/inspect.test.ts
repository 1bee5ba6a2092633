import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { start, TestFolder } from '../helpers/command.ts';

const main = ['--import=tsx', 'src/cli/main.ts'];
const folder = new TestFolder(test);
const smoothie = 'examples/smoothie.ts';

/** A command that runs on. */
class Running {
  readonly #child: ChildProcessWithoutNullStreams;
  #output = '';
  readonly #listeners: (() => void)[] = [];
  readonly exit: Promise<number | null>;

  constructor(...args: string[]) {
    this.#child = spawn(process.execPath, [...main, ...args], { env: { ...process.env, FORCE_COLOR: '0' } });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (data) => {
        this.#output += data;
        for (const listener of this.#listeners) listener();
      });
    }
    this.exit = new Promise((resolve) => this.#child.on('exit', resolve));
  }

  /** Waits until what was printed fits. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match) return match;
      await new Promise<void>((resolve) => this.#listeners.push(resolve));
    }
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }
}

const HANGING = `export default [{ name: 'wait', run: (_, { signal }) => new Promise((resolve) => {
  const timer = setTimeout(() => {}, 60_000);
  signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
}) }];`;

test('a job is shown at the address that is printed, also after it has ended, until Ctrl-C', async (t) => {
  const command = new Running('inspect', smoothie);
  const [, url] = (await command.printed(/^(http:\S+)\n/)) as unknown as [string, string];
  await command.printed(/The job completed\nThe page stays up until you press Ctrl-C\n/);
  t.is((await fetch(url)).status, 200);
  command.interrupt();
  t.is(await command.exit, 0);
});

test('the first Ctrl-C cancels the job, the second closes the page', async (t) => {
  const command = new Running('inspect', await folder.write('hanging.mjs', HANGING));
  const [, url] = (await command.printed(/^(http:\S+)\n/)) as unknown as [string, string];
  command.interrupt();
  await command.printed(/The job was cancelled by Ctrl-C\nThe page stays/);
  t.is((await fetch(url)).status, 200);
  command.interrupt();
  t.is(await command.exit, 130);
});

test('a job that fails exits with 1 when the page is closed', async (t) => {
  const file = await folder.write(
    'failing.mjs',
    `export default [{ name: 'ask', maxRetries: 0, run() { throw new Error('no'); } }];`,
  );
  const command = new Running('inspect', file);
  await command.printed(/The job failed: task ask(.|\n)*The page stays/);
  command.interrupt();
  t.is(await command.exit, 1);
});

test('a port that is taken is wrong use, and the job is not run', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.on('listening', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const file = await folder.write('telling.mjs', `export default [{ name: 'tell', run() { console.log('I run'); } }];`);
  const { code, stdout, stderr } = await start([...main, 'inspect', file, '--port', String(port)]);
  t.is(code, 2);
  t.is(stdout, '');
  t.regex(stderr, /^The page can't be served: .*EADDRINUSE/);
});

test('a run writes a report of its job, whatever the file has for an inspector', async (t) => {
  const report = join(folder.path, 'report.html');
  const file = await folder.write(
    'inspected.mjs',
    `export default [{ name: 'greet', run() {} }];
     export const options = { inspect: (event) => event.type === '@xstate.actor' && console.log('inspected') };`,
  );
  const { code, stdout } = await start([...main, 'run', file, '--silent', '--report', report]);
  t.is(code, 0);
  t.is(stdout, 'inspected\ninspected\n');
  t.regex(await readFile(report, 'utf8'), /"live":false,"messages":"[\w+/=]{100}/);
});

test('a report that cannot be written is wrong use, and the job is not run', async (t) => {
  const file = await folder.write('speaking.mjs', `export default [{ name: 'tell', run() { console.log('I run'); } }];`);
  const { code, stdout, stderr } = await start([...main, 'run', file, '--report', join(folder.path, 'nowhere', 'report.html')]);
  t.is(code, 2);
  t.is(stdout, '');
  t.regex(stderr, /report\.html can't be written: .*ENOENT/);
});

test('a report of a workflow that is invalid leaves no file', async (t) => {
  const report = join(folder.path, 'none.html');
  const file = await folder.write('invalid.mjs', `export default [{ name: 'a', dependencies: ['b'], run() {} }];`);
  t.is((await start([...main, 'run', file, '--report', report])).code, 2);
  await t.throwsAsync(readFile(report), { code: 'ENOENT' });
});

test('a report for which there is no space is reported', async (t) => {
  const { code, stderr } = await start([...main, 'run', smoothie, '--silent', '--report', '/dev/full']);
  t.is(code, 2);
  t.regex(stderr, /^\/dev\/full can't be written: .*ENOSPC/);
});

test('one more Ctrl-C does not wait for a function that does not stop', async (t) => {
  const file = await folder.write(
    'stubborn.mjs',
    'export default [{ name: "wait", run: () => new Promise(() => setInterval(() => {}, 60_000)) }];',
  );
  const command = new Running('inspect', file, '--grace', '2000000');
  await command.printed(/http/);
  command.interrupt();
  await command.printed(/The page stays/);
  command.interrupt();
  const ended = command.exit;
  // The signal after the next turns must come when the page is closed; more than one do no harm.
  const again = setInterval(() => command.interrupt(), 50);
  t.is(await ended, 130);
  clearInterval(again);
});
