import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';

/**
 * The XState version that the checker was verified against. Everything it knows about XState's internals is in this file: how to
 * step a machine without an `Actor`, and the order in which an `Actor` performs the effects of a step.
 */
export const CHECKED_XSTATE_VERSION = '5.33.3';

/** A delayed event that a machine has scheduled. */
export interface Timer {
  readonly id: string;
  /** The name of the delay. */
  readonly name: string;
  readonly event: AnyEventObject;
}

/** What an actor does after a step, in order. */
type DeferredOutput =
  | { readonly kind: 'emit'; readonly event: AnyEventObject }
  | { readonly kind: 'send'; readonly to: object; readonly event: AnyEventObject }
  | { readonly kind: 'schedule'; readonly timer: Timer }
  | { readonly kind: 'unschedule'; readonly id: string };

/** A named action, performed within the step. */
export interface NamedAction {
  readonly type: string;
  readonly params: unknown;
}

/** A snapshot of one machine; equal states share an object. */
export interface LocalState {
  readonly id: number;
  readonly snapshot: AnyMachineSnapshot;
  readonly status: AnyMachineSnapshot['status'];
  /** The name of the top-level state. */
  readonly name: string;
  /** A text that distinguishes it from other states. */
  readonly text: string;
}

export interface LocalStep {
  readonly next: LocalState;
  readonly actions: readonly NamedAction[];
  readonly deferred: readonly DeferredOutput[];
  readonly transitions: readonly AnyTransitionDefinition[];
}

/** Steps one machine as an actor does and remembers every step. */
export class LocalMachine {
  /** Stands for the actor, as `self` or as `_parent`. */
  readonly self: { readonly id: string; readonly _parent: object | undefined };
  readonly #machine: AnyStateMachine;
  readonly #states: LocalState[] = [];
  readonly #byText = new Map<string, LocalState>();
  readonly #steps: Map<string, LocalStep>[] = [];

  constructor(machine: AnyStateMachine, id: string, parent?: object) {
    this.self = { id, _parent: parent };
    this.#machine = machine;
  }

  /** The step with which the machine starts. */
  first(input: unknown): LocalStep {
    return this.#record((scope) => this.#machine.getInitialSnapshot(scope, input));
  }

  state(id: number): LocalState {
    return this.#states[id] as LocalState;
  }

  step(from: LocalState, event: AnyEventObject): LocalStep {
    const steps = this.#steps[from.id] as Map<string, LocalStep>;
    const key = JSON.stringify(event);
    let step = steps.get(key);
    if (step === undefined) {
      step = this.#record((scope) => this.#machine.transition(from.snapshot, event, scope), from.snapshot);
      steps.set(key, step);
    }
    return step;
  }

  #record(move: (scope: AnyActorScope) => AnyMachineSnapshot, before?: AnyMachineSnapshot): LocalStep {
    const actions: NamedAction[] = [];
    const deferred: DeferredOutput[] = [];
    const transitions: AnyTransitionDefinition[] = [];
    const later: (() => void)[] = [];
    const scope = {
      self: this.self,
      id: this.self.id,
      sessionId: this.self.id,
      logger: () => {},
      stopChild: () => {},
      defer: (output: () => void) => later.push(output),
      emit: (event: AnyEventObject) => deferred.push({ kind: 'emit', event }),
      actionExecutor: (action: {
        type: string;
        params: unknown;
        info: unknown;
        exec?: (info: unknown, params: unknown) => void;
      }) => {
        if (action.type.startsWith('xstate.')) {
          action.exec?.(action.info, action.params);
        } else {
          actions.push({ type: action.type, params: action.params });
        }
      },
      system: {
        _sendInspectionEvent: (event: { type: string; _transitions?: AnyTransitionDefinition[] }) => {
          if (event.type === '@xstate.microstep') {
            transitions.push(...(event._transitions ?? []));
          }
        },
        _relay: (_: unknown, to: object, event: AnyEventObject) => deferred.push({ kind: 'send', to, event }),
        scheduler: {
          schedule: (_source: unknown, _target: unknown, event: AnyEventObject, _delay: number, id: string) =>
            deferred.push({ kind: 'schedule', timer: { id, event, name: delayName(event.type) } }),
          cancel: (_: unknown, id: string) => deferred.push({ kind: 'unschedule', id }),
        },
      },
    };
    let snapshot: AnyMachineSnapshot;
    try {
      snapshot = move(scope as unknown as AnyActorScope);
    } catch (error) {
      snapshot = { ...before, status: 'error', error } as AnyMachineSnapshot;
    }
    for (const output of later) {
      output();
    }
    return { next: this.#intern(snapshot), actions, deferred, transitions };
  }

  #intern(snapshot: AnyMachineSnapshot): LocalState {
    const { status, value, context } = snapshot;
    const text = JSON.stringify([status, value, context]);
    let state = this.#byText.get(text);
    if (state === undefined) {
      state = { id: this.#states.length, snapshot, status, name: topLevel(value), text };
      this.#byText.set(text, state);
      this.#states.push(state);
      this.#steps.push(new Map());
    }
    return state;
  }
}

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

const NO_TIMERS: readonly Timer[] = [];
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
      case 'schedule':
        this.timers = [...this.timers.filter(({ id }) => id !== output.timer.id), output.timer];
        break;
      case 'unschedule':
        this.timers = this.timers.filter(({ id }) => id !== output.id);
    }
  }
}

const topLevel = (value: unknown): string => (typeof value === 'string' ? value : (Object.keys(value as object)[0] as string));

/** The delay name in the type of its event, such as `xstate.after.backoff.task.backingOff`. */
const delayName = (type: string): string => type.split('.')[2] ?? type;
