import type { ReceiverEvent } from '@xstate/inspect';
import type { InspectedActor, Sent, Stepped } from './inspected.ts';
import { configOf } from './machine-config.ts';
import { plainValue } from './plain-value.ts';
import type { Happening, Recording } from './recorder.ts';

/** Makes messages of what has happened, in the words of `@xstate/inspect`, until it is time to leave the rest for later. */
export function tell(recording: Recording, isTime: () => boolean = () => false): void {
  const { happenings, live } = recording;
  const messages: string[] = [];
  let taken = 0;
  while (taken < happenings.length && !isTime()) {
    messages.push(...messagesOf(recording, happenings[taken] as Happening));
    taken += 1;
  }
  happenings.splice(0, taken);
  // The end of a system can be told of before what led to it.
  if (recording.hasEnded && happenings.length === 0) {
    messages.push(...[...live.values()].map(stopMessage));
    live.clear();
  }
  for (const text of messages) {
    recording.messages.push(text);
  }
  recording.onMessages(messages);
}

function messagesOf({ number, live }: Recording, { event, at }: Happening): string[] {
  const { actorRef } = event;
  const sessionId = live.get(actorRef);
  if (event.type === '@xstate.event') {
    return sessionId === undefined ? [] : [message({ type: 'service.event', event: eventText(number, event, at), sessionId })];
  }
  const state = stateText(event, at);
  const messages = [
    sessionId === undefined ? registration(number, actorRef, state) : message({ type: 'service.state', state, sessionId }),
  ];
  live.set(actorRef, nameOf(number, actorRef));
  if (event.snapshot.status !== 'active' && actorRef._parent !== undefined) {
    live.delete(actorRef);
    messages.push(stopMessage(nameOf(number, actorRef)));
  }
  return messages;
}

/** The session ids of XState 5 are unique in their system alone. */
const nameOf = (system: number, { sessionId }: InspectedActor): string => `${system}/${sessionId}`;

const message = (event: ReceiverEvent): string => JSON.stringify(event);

const stopMessage = (sessionId: string): string => message({ type: 'service.stop', sessionId });

const registration = (system: number, actorRef: InspectedActor, state: string): string =>
  message({
    type: 'service.register',
    machine: machineText(system, actorRef),
    state,
    id: actorRef.id,
    sessionId: nameOf(system, actorRef),
  });

function machineText(system: number, actorRef: InspectedActor): string {
  const { _parent, src, options, logic } = actorRef;
  const config = configOf(actorRef);
  const inspector = {
    system,
    parent: _parent && nameOf(system, _parent),
    src: typeof src === 'string' ? src : undefined,
    isMachine: logic.root !== undefined,
    input: plainInput(options?.input),
  };
  return JSON.stringify({ ...config, meta: { own: config.meta, inspector } });
}

/** What an actor was made with; of a task, what it depends on is all needed. */
function plainInput(input: unknown): unknown {
  const plain = plainValue(input);
  const { dependencies } = (input ?? {}) as { dependencies?: unknown };
  const isNames = Array.isArray(dependencies) && dependencies.every((one) => typeof one === 'string');
  return isNames ? { ...(plain as object), dependencies } : plain;
}

/** An event as XState 4 has it, and beside it when it came. */
const eventText = (system: number, { event, sourceRef }: Sent, at: number): string =>
  JSON.stringify({
    name: event.type,
    data: plainValue(event),
    origin: sourceRef && nameOf(system, sourceRef),
    inspector: { at },
  });

/** A state as XState 4 has it, without what it does without, since there are many; and beside its event, what XState 4 knows nothing of. */
function stateText({ snapshot, event }: Stepped, at: number): string {
  const { status, output, error, context, tags, value } = snapshot;
  return JSON.stringify({
    value: value ?? status,
    context: plainValue(context),
    _event: {
      data: { type: event.type },
      inspector: status === 'active' ? { at } : { at, status, output: plainValue(output), error: plainValue(error) },
    },
    tags: tags === undefined || tags.size === 0 ? undefined : [...tags],
    done: status === 'done' ? true : undefined,
  });
}
