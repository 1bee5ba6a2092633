/**
 * The parts of XState 5's inspection events that are used here. They are declared here because this package depends on XState 4; the types
 * of version 5 are assignable to them.
 */
export interface InspectedEvent {
  readonly type: string;
  readonly actorRef: unknown;
}

/** An actor of XState 5. */
export interface InspectedActor {
  readonly id: string;
  /** Only unique within its system. */
  readonly sessionId: string;
  readonly src?: unknown;
  readonly logic: { readonly root?: InspectedNode };
  readonly options?: { readonly input?: unknown };
  readonly system: object;
  readonly clock?: { now?(): number };
  readonly _parent?: InspectedActor;
  getSnapshot(): InspectedSnapshot;
  send(event: { readonly type: string }): void;
}

export interface InspectedSnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  /** Only machines have one. */
  readonly value?: unknown;
  readonly context?: unknown;
  readonly tags?: ReadonlySet<string> | undefined;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** A state node of an actor's machine, or the machine itself. */
export interface InspectedNode {
  readonly id: string;
  readonly key: string;
  readonly path: readonly string[];
  readonly machine: { readonly id: string };
  readonly parent?: InspectedNode;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'history' | 'final';
  readonly history: 'shallow' | 'deep' | false;
  readonly states: Readonly<Record<string, InspectedNode>>;
  readonly initial?: { readonly target?: readonly InspectedNode[] };
  readonly transitions: ReadonlyMap<string, readonly InspectedTransition[]>;
  readonly always?: readonly InspectedTransition[];
  readonly invoke: readonly { readonly id: string; readonly src: unknown }[];
  readonly entry: readonly unknown[];
  readonly exit: readonly unknown[];
  readonly tags: readonly string[];
  readonly description?: string;
  readonly meta?: unknown;
}

export interface InspectedTransition {
  readonly eventType: string;
  readonly source: InspectedNode;
  readonly target?: readonly InspectedNode[];
  readonly guard?: unknown;
  readonly actions: readonly unknown[];
  readonly reenter: boolean;
  readonly description?: string;
}

/** An actor receives an event. */
export interface Sent {
  readonly type: '@xstate.event';
  readonly actorRef: InspectedActor;
  readonly sourceRef?: InspectedActor;
  readonly event: { readonly type: string };
}

/** An actor has processed an event. */
export interface Stepped {
  readonly type: '@xstate.snapshot';
  readonly actorRef: InspectedActor;
  readonly event: { readonly type: string };
  readonly snapshot: InspectedSnapshot;
}
