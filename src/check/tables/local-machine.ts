import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, AnyTransitionDefinition } from 'xstate';

/** A delayed event that a machine has scheduled. */
export interface Timer {
  readonly id: string;
  /** The name of the delay. */
  readonly name: string;
  readonly event: AnyEventObject;
}

/** What an actor does after a step, in order. */
export type DeferredOutput =
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

/** Steps one machine as an actor does and remembers its states. */
export class LocalMachine {
  /** Stands for the actor, as `self` or as `_parent`. */
  readonly self: { readonly id: string; readonly _parent: object | undefined };
  readonly #machine: AnyStateMachine;
  readonly #recorder: StepRecorder;
  readonly #states: LocalState[] = [];
  readonly #byText = new Map<string, LocalState>();
  readonly #steps: (Map<string, LocalStep> | undefined)[] = [];

  constructor(machine: AnyStateMachine, id: string, parent?: object) {
    this.self = { id, _parent: parent };
    this.#machine = machine;
    this.#recorder = new StepRecorder(this.self);
  }

  /** The step with which the machine starts. */
  first(input: unknown): LocalStep {
    return this.#record((scope) => this.#machine.getInitialSnapshot(scope, input));
  }

  state(id: number): LocalState {
    return this.#states[id] as LocalState;
  }

  /** Takes a step, and remembers it. */
  step(from: LocalState, event: AnyEventObject): LocalStep {
    const steps = this.#steps[from.id] ?? new Map<string, LocalStep>();
    this.#steps[from.id] = steps;
    const key = JSON.stringify(event);
    let step = steps.get(key);
    if (step === undefined) {
      step = this.stepOnce(from, event);
      steps.set(key, step);
    }
    return step;
  }

  /** Takes a step that the caller remembers. */
  stepOnce({ snapshot }: LocalState, event: AnyEventObject): LocalStep {
    return this.#record((scope) => this.#machine.transition(snapshot, event, scope), snapshot);
  }

  #record(move: (scope: AnyActorScope) => AnyMachineSnapshot, before?: AnyMachineSnapshot): LocalStep {
    const recorder = this.#recorder;
    recorder.begin();
    let snapshot: AnyMachineSnapshot;
    try {
      snapshot = move(recorder as unknown as AnyActorScope);
    } catch (error) {
      snapshot = { ...before, status: 'error', error } as AnyMachineSnapshot;
    }
    return recorder.end(this.#intern(snapshot));
  }

  #intern(snapshot: AnyMachineSnapshot): LocalState {
    const { status, value, context } = snapshot;
    const text = JSON.stringify([status, value, context]);
    let state = this.#byText.get(text);
    if (state === undefined) {
      state = { id: this.#states.length, snapshot, status, name: topLevel(value), text };
      this.#byText.set(text, state);
      this.#states.push(state);
    }
    return state;
  }
}

interface ResolvedAction {
  readonly type: string;
  readonly params: unknown;
  readonly info: unknown;
  readonly exec?: (info: unknown, params: unknown) => void;
}

/** What XState takes for the scope of an actor: it notes what the actor would do. */
class StepRecorder {
  readonly self: object;
  readonly id: string;
  readonly sessionId: string;
  readonly system: object;
  #actions: NamedAction[] = [];
  #deferred: DeferredOutput[] = [];
  #transitions: AnyTransitionDefinition[] = [];
  #later: (() => void)[] = [];

  constructor(self: { readonly id: string }) {
    this.self = self;
    this.id = self.id;
    this.sessionId = self.id;
    this.system = {
      _sendInspectionEvent: (event: { type: string; _transitions?: AnyTransitionDefinition[] }) => {
        if (event.type === '@xstate.microstep') {
          this.#transitions.push(...(event._transitions ?? []));
        }
      },
      _relay: (_: unknown, to: object, event: AnyEventObject) => this.#deferred.push({ kind: 'send', to, event }),
      scheduler: {
        schedule: (_source: unknown, _target: unknown, event: AnyEventObject, _delay: number, id: string) =>
          this.#deferred.push({ kind: 'schedule', timer: { id, event, name: delayName(event.type) } }),
        cancel: (_: unknown, id: string) => this.#deferred.push({ kind: 'unschedule', id }),
      },
    };
  }

  begin(): void {
    this.#actions = [];
    this.#deferred = [];
    this.#transitions = [];
    this.#later = [];
  }

  end(next: LocalState): LocalStep {
    for (const output of this.#later) {
      output();
    }
    return { next, actions: this.#actions, deferred: this.#deferred, transitions: this.#transitions };
  }

  readonly logger = (): void => {};
  readonly stopChild = (): void => {};
  readonly defer = (output: () => void): void => {
    this.#later.push(output);
  };
  readonly emit = (event: AnyEventObject): void => {
    this.#deferred.push({ kind: 'emit', event });
  };
  readonly actionExecutor = ({ type, params, info, exec }: ResolvedAction): void => {
    if (type.startsWith('xstate.')) {
      exec?.(info, params);
    } else {
      this.#actions.push({ type, params });
    }
  };
}

/** The timers of a machine after a step. */
export function timersAfter(timers: readonly Timer[], { next, deferred }: LocalStep): readonly Timer[] {
  return next.status === 'active' ? deferred.reduce(timersAfterOutput, timers) : NO_TIMERS;
}

export function timersAfterOutput(timers: readonly Timer[], output: DeferredOutput): readonly Timer[] {
  switch (output.kind) {
    case 'schedule':
      return [...timers.filter(({ id }) => id !== output.timer.id), output.timer];
    case 'unschedule':
      return timers.filter(({ id }) => id !== output.id);
    default:
      return timers;
  }
}

export const NO_TIMERS: readonly Timer[] = [];

const topLevel = (value: unknown): string => (typeof value === 'string' ? value : (Object.keys(value as object)[0] as string));

/** The delay name in the type of its event, such as `xstate.after.backoff.task.backingOff`. */
const delayName = (type: string): string => type.split('.')[2] ?? type;
