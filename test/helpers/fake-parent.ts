import { type AnyActorLogic, type AnyEventObject, createActor, fromCallback } from 'xstate';
import type { SteppedClock } from './simulated-time.ts';

/** An actor that keeps what its child sends to it. */
export function fakeParent(clock?: SteppedClock) {
  const received: AnyEventObject[] = [];
  const logic: AnyActorLogic = fromCallback(({ receive }) => receive((event) => received.push(event)));
  const parent = createActor(logic, clock && { clock });
  parent.start();
  return { parent, received };
}
