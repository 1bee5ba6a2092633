import test from 'ava';
import fc from 'fast-check';
import type { KnownActor } from '../../inspector/src/bridge/happening.ts';
import { Happenings } from '../../inspector/src/bridge/happenings.ts';

const actor = { id: 'a', sessionId: 'x:0', root: {} } as KnownActor;

test('what is kept is what came last, however much is forgotten in between', (t) => {
  const steps = fc.array(fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 150 }) }, fc.constant('half' as const)));
  const isKept = fc.property(steps, (all) => {
    const happenings = new Happenings();
    const expected: number[] = [];
    let at = 0;
    for (const step of all) {
      if (step === 'half') {
        const count = Math.ceil(happenings.length / 2);
        happenings.drop(count);
        expected.splice(0, count);
        continue;
      }
      for (let index = 0; index < step; index += 1) {
        at += 1;
        happenings.addEvent(actor, at, { type: `event ${at}` }, null);
        happenings.setState(actor, { status: 'active', value: `state ${at}`, context: at });
        expected.push(at);
      }
    }
    const kept = Array.from({ length: happenings.length }, (_, index) => happenings.at(index));
    t.deepEqual(
      kept,
      expected.map((one) => ({
        actor,
        at: one,
        event: { type: `event ${one}` },
        origin: null,
        value: `state ${one}`,
        context: one,
        more: undefined,
      })),
    );
  });
  fc.assert(isKept, { numRuns: 50 });
});

test('an event that is forgotten before its actor has taken it is not told of again as got', (t) => {
  const happenings = new Happenings();
  const event = { type: 'go' };
  happenings.addEvent(actor, 1, event, null);
  t.true(happenings.isLast(actor, event));
  happenings.drop(1);
  t.false(happenings.isLast(actor, event));
});
