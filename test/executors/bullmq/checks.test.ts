import test from 'ava';
import { Checks } from '../../../src/executors/bullmq/queue/checks.ts';
import { Pulse } from '../../../src/executors/bullmq/queue/pulse.ts';
import { isTransient } from '../../../src/stores/redis/is-transient.ts';
import { deferred } from '../../helpers/deferred.ts';

test('what happens during a check is checked afterwards, once', async (t) => {
  const looks: string[] = [];
  const answers = [deferred<void>(), deferred<void>()];
  const checks = new Checks(async (id) => {
    looks.push(id);
    await answers[looks.length - 1]?.promise;
  });
  const first = checks.run(['a']);
  await Promise.all([checks.run(['a']), checks.run(['a'])]);
  t.deepEqual(looks, ['a']);
  answers[0]?.resolve();
  await new Promise(setImmediate);
  t.deepEqual(looks, ['a', 'a']);
  answers[1]?.resolve();
  await first;
  t.deepEqual(looks, ['a', 'a']);
  await checks.run(['a', 'b']);
  t.deepEqual(looks, ['a', 'a', 'a', 'b']);
});

test('a check that fails does not prevent the next one', async (t) => {
  let looks = 0;
  const checks = new Checks(async () => {
    looks += 1;
    throw new Error('no answer');
  });
  await t.throwsAsync(checks.run(['a']));
  await t.throwsAsync(checks.run(['a']));
  t.is(looks, 2);
});

test('a pulse reports the beats without an answer, and asks again after one', async (t) => {
  const answers = [deferred<unknown>(), deferred<unknown>()];
  const beats: boolean[] = [];
  const enough = [deferred<void>(), deferred<void>()];
  let pings = 0;
  const pulse = new Pulse({
    limit: 10,
    ping: () => answers[pings++]?.promise ?? Promise.reject(new Error('NOAUTH')),
    onBeat: (isSilent) => {
      beats.push(isSilent);
      enough[beats.length - 4]?.resolve();
    },
  });
  pulse.start();
  await enough[0]?.promise;
  t.deepEqual(beats.slice(0, 4), [false, true, true, true]);
  t.is(pings, 1);
  answers[0]?.resolve('PONG');
  await enough[1]?.promise;
  pulse.stop();
  t.is(beats[4], false);
  t.is(pings, 2);
  t.deepEqual([Pulse.isOver(9), Pulse.isOver(10)], [false, true]);
});

for (const [isTemporary, message, code] of [
  [true, 'OOM command not allowed when used memory > maxmemory', undefined],
  [true, 'ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed', undefined],
  [true, "READONLY You can't write against a read only replica.", undefined],
  [true, 'UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)', undefined],
  [true, 'ERR max number of clients reached', undefined],
  [true, 'LOADING Redis is loading the dataset in memory', undefined],
  [true, 'connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED'],
  [true, 'getaddrinfo EAI_AGAIN redis', 'EAI_AGAIN'],
  [true, 'Connection is closed.', undefined],
  [false, 'WRONGTYPE Operation against a key holding the wrong kind of value', undefined],
  [false, 'NOAUTH Authentication required.', undefined],
  [false, 'WRONGPASS invalid username-password pair or user is disabled.', undefined],
  [false, "NOPERM this user has no permissions to run the 'evalsha' command", undefined],
  [false, "ERR unknown command 'xadd'", undefined],
] as const) {
  test(`an error of Redis that is ${isTemporary ? 'transient' : 'permanent'}: ${message}`, (t) => {
    t.is(isTransient(Object.assign(new Error(message), { code })), isTemporary);
  });
}

test('anything but an error is permanent', (t) => {
  t.false(isTransient(undefined));
  t.false(isTransient('LOADING'));
});
