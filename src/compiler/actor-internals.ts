import type { AnyActorRef, AnyActorScope } from 'xstate';

/** What is not in the types of XState, checked against 5.33.3. */
interface ActorInternals {
  readonly _actorScope: AnyActorScope;
  readonly system: { _unregister(actor: AnyActorRef): void };
}

const internals = (actor: AnyActorRef) => actor as unknown as ActorInternals;

const quiet = new WeakSet<object>();

/** Notes that nobody inspects an actor system: until somebody does, no inspection events need be made for it. */
export function noteQuiet(system: object): void {
  quiet.add(system);
}

/** Notes that somebody inspects an actor system from now on. */
export function noteInspected(system: object): void {
  quiet.delete(system);
}

/** Whether somebody inspects an actor system, or may do so. */
export const isInspected = (system: object): boolean => !quiet.has(system);

/**
 * Whether it is an actor that takes a step, and nobody inspects it. It is not where somebody looks at what an actor would do: the pure
 * `transition` of XState, or a checker.
 */
export const isQuiet = (scope: AnyActorScope): boolean =>
  !isInspected(scope.system) && internals(scope.self)._actorScope === scope;

/** Lets the system of an actor that takes no more messages keep it no longer. */
export function forgetActor(actor: AnyActorRef): void {
  internals(actor).system._unregister(actor);
}
