import type { AnyActorRef, AnyActorScope, InspectionEvent, Subscription } from 'xstate';

/** XState internals that its types don't include, verified against 5.33.3. */
interface ActorInternals {
  readonly _actorScope: AnyActorScope;
  readonly system: {
    _sendInspectionEvent(event: object): void;
    _unregister(actor: AnyActorRef): void;
  };
}

type Inspect = (event: InspectionEvent) => void;

const internals = (actor: AnyActorRef) => actor as unknown as ActorInternals;

const quiet = new WeakSet<object>();

/** Marks an actor system as not inspected: until it is, no inspection events are created for it. */
export function noteQuiet(system: object): void {
  quiet.add(system);
}

/** Whether an actor system is, or may be, inspected. */
export const isInspected = (system: object): boolean => !quiet.has(system);

/**
 * Whether this is a step of a real actor that nobody inspects. False if the caller only wants to know what an actor would do,
 * such as XState's pure `transition` or a checker.
 */
export const isQuiet = (scope: AnyActorScope): boolean =>
  !isInspected(scope.system) && internals(scope.self)._actorScope === scope;

/**
 * From now on, passes inspection events to the inspectors of an actor system without copying them. XState copies each event to
 * add `rootId`, and that copy takes V8 longer than everything else inspection needs.
 * @param first the inspector the system already has, if any
 * @returns a function that adds an inspector
 */
export function tellInspectors(root: AnyActorRef, first?: Inspect): (inspect: Inspect) => Subscription {
  const { system, sessionId: rootId } = root;
  const inspectors = new Set<Inspect>();
  const tell = (made: object) => {
    const event = made as InspectionEvent;
    event.rootId = rootId;
    for (const inspect of inspectors) {
      inspect(event);
    }
  };
  const add = (inspect: Inspect) => {
    quiet.delete(system);
    internals(root).system._sendInspectionEvent = tell;
    inspectors.add(inspect);
    return { unsubscribe: () => void inspectors.delete(inspect) };
  };
  if (first === undefined) {
    noteQuiet(system);
  } else {
    add(first);
  }
  return add;
}

/** Removes an actor that takes no more messages from its system. */
export function forgetActor(actor: AnyActorRef): void {
  internals(actor).system._unregister(actor);
}
