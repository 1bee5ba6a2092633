import { once } from 'node:events';
import test from 'ava';
import { QueueEvents } from 'bullmq';
import { run, workflow } from 'tintype';
import { testWithRedis } from '../../helpers/redis.ts';
import { workplace } from './at-work.ts';
import { type Begun, pair, patient } from './far-workflow.ts';
import { messageOf, startProgram } from './processes.ts';

const redisTest = testWithRedis(test);

redisTest('the attempts of a job run in several processes at the same time', async (t, redis) => {
  const { owner, queue } = workplace(t, redis);
  const workers = [0, 1].map(() => startProgram(t, './worker-program.ts', { name: 'pair', url: redis.url, queue }));
  const begun = Promise.all(workers.map((worker) => messageOf<Begun>(worker)));
  const job = run(pair, { context: { key: 'k' }, executor: owner(pair).executor });
  t.deepEqual((await begun).map(({ pid }) => pid).sort(), workers.map(({ pid }) => pid as number).sort());
  for (const worker of workers) {
    worker.send('go');
  }
  const result = await job;
  t.is(result.state, 'completed');
  t.is(result.context.key, 'k!');
  t.deepEqual([...(result.context.both ?? [])].sort(), workers.map(({ pid }) => pid as number).sort());
});

redisTest('the attempt of a worker that is killed is run again by another one, as the same attempt', async (t, redis) => {
  const { owner, queue, expireLocks } = workplace(t, redis);
  const settings = { name: 'patient', url: redis.url, queue };
  const first = startProgram(t, './worker-program.ts', settings);
  const job = run(patient, { executor: owner(patient).executor });
  t.like(await messageOf<Begun>(first), { attempt: 1, pid: first.pid });
  first.kill('SIGKILL');
  await once(first, 'exit');
  await expireLocks(patient);
  const second = startProgram(t, './worker-program.ts', settings);
  t.like(await messageOf<Begun>(second), { task: 'wait', attempt: 1, pid: second.pid });
  second.send('go');
  t.like((await job).context, { pid: second.pid, attempt: 1 });
});

redisTest('a worker that is closed gives its attempt to another one, and its process ends', async (t, redis) => {
  const { owner, queue } = workplace(t, redis);
  const settings = { name: 'patient', url: redis.url, queue };
  const first = startProgram(t, './worker-program.ts', settings);
  const job = run(patient, { executor: owner(patient).executor });
  await messageOf(first);
  const ended = once(first, 'exit');
  first.disconnect();
  t.deepEqual(await ended, [0, null]);
  const second = startProgram(t, './worker-program.ts', settings);
  await messageOf(second);
  second.send('go');
  t.like((await job).context, { pid: second.pid, attempt: 1 });
});

redisTest(
  'an owner that is resumed attaches to the attempt that runs, and one that is too late gets the same result',
  async (t, redis) => {
    const { owner, queue, queueOf } = workplace(t, redis);
    const worker = startProgram(t, './worker-program.ts', { name: 'patient', url: redis.url, queue });
    const dying = startProgram(t, './owner-program.ts', { url: redis.url, queue, id: 'the-job' });
    t.like(await messageOf<Begun>(worker), { attempt: 1 });
    dying.kill('SIGKILL');
    await once(dying, 'exit');
    const again: unknown[] = [];
    worker.on('message', (message) => again.push(message));
    const events = new QueueEvents(queueOf(patient), { connection: { port: redis.port }, lastEventId: '0-0' });
    t.teardown(() => events.close());
    const duplicated = once(events, 'duplicated');
    const job = run(patient, { id: 'the-job', executor: owner(patient).executor });
    await duplicated;
    worker.send('go');
    t.like((await job).context, { pid: worker.pid, attempt: 1 });
    const late = run(patient, { id: 'the-job', executor: owner(patient).executor });
    t.like((await late).context, { pid: worker.pid, attempt: 1 });
    t.deepEqual(again, []);
  },
);

redisTest('an executor that is closed leaves nothing that keeps its process', async (t, redis) => {
  const { worker, queue } = workplace(t, redis);
  const owner = startProgram(t, './owner-program.ts', { url: redis.url, queue, id: 'quick' });
  // Its functions are others, and so its fingerprint is the same.
  worker(workflow('patient').task({ name: 'wait', run: () => ({ pid: 0, attempt: 1 }) }));
  t.deepEqual(await once(owner, 'exit'), [0, null]);
});
