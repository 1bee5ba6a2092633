import type { AnyEventObject, AnyStateMachine } from 'xstate';
import {
  type DeferredOutput,
  LocalMachine,
  type LocalState,
  type LocalStep,
  type NamedAction,
  NO_TIMERS,
  type Timer,
  timersAfterOutput,
} from '../tables/local-machine.ts';

/**
 * The XState version that the checker was verified against. Everything it knows about XState's internals is in this file, the
 * order in which an `Actor` performs the effects of a step, and in `../tables/local-machine.ts`: how to step a machine without an `Actor`.
 */
export const CHECKED_XSTATE_VERSION = '5.33.3';

/** What an actor uses outside itself. */
export interface ActorWorld {
  act(actor: SteppedActor, action: NamedAction): void;
  emit(actor: SteppedActor, event: AnyEventObject): void;
  send(to: object, event: AnyEventObject): void;
  /** The actor took a step. */
  moved(actor: SteppedActor, event: AnyEventObject, before: LocalState, step: LocalStep): void;
  /** A message arrived after the actor ended. */
  refused(actor: SteppedActor, event: AnyEventObject): void;
}

const INIT = { type: 'xstate.init' };

/**
 * Does what XState's `Actor` and `Mailbox` do: takes one event at a time and performs named actions within the step, then
 * deferred effects in order, which may deliver to other actors first; events that arrive meanwhile wait.
 */
export class SteppedActor {
  readonly id: string;
  readonly machine: LocalMachine;
  state: LocalState;
  timers: readonly Timer[] = NO_TIMERS;
  /** How it starts. */
  protected first: LocalStep;
  readonly #mailbox: AnyEventObject[] = [];
  #busy = false;

  constructor(machine: AnyStateMachine, id: string, input: unknown, parent?: SteppedActor) {
    this.id = id;
    this.machine = new LocalMachine(machine, id, parent?.machine.self);
    this.first = this.machine.first(input);
    this.state = this.first.next;
  }

  get self(): object {
    return this.machine.self;
  }

  /** Puts the actor into a state at rest. */
  rest(state: LocalState, timers: readonly Timer[]): void {
    this.state = state;
    this.timers = timers;
    this.#mailbox.length = 0;
    this.#busy = false;
  }

  start(world: ActorWorld): void {
    this.#follow(INIT, this.state, this.first, world);
  }

  deliver(event: AnyEventObject, world: ActorWorld): void {
    if (this.state.status !== 'active') {
      world.refused(this, event);
      return;
    }
    this.#mailbox.push(event);
    if (this.#busy) {
      return;
    }
    this.#busy = true;
    for (let next = this.#mailbox.shift(); next !== undefined; next = this.#mailbox.shift()) {
      this.#follow(next, this.state, this.machine.step(this.state, next), world);
    }
    this.#busy = false;
  }

  #follow(event: AnyEventObject, before: LocalState, step: LocalStep, world: ActorWorld): void {
    for (const action of step.actions) {
      world.act(this, action);
    }
    this.state = step.next;
    world.moved(this, event, before, step);
    for (const output of step.deferred) {
      this.#do(output, world);
    }
    if (step.next.status !== 'active') {
      this.timers = NO_TIMERS;
      this.#mailbox.length = 0;
    }
  }

  #do(output: DeferredOutput, world: ActorWorld): void {
    switch (output.kind) {
      case 'emit':
        world.emit(this, output.event);
        break;
      case 'send':
        world.send(output.to, output.event);
        break;
      default:
        this.timers = timersAfterOutput(this.timers, output);
    }
  }
}
