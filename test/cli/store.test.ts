import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import test from 'ava';
import { sqliteStore } from 'tintype/sqlite';
import { root, start, TestFolder } from '../helpers/command.ts';
import { deadJob } from '../helpers/dead-jobs.ts';

const main = ['--import=tsx', 'src/cli/main.ts'];
const tintype = (...args: string[]) => start([...main, ...args]);
const folder = new TestFolder(test);

/** A task that says it is called, and one that is only done in a process that is to finish it. */
const FLOW = `export const tasks = [
  { name: 'first', run() { console.log('first is called'); return { when: new Date(0) }; } },
  { name: 'second', dependencies: ['first'], run: ({ when }, { signal }) => new Promise((resolve, reject) => {
    console.log('second is called');
    if (process.env.FINISH) return resolve({ again: when });
    const timer = setTimeout(() => {}, 60_000);
    signal.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); });
  }) },
];
export const options = { lease: 300 };
export default tasks;`;

test('an interrupted job is listed, and continues by its id or with all others', async (t) => {
  const [file, store] = [await folder.write('flow.mjs', FLOW), join(folder.path, 'jobs.db')];
  for (const [id, signal] of [
    ['interrupted', 'SIGINT'],
    ['killed', 'SIGKILL'],
  ] as const) {
    const env = { ...process.env, npm_command: 'exec' };
    const child = spawn(process.execPath, [...main, 'run', file, '--store', store, '--id', id], { cwd: root, env });
    child.stdout.on('data', (data) => String(data).includes('second is called') && child.kill(signal));
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    const [code, killedBy] = await once(child, 'close');
    const next = `The job is suspended\nContinue it with:\n  npx tintype resume ${file} --store ${store} --id interrupted\n`;
    t.is(stderr, signal === 'SIGINT' ? next : '');
    t.is(killedBy ?? code, signal === 'SIGINT' ? 130 : 'SIGKILL');
  }
  const listed = await tintype('jobs', '--store', store);
  t.regex(
    listed.stdout,
    /^ID +WORKFLOW +STATE +STARTED +ENDED +HELD UNTIL\nkilled +job +running .*\ninterrupted +job +running +\S+\n$/,
  );

  const finish = { FINISH: '1' };
  const one = await start([...main, 'resume', file, '--store', store, '--id', 'interrupted', '--json'], root, finish);
  t.is(one.code, 0);
  t.regex(one.stdout, /^second is called\n\{"state":"completed"/);
  const rest = await start([...main, 'resume', file, '--store', store, '--all', '--silent'], root, finish);
  t.is(rest.code, 0);
  t.is(rest.stdout, 'second is called\n');
  const { stdout } = await tintype('jobs', '--store', store, '--json', '--state', 'completed');
  t.deepEqual(
    JSON.parse(stdout).map(({ id }: { id: string }) => id),
    ['killed', 'interrupted'],
  );
});

test('a job goes on with other limits, and with a workflow that has changed where that is accepted', async (t) => {
  const store = join(folder.path, 'changed.db');
  const one = await folder.write(
    'one.mjs',
    `export default [{ name: 'a', run: () => process.kill(process.pid, 'SIGKILL') }];
    export const options = { lease: 100, id: 'one', timeout: 3_600_000 };`,
  );
  await tintype('run', one, '--store', store, '--id', 'one');
  t.regex((await tintype('jobs', '--store', store, '--workflow', 'job')).stdout, /\none +job +running +\S+Z +\S+Z\n$/);
  const two = await folder.write(
    'two.mjs',
    `import { workflow } from 'tintype';
    export default workflow('two', { version: '7' }).task({ name: 'b', run: () => ({ b: 1 }) });
    export const options = { context: { left: 'out' }, onFailure: 'keepGoing' };`,
  );
  const resumed = (...more: string[]) =>
    tintype('resume', two, '--store', store, '--id', 'one', '--max-concurrency', '2', '--retries', '0', ...more);
  const refused = await resumed();
  t.is(refused.code, 2);
  t.is(refused.stdout, '');
  t.regex(refused.stderr, /it was started with workflow `job`, not `two`/);
  t.regex(refused.stderr, /\nPass the workflow it was started with, or accept the changes with --accept-changes\.\n$/);
  const accepted = await resumed('--accept-changes', '--json');
  t.is(accepted.code, 0);
  t.deepEqual(JSON.parse(accepted.stdout).context, { b: 1 });
  t.regex((await tintype('jobs', '--store', store)).stdout, /\none +two 7 +completed +\S+Z +\S+Z\n$/);
});

test('wrong use of stores is refused', async (t) => {
  const file = await folder.write('wrong.mjs', FLOW);
  const refuses = async (args: readonly string[], message: RegExp, expected = 2) => {
    const { code, stderr } = await tintype(...args);
    t.is(code, expected, stderr);
    t.regex(stderr, message);
  };
  await refuses(['run', file, '--id', 'x'], /--id is for saved jobs: add --store/);
  await refuses(['resume', file, '--store', join(folder.path, 'none.db'), '--all'], /There is no store .*none\.db/);
  await refuses(['jobs', '--store', join(folder.path, 'none.db')], /There is no store .*none\.db/);
  await refuses(['jobs', '--store', file], /Can't use the file .*not a database/);
  await refuses(['resume', file, '--store', file], /Use --id or --all/);
  await refuses(['run', file, '--store', join(folder.path, 'no', 'jobs.db')], /Can't open the file/);
});

test('a taken or unknown id is wrong usage: one line, and nothing else', async (t) => {
  const [file, store] = [await folder.write('refused.mjs', FLOW), join(folder.path, 'refused.db')];
  const finish = { FINISH: '1' };
  await start([...main, 'run', file, '--store', store, '--id', 'done'], root, finish);
  const again = await start([...main, 'run', file, '--store', store, '--id', 'done'], root, finish);
  t.is(again.code, 2);
  t.is(again.stdout, '');
  t.regex(again.stderr, /^The job `done` already exists.*\n$/);
  const none = await tintype('resume', file, '--store', store, '--id', 'none');
  t.is(none.code, 2);
  t.is(none.stdout, '');
  t.regex(none.stderr, /^There is no saved job `none`.*\n$/);
});

test('a saved job that nothing can settle exits with 13, and can go on', async (t) => {
  const file = await folder.write(
    'stuck.mjs',
    `export default [{ name: 'stuck', run: () => new Promise((done) => process.env.FINISH && done()) }];
    export const options = { lease: 300 };`,
  );
  const store = join(folder.path, 'stuck.db');
  for (const command of ['run', 'resume']) {
    const args = [...main, command, file, '--store', store, '--id', 'one'];
    const { code, stdout, stderr } = await start(args, root, { npm_command: 'exec' });
    t.is(code, 13);
    const next = `Continue it with:\n  npx tintype resume ${file} --store ${store} --id one\n`;
    t.is(stderr, `Task \`stuck\` can't complete: its promise can never settle\n${next}`);
    t.false(stdout.includes('cancelled'), stdout);
    // Nobody holds it.
    t.regex((await tintype('jobs', '--store', store)).stdout, /\none +job +running +\S+Z\n$/);
  }
  const { code } = await start([...main, 'resume', file, '--store', store, '--id', 'one'], root, { FINISH: '1' });
  t.is(code, 0);
});

test('a saved job is renewed while a task waits for something that can still happen', async (t) => {
  const file = await folder.write(
    'slow.mjs',
    `export default [{ name: 'slow', run: () => new Promise((done) => setTimeout(done, 1500)) }];
    export const options = { lease: 300 };`,
  );
  const { code, stderr } = await tintype('run', file, '--store', join(folder.path, 'slow.db'));
  t.is(code, 0, stderr);
});

test('resume --id announces that it waits for another process, unless it is silent', async (t) => {
  const file = await folder.write(
    'wait.mjs',
    `import { workflow } from 'tintype';
    export default workflow('flow').task({ name: 'a', run: () => {} }).task({ name: 'b', dependencies: ['a'], run: () => {} });`,
  );
  const place = join(folder.path, 'wait.db');
  const store = sqliteStore(place);
  for (const id of ['one', 'two']) {
    await deadJob(store, id, ['p']);
  }
  await deadJob(store, 'free', []);
  store.close();
  const stderrOf = async (...flags: string[]) => {
    const { code, stderr } = await tintype('resume', file, '--store', place, ...flags);
    t.is(code, 0, stderr);
    return stderr;
  };
  t.is(await stderrOf('--id', 'one'), 'Held by another process (lease until 1970-01-01T00:00:00.001Z); waiting\n');
  t.is(await stderrOf('--id', 'two', '--silent'), '');
  t.is(await stderrOf('--id', 'free'), '');
});

test('resume --all waits behind no other job, and reports those it leaves', async (t) => {
  const file = await folder.write(
    'all.mjs',
    `import { workflow } from 'tintype';
    export default workflow('flow').task({ name: 'a', run: () => {} }).task({ name: 'b', dependencies: ['a'], run: () => {} });`,
  );
  const place = join(folder.path, 'all.db');
  const store = sqliteStore(place);
  const lease = { owner: 'alive.1/200', now: Date.now(), until: Date.now() + 200 };
  await deadJob(store, 'held', []);
  await store.acquire('held', lease);
  let until = lease.until;
  const renewal = setInterval(() => {
    until += 1;
    void store.renew('held', { ...lease, until });
  }, 20);
  for (const id of ['one', 'two']) {
    await deadJob(store, id, []);
  }
  await deadJob(store, 'poison', ['p', 'q', 'r!', 's!']);
  const left = await tintype('resume', file, '--store', place, '--all', '--max-jobs', '2');
  clearInterval(renewal);
  t.is(left.code, 6);
  t.regex(left.stderr, /^Another process is running the job `held`.*$/m);
  t.regex(
    left.stderr,
    /^The job `poison` is stuck: .* \(4 times in a row\)\. Fix the cause, then resume it with --retry-stuck$/m,
  );
  t.regex(left.stdout, /^one: .*$/m);
  t.regex((await tintype('jobs', '--store', place, '--state', 'stuck')).stdout, /\npoison +flow +stuck +\S+Z +\S+Z\n$/);
  await store.release('held', lease.owner);
  store.close();
  const all = await tintype('resume', file, '--store', place, '--all', '--retry-stuck', '--max-recoveries', '5', '--silent');
  t.deepEqual([all.code, all.stderr], [0, '']);
  const { stdout } = await tintype('jobs', '--store', place, '--json', '--state', 'completed');
  t.is(JSON.parse(stdout).length, 4);
  t.is((await tintype('resume', file, '--store', place, '--id', 'one', '--max-jobs', '2')).code, 2);
});
