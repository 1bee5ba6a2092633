import test from 'ava';
import { patiently } from '../../../src/executors/bullmq/queue/patiently.ts';
import { isTransient } from '../../../src/stores/redis/is-transient.ts';

const full = (): Error => Object.assign(new Error('OOM command not allowed'), { name: 'ReplyError' });
const wrong = (): Error => Object.assign(new Error('WRONGTYPE Operation'), { name: 'ReplyError' });

test('what Redis refuses for now is repeated, and each refusal is reported', async (t) => {
  t.true(isTransient(full()));
  t.false(isTransient('OOM'));
  let calls = 0;
  const refusals: unknown[] = [];
  const call = async () => {
    calls += 1;
    if (calls < 3) {
      throw full();
    }
  };
  await patiently(call, { limit: 10_000, onRefused: (error) => refusals.push(error), isWanted: () => true });
  t.is(calls, 3);
  t.is(refusals.length, 2);
});

for (const [why, error, limit, isWanted] of [
  ['waiting can’t help', wrong, 10_000, true],
  ['the limit is over', full, 0, true],
  ['nobody wants it any more', full, 10_000, false],
] as const) {
  test(`it is not repeated if ${why}`, async (t) => {
    let calls = 0;
    const call = async () => {
      calls += 1;
      throw error();
    };
    await t.throwsAsync(patiently(call, { limit, onRefused: () => t.fail(), isWanted: () => isWanted }));
    t.is(calls, 1);
  });
}
