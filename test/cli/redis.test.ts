import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { root, start, TestFolder } from '../helpers/command.ts';
import { RedisServer, testWithRedis } from '../helpers/redis.ts';
import { startProgram } from '../helpers/start-program.ts';

const main = ['--import=tsx', 'src/cli/main.ts'];
const tintype = (...args: string[]) => start([...main, ...args]);
const folder = new TestFolder(test);
const redisTest = testWithRedis(test);

/** A task that tells in which process it runs, and one that ends where it is told that it may. */
const flow = (name: string) => `import { workflow } from 'tintype';
  export default workflow('${name}')
    .task({ name: 'where', run: () => ({ pid: process.pid }) })
    .task({ name: 'wait', dependencies: ['where'], run: (_, { signal }) => new Promise((resolve) => {
      console.log('waiting');
      process.once('SIGUSR2', () => resolve());
      signal.addEventListener('abort', () => resolve());
    }) });
  export const options = { lease: 1000 };`;

/** Starts a worker, and waits until it says something. */
async function worker(t: ExecutionContext, file: string, env: NodeJS.ProcessEnv, ...args: string[]): Promise<ChildProcess> {
  const child = startProgram(process.execPath, [...main, 'worker', file, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
  });
  t.teardown(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  t.regex(String(line), /^Running attempts of \w+ from queue \w+-[0-9a-f]{16}; press Ctrl-C to stop\n$/);
  return child;
}

const saidBy = async (child: ChildProcess, text: string): Promise<void> => {
  const [data] = await once(child.stdout as NodeJS.ReadableStream, 'data');
  if (!String(data).includes(text)) {
    await saidBy(child, text);
  }
};

redisTest('a job whose attempts a worker runs is suspended, and goes on where it was', async (t, { url }) => {
  const file = await folder.write('far.mjs', flow('far'));
  const child = await worker(t, file, {}, '--redis', url, '--concurrency', '2', '--queue', 'nightly');
  const place = ['--redis', url, '--queue', 'nightly', '--store', url];
  const owner = spawn(process.execPath, [...main, 'run', file, ...place, '--id', 'far-1', '--silent'], { cwd: root });
  const suspended = once(owner, 'exit');
  await saidBy(child, 'waiting');
  owner.kill('SIGINT');
  t.deepEqual(await suspended, [130, null]);
  t.regex((await tintype('jobs', '--store', url, '--workflow', 'far')).stdout, /\nfar-1 +far +running +\S+\n$/);

  const resumed = tintype('resume', file, ...place, '--all', '--json');
  child.kill('SIGUSR2');
  const { code, stdout, stderr } = await resumed;
  t.is(code, 0, stderr);
  t.is(JSON.parse(stdout).context.pid, child.pid);
  child.kill('SIGTERM');
  t.deepEqual(await once(child, 'exit'), [0, null]);
});

redisTest('a worker takes the place of Redis from its environment, and a second signal ends it at once', async (t, { url }) => {
  const file = await folder.write('near.mjs', `${flow('near')}\nprocess.on('SIGINT', () => console.log('interrupted'));`);
  const child = await worker(t, file, { REDIS_URL: url }, '--grace', '600000');
  const owner = spawn(process.execPath, [...main, 'run', file, '--redis', url], { cwd: root });
  t.teardown(() => owner.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await saidBy(child, 'waiting');
  child.kill('SIGINT');
  // Of two signals sent at once, either can arrive second.
  await saidBy(child, 'interrupted');
  child.kill('SIGTERM');
  t.deepEqual(await ended, [143, null]);
});

redisTest('places with a password come from files that the environment names, and appear nowhere', async (t, { url }) => {
  const file = await folder.write('secret.mjs', flow('secret'));
  const place = await folder.write('place', `${url}\n`);
  const child = await worker(t, file, { TINTYPE_REDIS_FILE: place });
  const env = { ...process.env, TINTYPE_REDIS_FILE: place, TINTYPE_STORE_FILE: place };
  const owner = spawn(process.execPath, [...main, 'run', file, '--id', 'secret'], { cwd: root, env });
  t.teardown(() => owner.kill('SIGKILL'));
  const stderr = text(owner.stderr);
  await saidBy(child, 'waiting');
  owner.kill('SIGTERM');
  await once(owner, 'exit');
  t.regex(await stderr, /Continue it with:\n +(npx )?tintype resume \S+secret\.mjs --id secret\n/);
  const missing = spawn(process.execPath, [...main, 'jobs'], { cwd: root, env: { ...env, TINTYPE_STORE_FILE: `${place}.no` } });
  const told = text(missing.stderr);
  t.deepEqual(await once(missing, 'exit'), [2, null]);
  t.regex(await told, /^TINTYPE_STORE_FILE names a file that can't be read: .*ENOENT/);
});

redisTest('a Redis that refuses the password ends a worker and a list of jobs with 6, and is reported once', async (t) => {
  const redis = new RedisServer(['--requirepass', 'swordfish']);
  await redis.start();
  t.teardown(() => redis.remove());
  const file = await folder.write('forbidden.mjs', flow('forbidden'));
  const [line, wrong] = [/^Redis: WRONGPASS .*\n$/, redis.url.replace('//', '//:wrong@')];
  const { code, stdout, stderr } = await tintype('worker', file, '--redis', wrong, '--grace', '0');
  t.is(code, 6, stderr);
  t.regex(stderr, line);
  t.regex(stdout, /^Running attempts of forbidden from queue .*\n$/);
  const jobs = await tintype('jobs', '--store', wrong);
  t.is(jobs.code, 6, jobs.stderr);
  t.regex(jobs.stderr, /^The Redis store failed: WRONGPASS .*\n$/);
  t.is(jobs.stdout, '');
});

test('jobs of a Redis that is not there can’t be listed: one line, and 6', async (t) => {
  const { code, stdout, stderr } = await tintype('jobs', '--store', 'redis://127.0.0.1:1');
  t.is(code, 6, stderr);
  t.is(stderr, 'The Redis store failed: connect ECONNREFUSED 127.0.0.1:1\n');
  t.is(stdout, '');
});

test('wrong use of Redis is refused', async (t) => {
  const file = await folder.write('wrong.mjs', flow('wrong'));
  const tasks = await folder.write('tasks.mjs', "export default [{ name: 'a', run() {} }];");
  const place = ['--redis', 'redis://127.0.0.1:1'];
  for (const [args, message] of [
    [['run', file, '--queue', 'x'], /--queue is for attempts that workers run: add --redis/],
    [['run', tasks, ...place], /Workers identify a workflow by its name/],
    [['worker', tasks, ...place], /Workers identify a workflow by its name/],
    [['worker', file], /^Pass the Redis server with --redis URL or the environment variable TINTYPE_REDIS\n$/],
    [['worker', file, ...place, '--concurrency', '0'], /^--concurrency must be an integer of at least 1, got "0"/],
    [['worker', file, '--redis', 'http://user:swordfish@host'], /^--redis must be a redis: or rediss: URL/],
    [['worker', file, ...place, '--queue', 'a:b'], /^--queue must be a name without a colon, got "a:b"\n$/],
    [['jobs', '--store', 'redis:swordfish@host:port'], /^--store must be a file, or a redis: or rediss: URL\n$/],
    [['jobs', '--store', 'redis://swordfish@host:port'], /`connection` must be a redis: or rediss: URL/],
  ] as const) {
    const { code, stderr } = await tintype(...args);
    t.is(code, 2, stderr);
    t.regex(stderr, message);
    t.false(stderr.includes('swordfish'), stderr);
  }
});

test('a job that was never saved gets no advice on how to continue it', async (t) => {
  const file = await folder.write('unsaved.mjs', flow('unsaved'));
  const child = spawn(process.execPath, [...main, 'run', file, '--store', 'redis://127.0.0.1:1'], { cwd: root });
  let stderr = '';
  child.stderr.on('data', (data) => {
    if (stderr === '') {
      child.kill('SIGTERM');
    }
    stderr += data;
  });
  t.deepEqual(await once(child, 'close'), [143, null]);
  t.notRegex(stderr, /Continue it with/);
});
