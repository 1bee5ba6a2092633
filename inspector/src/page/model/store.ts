import type { AnyStateMachine } from 'xstate';
import { type Actor, type ActorEvent, topState } from './actor.ts';
import { addStep } from './attempts.ts';
import { isTask, isUndo } from './job.ts';
import type { InspectedEvent, InspectedState, Message } from './message.ts';

/** Everything known about the inspected process. */
export class Store {
  readonly actors = new Map<string, Actor>();
  /** The root actors, in the order they were first seen. */
  roots: readonly Actor[] = [];
  /** Counts changes. */
  version = 0;
  readonly #children = new Map<string, Actor[]>();
  readonly #machines = new Map<string, AnyStateMachine>();
  readonly #listeners = new Set<() => void>();
  /** The tasks of undos. */
  readonly #undone = new WeakMap<Actor, Actor>();

  /** Calls a listener after each change; returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  apply(message: Message): void {
    const actor = this.actors.get(message.sessionId);
    switch (message.type) {
      case 'service.register':
        if (actor === undefined) {
          this.#register(message);
        } else {
          this.#enter(actor, message.state);
        }
        break;
      case 'service.event':
        if (actor !== undefined) {
          actor.events.push(actorEvent(message.event));
          actor.latestAt = actor.events.at(-1)?.at ?? actor.latestAt;
        }
        break;
      case 'service.state':
        if (actor !== undefined) {
          this.#enter(actor, message.state);
        }
        break;
      case 'service.stop':
        if (actor?.status === 'active' && actor.parent !== undefined) {
          actor.status = 'stopped';
          actor.endedAt ??= this.actors.get(actor.parent)?.endedAt;
        }
    }
    this.#touch(this.actors.get(message.sessionId));
  }

  #register({ sessionId, id, machine, state }: Extract<Message, { type: 'service.register' }>): void {
    const { parent, src, isMachine, input } = machine.config.meta.inspector;
    const { at } = state._event.inspector;
    const actor: Actor = {
      sessionId,
      id,
      parent,
      src,
      isMachine,
      input,
      machine: this.#shared(machine),
      startedAt: at,
      children: this.#childrenOf(sessionId),
      events: [],
      spans: [],
      isUndo: false,
      undo: undefined,
      endedAt: undefined,
      latestAt: at,
      value: '',
      context: undefined,
      status: 'active',
      output: undefined,
      error: undefined,
      version: 0,
    };
    this.actors.set(sessionId, actor);
    this.#place(actor);
    this.#link(actor);
    this.#enter(actor, state);
  }

  #childrenOf(sessionId: string): Actor[] {
    const children = this.#children.get(sessionId) ?? [];
    this.#children.set(sessionId, children);
    return children;
  }

  /** A parent may be registered after its children. */
  #place(actor: Actor): void {
    if (actor.children.length > 0) {
      this.roots = this.roots.filter(({ parent }) => parent !== actor.sessionId);
    }
    if (actor.parent !== undefined) {
      this.#childrenOf(actor.parent).push(actor);
    }
    if (actor.parent === undefined || !this.actors.has(actor.parent)) {
      this.roots = [...this.roots, actor];
    }
  }

  /** Links the undo of a task to the task. */
  #link(actor: Actor): void {
    if (isTask(actor) && isUndo(actor)) {
      const { task } = actor.input;
      const undone = this.#childrenOf(actor.parent ?? '').find(
        (one) => one !== actor && isTask(one) && one.input.task === task,
      );
      Object.assign(actor, { isUndo: true });
      if (undone !== undefined) {
        undone.undo = actor;
        this.#undone.set(actor, undone);
      }
    }
  }

  /** A job of a thousand tasks has a thousand identical machines. */
  #shared(machine: AnyStateMachine): AnyStateMachine {
    const { meta, ...config } = machine.config;
    const key = JSON.stringify([config, meta.own]);
    const known = this.#machines.get(key) ?? machine;
    this.#machines.set(key, known);
    return known;
  }

  #enter(actor: Actor, { value, context, _event }: InspectedState): void {
    const { at, status = 'active', output, error } = _event.inspector;
    const before = topState(actor.value);
    Object.assign(actor, { value, context, status, output, error, latestAt: at });
    if (status !== 'active') {
      actor.endedAt ??= at;
    }
    const state = topState(value);
    if (isTask(actor) && state !== before) {
      const cause = actor.events.findLast(({ name }) => name === _event.data.type)?.data;
      addStep(actor.spans, { state, at, attempt: actor.context.attempt, cause });
    }
  }

  #touch(actor: Actor | undefined): void {
    this.version += 1;
    const undone = actor && this.#undone.get(actor);
    if (undone !== undefined) {
      undone.version += 1;
    }
    for (let one = actor; one !== undefined; one = one.parent === undefined ? undefined : this.actors.get(one.parent)) {
      one.version += 1;
      one.latestAt = Math.max(one.latestAt, actor?.latestAt ?? 0);
    }
    for (const listener of this.#listeners) {
      listener();
    }
  }
}

const actorEvent = ({ name, data, origin, inspector }: InspectedEvent): ActorEvent => ({
  at: inspector.at,
  name,
  data,
  origin,
});
