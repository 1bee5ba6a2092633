import type { Receiver } from '../model/message.ts';

/** Sends an event to an actor of the inspected process. */
export type SendEvent = (sessionId: string, event: { readonly type: string }) => void;

export const sendBy =
  (receiver: Receiver): SendEvent =>
  (sessionId, data) => {
    const event = { name: data.type, data, $$type: 'scxml', type: 'external', origin: sessionId };
    receiver.send({ type: 'xstate.event', event: JSON.stringify(event), service: sessionId });
  };
