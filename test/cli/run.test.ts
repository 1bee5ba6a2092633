import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { type Outcome, root, start, TestFolder } from '../helpers/command.ts';

const main = ['--import=tsx', 'src/cli/main.ts', 'run'];
const env = { ...process.env, FORCE_COLOR: '0' };

const tintypeRun = (...args: string[]): Promise<Outcome> => start([...main, ...args]);

const folder = new TestFolder(test);
const write = folder.write.bind(folder);

const smoothie = 'examples/smoothie.ts';

test('a workflow is run with the options of its file, and each transition is a line', async (t) => {
  const { code, stdout, stderr } = await tintypeRun(smoothie);
  t.is(stderr, '');
  t.is(code, 0);
  t.regex(
    stdout,
    /^JOB > idle -> running\n.*blend > running -> completed \(attempt 1\)\n.*JOB > running -> completed\n\{\n {2}fruit: \[/s,
  );
});

test('the result is one JSON object, with the context of a flag', async (t) => {
  const context = { fruit: ['kiwi'], liquids: [] };
  const { code, stdout } = await tintypeRun(smoothie, '--json', '--context', JSON.stringify(context));
  t.is(code, 0);
  const { state, context: end, tasks } = JSON.parse(stdout);
  t.is(state, 'completed');
  t.deepEqual(end.fruit, ['kiwi']);
  t.is(tasks.length, 4);
});

test('the context comes from a file, and each event is a line of JSON', async (t) => {
  const file = await write('context.json', '{ "fruit": [], "liquids": [] }');
  const { code, stdout } = await tintypeRun(smoothie, '--events', '--context-file', file);
  t.is(code, 0);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(
    events.map(({ sequence }) => sequence),
    Array.from(events, (_, index) => index + 1),
  );
  t.is(events.at(-1).type, 'job.completed');
});

test('with --silent, nothing is printed', async (t) => {
  t.deepEqual(await tintypeRun(smoothie, '--silent'), { code: 0, stdout: '', stderr: '' });
});

const FAILING = `export default [
  { name: 'ask', run() { throw new Error('no answer', { cause: new TypeError('offline') }); } },
];
export const options = { maxRetries: 1, backoff: 0 };`;

test('a job that fails exits with 1, and prints the task, the reason and the cause', async (t) => {
  const { code, stderr } = await tintypeRun(await write('failing.mjs', FAILING));
  t.is(code, 1);
  t.regex(
    stderr,
    /^The job failed: task ask after 2 attempts \(exception\)\nError: no answer\n.*\[cause\]: TypeError: offline/s,
  );
});

const SEVERAL = `const fail = (message) => () => { throw new Error(message); };
export default [
  { name: 'ask', maxRetries: 0, run: fail('no answer') },
  { name: 'tell', dependencies: ['ask'], run() {} },
  { name: 'decide', dependencies: [{ settled: 'ask' }], when: fail('undecided'), run() {} },
  { name: 'last', dependencies: [{ settled: 'decide' }], maxRetries: 1, backoff: 0, run: fail('too late') },
];`;

test('a job in which several tasks fail exits with 1, and lists them in the order in which they failed', async (t) => {
  const file = await write('several.mjs', SEVERAL);
  const { code, stdout, stderr } = await tintypeRun(file, '--on-failure', 'keepGoing');
  t.is(code, 1);
  t.deepEqual(
    stderr.split('\n').filter((line) => /^\S/.test(line)),
    [
      'The job failed: task ask after its only attempt (exception)',
      'Error: no answer',
      'Also failed: the condition of task decide (exception)',
      'Error: undecided',
      'Also failed: task last after 2 attempts (exception)',
      'Error: too late',
    ],
  );
  t.regex(stdout, /^tell > unscheduled -> skipped \(ask failed\)$/m);
  t.regex(stdout, /^decide > unscheduled -> failed \(its condition failed, Error: undecided\)$/m);
  const json = JSON.parse((await tintypeRun(file, '--on-failure', 'keepGoing', '--json')).stdout);
  t.deepEqual(
    json.failures.map(({ task, error }: { task: string; error: Error }) => [task, error.message]),
    [
      ['ask', 'no answer'],
      ['decide', 'undecided'],
      ['last', 'too late'],
    ],
  );
  t.notRegex((await tintypeRun(file)).stderr, /Also failed/);
});

test('a job that times out or is cancelled lists what failed before', async (t) => {
  const file = await write(
    'failing-late.mjs',
    `${HANGING.replace(/\];$/, '')}, { name: 'bad', run() { throw new TypeError('no'); } }];
    export const options = { onFailure: 'keepGoing' };`,
  );
  const { code, stderr } = await tintypeRun(file, '--timeout', '20');
  t.is(code, 4);
  t.regex(stderr, /^The job timed out: .*\nAlso failed: task bad after its only attempt \(exception\)\nTypeError: no$/m);
  const { child, ended } = await until('bad > running -> failed', file);
  child.kill('SIGINT');
  const cancelled = await ended;
  t.is(cancelled.code, 130);
  t.regex(cancelled.stderr, /^The job was cancelled by Ctrl-C\nAlso failed: task bad /m);
});

test('a job retries every error where the flags say so', async (t) => {
  const file = await write('mistaken.mjs', `export default [{ name: 'a', run() { throw new TypeError('no'); } }];`);
  t.regex((await tintypeRun(file)).stderr, /^The job failed: task a after its only attempt/);
  const { stderr } = await tintypeRun(file, '--retries', '2', '--backoff', '0', '--retry-all');
  t.regex(stderr, /^The job failed: task a after 3 attempts/);
});

test('JSON has the error of a job that failed, with its cause', async (t) => {
  const { code, stdout, stderr } = await tintypeRun(await write('failing-json.mjs', FAILING), '--json');
  t.is(code, 1);
  t.is(stderr, '');
  t.like(JSON.parse(stdout).failure, {
    task: 'ask',
    error: { name: 'Error', message: 'no answer', cause: { name: 'TypeError', message: 'offline' } },
  });
});

const HANGING = `export default [{ name: 'wait', run: (_, { signal }) => new Promise((resolve) => {
  const timer = setTimeout(() => {}, 60_000);
  signal.addEventListener('abort', () => { clearTimeout(timer); console.error('cleaned up'); resolve(); });
}) }];`;

test('a job that takes too long exits with 4', async (t) => {
  const { code, stderr } = await tintypeRun(await write('late.mjs', HANGING), '--timeout', '20');
  t.is(code, 4);
  t.regex(stderr, /The job timed out: it took longer than 20 ms/);
});

test('a function that does not stop when its job has failed is not waited for longer than the grace', async (t) => {
  const deaf = `export default [
    { name: 'deaf', run: () => new Promise(() => setInterval(() => {}, 1000)) },
    { name: 'fail', run() { throw new Error('no'); } },
  ];
  export const options = { maxRetries: 0 };`;
  const { code, stderr } = await tintypeRun(await write('deaf-failing.mjs', deaf), '--grace', '10');
  t.is(code, 1);
  t.regex(stderr, /^The job failed: task fail after its only attempt/);
  t.regex(stderr, /Some functions of the job didn't return within 10 ms; exiting without waiting for them\n$/);
});

/** Starts a run, and gives it when a text has come out of it. */
async function until(
  text: string,
  ...args: string[]
): Promise<{ child: ChildProcessWithoutNullStreams; ended: Promise<Outcome> }> {
  const child = spawn(process.execPath, [...main, ...args], { cwd: root, env });
  let [stdout, stderr] = ['', ''];
  const ended = new Promise<Outcome>((done) => child.on('close', (code) => done({ code: code ?? -1, stdout, stderr })));
  await new Promise<void>((found) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      if (stdout.includes(text)) {
        found();
      }
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    void ended.then(() => found());
  });
  return { child, ended };
}

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  test(`${signal} cancels the job, and what its functions clean up is waited for`, async (t) => {
    const { child, ended } = await until('ready -> running', await write(`${signal}.mjs`, HANGING));
    child.kill(signal);
    const { code, stderr } = await ended;
    t.is(code, expected);
    t.regex(stderr, /cleaned up/);
    t.regex(stderr, signal === 'SIGINT' ? /The job was cancelled by Ctrl-C\n/ : /The job was cancelled by SIGTERM\n/);
  });
}

test('a second Ctrl-C does not wait for a function that does not stop', async (t) => {
  const deaf = `export default [{ name: 'wait', run: () => new Promise(() => setInterval(() => {}, 1000)) }];`;
  const { child, ended } = await until('ready -> running', await write('deaf.mjs', deaf));
  const cancelled = new Promise<void>((found) =>
    child.stdout.on('data', (chunk) => String(chunk).includes('-> cancelled') && found()),
  );
  child.kill('SIGINT');
  await cancelled;
  child.kill('SIGINT');
  t.is((await ended).code, 130);
});

for (const [title, args, message] of [
  ['a context that is no JSON', ['--context', '{'], /--context isn't valid JSON: SyntaxError/],
  ['a context twice', ['--context', '{}', '--context-file', 'x'], /--context and --context-file can't be combined/],
  ['a file that is not there', ['--context-file', 'nowhere.json'], /nowhere\.json can't be read: Error: ENOENT/],
  ['two kinds of output', ['--json', '--silent'], /--json and --silent can't be combined/],
  ['a context that is no object', ['--context', '5'], /--context must be a JSON object, got 5/],
  ['a grace below 0', ['--grace', '-1'], /--grace must be an integer from 0 to 2147483647, got "-1"/],
  ['an unknown policy', ['--on-failure', 'goOn'], /Allowed choices are stop, finishRunning, keepGoing/],
  ['a timeout of 0', ['--timeout', '0'], /--timeout must be an integer from 1 to 2147483647, got "0"/],
] as const) {
  test(`a run is refused with 2, and nothing has run, for ${title}`, async (t) => {
    const { code, stdout, stderr } = await tintypeRun(smoothie, ...args);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, message);
  });
}

const hasTmux = (() => {
  try {
    execFileSync('tmux', ['-V']);
    return true;
  } catch {
    return false;
  }
})();

/** A terminal of its own, on a socket in the folder of this test. */
class Terminal {
  readonly #socket: string;

  constructor(name: string, command: string) {
    this.#socket = join(folder.path, `${name}.tmux`);
    this.#tmux('new-session', '-d', '-x', '60', '-y', '8', command);
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, '-f', '/dev/null', ...args], { encoding: 'utf8', cwd: root });
  }

  screen(): string {
    return this.#tmux('capture-pane', '-p');
  }

  type(...keys: string[]): void {
    this.#tmux('send-keys', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Looks until the screen is as wanted. */
  async see(wanted: RegExp): Promise<string> {
    for (;;) {
      const screen = this.screen();
      if (wanted.test(screen)) {
        return screen;
      }
      await new Promise((done) => setImmediate(done));
    }
  }

  end(): void {
    this.#tmux('kill-server');
  }
}

const inTerminal = hasTmux ? test.serial : test.serial.skip;
if (!hasTmux) {
  console.warn('Left out: the tests of progress in a terminal, since there is no tmux');
}

inTerminal('in a terminal the progress is shown, fits after a resize, and Ctrl-C cancels', async (t) => {
  const many = `const wait = (_, { signal }) => new Promise((resolve) => {
    const timer = setTimeout(() => {}, 60_000);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); });
  });
  export default Array.from({ length: 20 }, (_, index) => ({ name: 'task ' + index, run: index === 0 ? () => {} : wait }));`;
  const file = await write('many.mjs', many);
  const code = join(folder.path, 'code');
  const command = [process.execPath, ...main, file].map((word) => `'${word}'`).join(' ');
  const terminal = new Terminal('progress', `${command}; echo "exit $?" > '${code}'; cat`);
  try {
    const first = await terminal.see(/1 of 20 completed, 19 running, \d+\.\d s\n {2}▶ task 1, .*… 1\d more/s);
    t.true(first.trimEnd().split('\n').length <= 8);
    terminal.resize(40, 5);
    await terminal.see(/19 running, [\d.]+ s\n {2}▶ task 1, [\d.]+ s\n {2}▶ task 2, [\d.]+ s\n {2}… 17 more\n/);
    terminal.resize(80, 8);
    terminal.type('C-c');
    await terminal.see(/1 of 20 completed, 19 cancelled, \d+\.\d s\n.*The job was cancelled by Ctrl-C/s);
    for (;;) {
      const text = await readFile(code, 'utf8').catch(() => '');
      if (text !== '') {
        t.is(text, 'exit 130\n');
        break;
      }
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    terminal.end();
  }
});

inTerminal('in a terminal a check shows how far it is, and Ctrl-C ends it', async (t) => {
  const names = Array.from({ length: 12 }, (_, index) => `{ name: 't${index}', run() {} }`);
  const file = await write('large.mjs', `export default [${names}];`);
  const command = [process.execPath, '--import=tsx', 'src/cli/main.ts', 'check', file].map((word) => `'${word}'`).join(' ');
  // Without a trap, the shell would end with the command.
  const terminal = new Terminal('check', `trap : INT; ${command}; echo "exit $?"; cat`);
  try {
    await terminal.see(/^Searching: \d+ states, depth \d+, \d+\.\d s$/m);
    terminal.type('C-c');
    t.notRegex(await terminal.see(/exit 130/), /^ok/m);
  } finally {
    terminal.end();
  }
});

test('a value that throws when it is read or shown changes no exit code', async (t) => {
  const file = await write(
    'hostile.mjs',
    `const fail = () => { throw new Error('on purpose'); };
    let deep = {};
    for (let level = 0; level < 20_000; level++) deep = { deep };
    const bad = { [Symbol.for('nodejs.util.inspect.custom')]: fail, toJSON: fail, get getter() { return fail(); } };
    export default [{ name: 'a', run: () => ({ good: 1, bad, deep }) }];`,
  );
  const failing = await write(
    'hostile-failing.mjs',
    `export default [{ name: 'a', run: () => ({ get bad() { throw new Error('on purpose'); } }) }];`,
  );
  for (const flags of [[], ['--json'], ['--events'], ['--silent']]) {
    const completed = await tintypeRun(file, ...flags);
    t.is(completed.code, 0, completed.stderr);
    t.is(completed.stderr, '');
    const failed = await tintypeRun(failing, ...flags);
    t.is(failed.code, 1, failed.stderr);
  }
  t.regex((await tintypeRun(file)).stdout, /\{\s+good: 1,\s+bad: \[can't be shown\],\s+deep: /);
});

test('only the mode that shows the context inspects it', async (t) => {
  const text = `const custom = Symbol.for('nodejs.util.inspect.custom');
    export default [{ name: 'a', run: () => ({ a: { [custom]() { console.error('inspected'); return 'a'; } } }) }];`;
  const file = await write('inspected.mjs', text);
  for (const flag of ['--json', '--events', '--silent']) {
    t.is((await tintypeRun(file, flag)).stderr, '', flag);
  }
});
