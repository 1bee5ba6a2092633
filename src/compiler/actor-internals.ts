import type { AnyActorRef, AnyEventObject, InspectionEvent, Subscription } from 'xstate';

/** XState internals that its types don't include, verified against 5.33.3. */
interface ActorInternals {
  readonly system: {
    _sendInspectionEvent(event: object): void;
    _unregister(actor: AnyActorRef): void;
    _relay(from: AnyActorRef, to: AnyActorRef, event: AnyEventObject): void;
    readonly scheduler: {
      schedule(from: AnyActorRef, to: AnyActorRef, event: AnyEventObject, delay: number, id: string): void;
      cancel(from: AnyActorRef, id: string): void;
    };
  };
}

type Inspect = (event: InspectionEvent) => void;

const internals = (actor: AnyActorRef) => actor as unknown as ActorInternals;

/**
 * From now on, passes inspection events to the inspectors of an actor system without copying them. XState copies each event to
 * add `rootId`, and that copy takes V8 longer than everything else inspection needs.
 * @param first the inspector the system already has, if any
 * @returns a function that adds an inspector
 */
export function tellInspectors(root: AnyActorRef, first?: Inspect): (inspect: Inspect) => Subscription {
  const { sessionId: rootId } = root;
  const inspectors = new Set<Inspect>();
  const tell = (made: object) => {
    const event = made as InspectionEvent;
    event.rootId = rootId;
    for (const inspect of inspectors) {
      inspect(event);
    }
  };
  const add = (inspect: Inspect) => {
    internals(root).system._sendInspectionEvent = tell;
    inspectors.add(inspect);
    return { unsubscribe: () => void inspectors.delete(inspect) };
  };
  if (first !== undefined) {
    add(first);
  }
  return add;
}

/** Removes an actor that takes no more messages from its system. */
export function forgetActor(actor: AnyActorRef): void {
  internals(actor).system._unregister(actor);
}

/** Sends an event from one actor to another, as an action of the machine does. */
export function relay(from: AnyActorRef, to: AnyActorRef, event: AnyEventObject): void {
  internals(from).system._relay(from, to, event);
}

/** Makes the system of an actor send it a delayed event, unless the actor cancels it before. */
export function schedule(actor: AnyActorRef, event: AnyEventObject, delay: number, id: string): void {
  internals(actor).system.scheduler.schedule(actor, actor, event, delay, id);
}

export function unschedule(actor: AnyActorRef, id: string): void {
  internals(actor).system.scheduler.cancel(actor, id);
}
