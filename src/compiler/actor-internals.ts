import type { AnyActorRef, AnyActorScope, InspectionEvent, Subscription } from 'xstate';

/** What is not in the types of XState, checked against 5.33.3. */
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

/** Notes that nobody inspects an actor system: until somebody does, no inspection events need be made for it. */
export function noteQuiet(system: object): void {
  quiet.add(system);
}

/** Whether somebody inspects an actor system, or may do so. */
export const isInspected = (system: object): boolean => !quiet.has(system);

/**
 * Whether it is an actor that takes a step, and nobody inspects it. It is not where somebody looks at what an actor would do: the pure
 * `transition` of XState, or a checker.
 */
export const isQuiet = (scope: AnyActorScope): boolean =>
  !isInspected(scope.system) && internals(scope.self)._actorScope === scope;

/**
 * Tells the inspectors of an actor system, from now on, the very events that are made for them. XState gives them a copy of each, with
 * `rootId`, and spreading them takes V8 longer than all else that inspection needs.
 * @param first the inspector that the system has by now, if it has one
 * @returns what adds an inspector
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

/** Lets the system of an actor that takes no more messages keep it no longer. */
export function forgetActor(actor: AnyActorRef): void {
  internals(actor).system._unregister(actor);
}
