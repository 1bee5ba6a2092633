import type { ReceiverEvent } from '@xstate/inspect';
import type { Happening } from './happenings.ts';
import type { KnownActor } from './known-actor.ts';
import { configOf } from './machine-config.ts';
import { plainValue } from './plain-value.ts';
import type { Recording } from './recording.ts';

/** Makes messages of what has happened, in the words of `@xstate/inspect`, until it is time to leave the rest for later. */
export function tell(recording: Recording, isTime: () => boolean = () => false): void {
  const { number, happenings, actors } = recording;
  const messages: string[] = [];
  let taken = 0;
  while (taken < happenings.length && !isTime()) {
    messages.push(...messagesOf(number, happenings.at(taken)));
    taken += 1;
  }
  happenings.drop(taken);
  // The end of a system can be told of before what led to it.
  if (recording.hasEnded && happenings.length === 0) {
    messages.push(...[...actors.values()].filter(({ isTold }) => isTold).map((actor) => stopMessage(number, actor)));
    actors.clear();
  }
  for (const text of messages) {
    recording.messages.push(text);
  }
  recording.onMessages(messages);
}

function messagesOf(system: number, happening: Happening): string[] {
  const { actor, value, origin, more } = happening;
  const sessionId = nameOf(system, actor.sessionId);
  const messages: string[] = [];
  if (origin !== undefined && actor.isTold) {
    messages.push(message({ type: 'service.event', event: eventText(system, happening), sessionId }));
  }
  if (value === undefined) {
    return messages;
  }
  const text = stateText(happening);
  messages.push(
    actor.isTold
      ? message({ type: 'service.state', state: text, sessionId })
      : message({ type: 'service.register', machine: machineText(system, actor), state: text, id: actor.id, sessionId }),
  );
  actor.isTold = true;
  if (more !== undefined && more.status !== 'active' && actor.parent !== undefined) {
    messages.push(stopMessage(system, actor));
  }
  return messages;
}

/** The session ids of XState 5 are unique in their system alone. */
export const nameOf = (system: number, sessionId: string): string => `${system}/${sessionId}`;

const message = (event: ReceiverEvent): string => JSON.stringify(event);

const stopMessage = (system: number, { sessionId }: KnownActor): string =>
  message({ type: 'service.stop', sessionId: nameOf(system, sessionId) });

function machineText(system: number, { parent, src, root, input }: KnownActor): string {
  const config = configOf(root);
  const inspector = {
    system,
    parent: parent && nameOf(system, parent),
    src: typeof src === 'string' ? src : undefined,
    isMachine: root !== undefined,
    input: plainInput(input),
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
const eventText = (system: number, { event, origin, at }: Happening): string =>
  JSON.stringify({
    name: event.type,
    data: plainValue(event),
    origin: origin ? nameOf(system, origin) : undefined,
    inspector: { at },
  });

/** A state as XState 4 has it, without what it does without, since there are many; and beside its event, what XState 4 knows nothing of. */
function stateText({ event, at, value, context, more }: Happening): string {
  const { status = 'active', output, error, tags = new Set() } = more ?? {};
  return JSON.stringify({
    value,
    context: plainValue(context),
    _event: {
      data: { type: event.type },
      inspector: status === 'active' ? { at } : { at, status, output: plainValue(output), error: plainValue(error) },
    },
    tags: tags.size === 0 ? undefined : [...tags],
    done: status === 'done' ? true : undefined,
  });
}
