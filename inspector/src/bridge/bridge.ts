import type { InspectedActor, Sent, Stepped } from './inspected.ts';
import { configOf, type MachineConfig } from './machine-config.ts';
import { plainValue } from './plain-value.ts';
import type { Happening, Recording } from './recorder.ts';
import { type EventMessage, messagesWhile, Service, type StateMessage } from './xstate-inspect.ts';

/** How many happenings are taken at a time. */
const AT_ONCE = 20;

/** Makes messages of what has happened, as `@xstate/inspect` has them, until it is time to leave the rest for later. */
export function tell(recording: Recording, isTime: () => boolean = () => false): void {
  let taken = 0;
  while (taken < recording.happenings.length && !isTime()) {
    const happenings = recording.happenings.slice(taken, taken + AT_ONCE);
    taken += happenings.length;
    handOn(recording, (devTools) => {
      for (const happening of happenings) {
        tellOne(recording, happening, (service) => devTools.register(service));
      }
    });
  }
  recording.happenings.splice(0, taken);
  // The end of a system can be told of before what led to it.
  if (recording.hasEnded && recording.happenings.length === 0) {
    handOn(recording, () => stop(recording, [...recording.live.keys()]));
  }
}

function handOn(recording: Recording, action: Parameters<typeof messagesWhile>[0]): void {
  const messages = messagesWhile(action);
  for (const text of messages) {
    recording.messages.push(text);
  }
  recording.onMessages(messages);
}

function tellOne(recording: Recording, { event, at }: Happening, register: (service: Service) => void): void {
  const { live } = recording;
  const { actorRef } = event;
  const service = live.get(actorRef);
  if (event.type === '@xstate.event') {
    service?.send(eventMessage(recording, event, at));
    return;
  }
  const state = stateMessage(event, at);
  if (service !== undefined) {
    service.enter(state);
  } else {
    const made = new Service(actorRef.id, nameOf(recording, actorRef), machineMessage(recording, actorRef), state);
    live.set(actorRef, made);
    register(made);
  }
  if (event.snapshot.status !== 'active' && actorRef._parent !== undefined) {
    stop(recording, [actorRef]);
  }
}

function stop({ live }: Recording, actors: Iterable<InspectedActor>): void {
  for (const actor of actors) {
    live.get(actor)?.stop();
    live.delete(actor);
  }
}

/** The session ids of XState 5 are unique in their system alone. */
export const nameOf = ({ number }: Recording, { sessionId }: InspectedActor): string => `${number}/${sessionId}`;

function machineMessage(recording: Recording, actorRef: InspectedActor): MachineConfig {
  const { _parent, src, options, logic } = actorRef;
  const config = configOf(actorRef);
  const inspector = {
    system: recording.number,
    parent: _parent && nameOf(recording, _parent),
    src: typeof src === 'string' ? src : undefined,
    isMachine: logic.root !== undefined,
    input: plainInput(options?.input),
  };
  return { ...config, meta: { own: config.meta, inspector } };
}

/** What an actor was made with; of a task, what it depends on is all needed. */
function plainInput(input: unknown): unknown {
  const plain = plainValue(input);
  const { dependencies } = (input ?? {}) as { dependencies?: unknown };
  const isNames = Array.isArray(dependencies) && dependencies.every((one) => typeof one === 'string');
  return isNames ? { ...(plain as object), dependencies } : plain;
}

function eventMessage(recording: Recording, { event, sourceRef }: Sent, at: number): EventMessage {
  const origin = sourceRef && nameOf(recording, sourceRef);
  return { name: event.type, data: plainValue(event), $$type: 'scxml', type: 'external', origin, inspector: { at } };
}

function stateMessage({ snapshot, event }: Stepped, at: number): StateMessage {
  const { status, output, error, context, tags, value } = snapshot;
  return {
    value: value ?? status,
    context: plainValue(context),
    _event: {
      name: event.type,
      data: { type: event.type },
      $$type: 'scxml',
      type: 'external',
      inspector: { at, status, output: plainValue(output), error: plainValue(error) },
    },
    tags: tags === undefined ? [] : [...tags],
    done: status === 'done',
    children: {},
  };
}
