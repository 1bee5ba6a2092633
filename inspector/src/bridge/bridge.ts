import type { ReceiverEvent } from '@xstate/inspect';
import type { Happening, KnownActor } from './happening.ts';
import { configOf } from './machine-config.ts';
import { plainValue } from './plain-value.ts';
import type { Message, Recording } from './recording.ts';

/**
 * Converts happenings to messages of `@xstate/inspect`, until `isTime` returns true; the rest is left for later.
 * @returns whether everything was converted
 */
export function tell(recording: Recording, isTime: () => boolean = () => false): boolean {
  const { number, happenings, actors } = recording;
  const messages: Message[] = [];
  for (const actor of actors.values()) {
    if (actor.forgotten !== undefined) {
      messages.push(...messagesOf(number, actor.forgotten));
      actor.forgotten = undefined;
    }
  }
  let taken = 0;
  while (taken < happenings.length && !isTime()) {
    messages.push(...messagesOf(number, happenings.at(taken)));
    taken += 1;
  }
  happenings.drop(taken);
  // The end of a system can be reported before the events that led to it.
  if (recording.hasEnded && happenings.length === 0) {
    messages.push(...[...actors.values()].filter(({ isTold }) => isTold).map((actor) => stopMessage(number, actor)));
    actors.clear();
  }
  for (const message of messages) {
    recording.messages.push(message);
  }
  recording.onMessages(messages);
  return happenings.length === 0;
}

/** Anything that can't be sent, such as an invalid event, is dropped: it must not harm the inspected process. */
function messagesOf(system: number, happening: Happening): Message[] {
  const messages: Message[] = [];
  try {
    addMessages(messages, system, happening);
  } catch {}
  return messages;
}

function addMessages(messages: Message[], system: number, happening: Happening): void {
  const { actor, value, origin, more } = happening;
  const sessionId = nameOf(system, actor.sessionId);
  if (origin !== undefined && actor.isTold) {
    messages.push(message(actor, { type: 'service.event', event: eventText(system, happening), sessionId }));
  }
  if (value === undefined) {
    return;
  }
  const state = stateText(happening);
  messages.push(
    actor.isTold
      ? message(actor, { type: 'service.state', state, sessionId })
      : message(actor, { type: 'service.register', machine: machineText(system, actor), state, id: actor.id, sessionId }),
  );
  actor.isTold = true;
  if (more !== undefined && more.status !== 'active' && actor.parent !== undefined) {
    messages.push(stopMessage(system, actor));
  }
}

/** XState 5's session ids are only unique within their system. */
export const nameOf = (system: number, sessionId: string): string => `${system}/${sessionId}`;

const message = (actor: KnownActor, event: ReceiverEvent): Message => ({
  actor,
  type: event.type,
  text: JSON.stringify(event),
});

const stopMessage = (system: number, actor: KnownActor): Message =>
  message(actor, { type: 'service.stop', sessionId: nameOf(system, actor.sessionId) });

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

/** An actor's input. For a task, its name and those of its dependencies must not be truncated. */
function plainInput(input: unknown): unknown {
  const plain = plainValue(input);
  const { task, dependencies, shown } = (input ?? {}) as Readonly<Record<string, unknown>>;
  const isTask = typeof task === 'string' && areTexts(dependencies);
  return isTask ? { ...(plain as object), task, dependencies, shown: plainEdges(shown) } : plain;
}

function plainEdges(shown: unknown): object | undefined {
  if (typeof shown !== 'object' || shown === null) {
    return undefined;
  }
  const { settled, anyOf, when, undo, finally: isFinally } = shown as Readonly<Record<string, unknown>>;
  return {
    ...(areTexts(settled) && { settled }),
    ...(Array.isArray(anyOf) && anyOf.every(areTexts) && { anyOf }),
    ...(typeof when === 'string' && { when: plainValue(when) }),
    ...(isFinally === true && { finally: true }),
    ...(undo === true && { undo: true }),
  };
}

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** An event in the format of XState 4, with the time it arrived. */
const eventText = (system: number, { event, origin, at }: Happening): string =>
  JSON.stringify({
    name: event.type,
    data: plainValue(event),
    origin: origin ? nameOf(system, origin) : undefined,
    inspector: { at },
  });

/** A state in the format of XState 4, without optional fields, since there are many; its event carries what XState 4 doesn't know. */
function stateText({ event, at, value, context, more }: Happening): string {
  const { status = 'active', output, error, tags } = more ?? {};
  return JSON.stringify({
    value: plainValue(value),
    context: plainValue(context),
    _event: {
      data: { type: event.type },
      inspector: status === 'active' ? { at } : { at, status, output, error },
    },
    tags: tags && [...tags],
    done: status === 'done' ? true : undefined,
  });
}
