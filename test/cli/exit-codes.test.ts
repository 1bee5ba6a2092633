import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { type Outcome, root, start, TestFolder } from '../helpers/command.ts';

const main = ['--import=tsx', 'src/cli/main.ts'];
const tintype = (...args: string[]) => start([...main, ...args]);
const folder = new TestFolder(test);

/** Runs a command whose output is closed after the first line, as by `head -1`. */
async function untilFirstLine(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [...main, ...args], { cwd: root });
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const [stdout] = await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  return { code, stdout: String(stdout), stderr };
}

const CHAIN = `export default [0, 1, 2, 3].map((i) => ({
  name: 't' + i, dependencies: i ? ['t' + (i - 1)] : [], run: async () => { await new Promise(setImmediate); return { ['k' + i]: 'x'.repeat(100_000) }; },
}));`;

test('a closed pipe ends the output, not the job', async (t) => {
  const [file, store] = [await folder.write('chain.mjs', CHAIN), join(folder.path, 'jobs.db')];
  const outcome = await untilFirstLine('run', file, '--events', '--store', store, '--id', 'one');
  t.is(outcome.code, 0);
  t.is(outcome.stderr, '');
  const { stdout } = await tintype('jobs', '--store', store, '--json');
  t.like(JSON.parse(stdout)[0], { id: 'one', state: 'completed' });
});

test('with a closed pipe, the exit code is still that of the job or the check', async (t) => {
  const failing = await folder.write(
    'failing.mjs',
    `export default [{ name: 'a', maxRetries: 0, run: () => new Promise((_, no) => setTimeout(no, 50, new Error('no'))) }];`,
  );
  t.is((await untilFirstLine('run', failing)).code, 1);
  t.is((await untilFirstLine('check', 'examples/check-smoothie.ts', '--mermaid')).code, 1);
});

for (const [title, tasks, line] of [
  ['one task', ["'hang'"], /^Task `hang` can't complete: its promise can never settle\n$/],
  ['two tasks', ["'a'", "'b'"], /^Tasks `a`, `b` can't complete: their promises can never settle\n$/],
  [
    'many tasks',
    Array.from({ length: 12 }, (_, index) => `'t${index}'`),
    /^Tasks `t0`, .*`t9` and 2 more can't complete: their promises can never settle\n$/,
  ],
] as const) {
  test(`tasks that nothing can settle exit with 13, and are named: ${title}`, async (t) => {
    const text = `export default [${tasks}].map((name) => ({ name, run: () => new Promise(() => {}) }));`;
    const { code, stdout, stderr } = await tintype('run', await folder.write(`never-${tasks.length}.mjs`, text));
    t.is(code, 13);
    t.regex(stderr, line);
    t.false(stdout.includes('cancelled'), stdout);
  });
}

test('Ctrl-C exits with 130, even if nothing is left that could make the functions return', async (t) => {
  const text = `export default [{ name: 'a', run: (_, { signal }) => new Promise(() => {
    const timer = setInterval(() => {}, 1000);
    signal.addEventListener('abort', () => clearInterval(timer));
  }) }];`;
  const child = spawn(process.execPath, [...main, 'run', await folder.write('deaf.mjs', text)], { cwd: root });
  child.stdout.on('data', (data) => String(data).includes('ready -> running') && child.kill('SIGINT'));
  t.deepEqual(await once(child, 'exit'), [130, null]);
});

/** A file with a store of its own, in which an operation fails. */
const withBrokenStore = (operation: string, error: string) => `
  import { JobStoreError } from '${root}/src/journal/errors/job-store-error.ts';
  import { MemoryStore } from '${root}/test/helpers/memory-store.ts';
  const store = new MemoryStore();
  store.before = (what) => { if (what === '${operation}') throw ${error}; };
  export const options = { store, maxRetries: 0 };
  export default [{ name: 'a', run: () => {} }, { name: 'b', dependencies: ['a'], run: () => {} }];`;

for (const [title, operation, error, line] of [
  [
    'lost its lease',
    'attempt.succeeded',
    "new JobStoreError('LEASE_LOST', 'Another process has the job')",
    /^Another process has the job\n$/,
  ],
  ['was held', 'create', "new JobStoreError('JOB_HELD', 'Another process holds the job')", /^Another process holds the job\n$/],
  [
    'failed to be saved',
    'create',
    "new Error('disk full')",
    /^The store failed: Error: disk full; the job may not have been saved\n$/,
  ],
] as const) {
  test(`a job that ${title} exits with 6, with one line, and nothing is shown as cancelled`, async (t) => {
    const file = await folder.write(`${title.replaceAll(' ', '-')}.mjs`, withBrokenStore(operation, error));
    for (const flags of [[], ['--json'], ['--silent']]) {
      const { code, stdout, stderr } = await tintype('run', file, ...flags);
      t.is(code, 6, stderr);
      t.regex(stderr, line);
      t.notRegex(stdout, /skipped|cancelled/);
    }
  });
}
