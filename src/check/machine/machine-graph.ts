import { type AnyActorScope, type AnyMachineSnapshot, type AnyStateMachine, createEmptyActor } from 'xstate';
import { describeValue, quote } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';
import type { CoverableGraph, Edge } from '../paths/cover.ts';
import { ownEvents } from './machine-events.ts';
import type { MachineEvent, MachinePathPlan } from './machine-path-options.ts';
import { contextTexts, keyOf, textOf } from './machine-state-key.ts';
import { nameOf } from './machine-transitions.ts';

export interface MachineEdge {
  readonly event: MachineEvent;
  readonly target: number;
}

/** Transitions without events that a machine may take in one step, before it counts as one that never comes to rest. */
const MAX_MICROSTEPS = 10_000;

/** The maximum length of all states as JSON, so that growing contexts end before memory does. */
const MAX_LENGTH = 10_000_000;

/** The number of states that show what grows. */
const SAMPLE = 100;

/** The states of a machine and the events between them, by breadth-first search. No action runs, and no actor starts. */
export class MachineGraph implements CoverableGraph {
  readonly snapshots: AnyMachineSnapshot[] = [];
  readonly #machine: AnyStateMachine;
  readonly #edges: MachineEdge[][] = [];
  readonly #origins: Edge[] = [];
  readonly #ids = new Map<string, number>();
  #length = 0;

  constructor(machine: AnyStateMachine, plan: MachinePathPlan) {
    this.#machine = alwaysResting(machine);
    this.#add(this.#initial(plan.input), { state: -1, edge: -1 });
    let steps = 0;
    for (let state = 0; state < this.size; state += 1) {
      const edges: MachineEdge[] = [];
      for (const event of this.#eventsOf(state, plan)) {
        steps += 1;
        if (steps > plan.limit) {
          throw new CheckError(this.#describeGrowth(`${plan.limit} steps`));
        }
        edges.push({ event, target: this.#add(this.#next(state, event), { state, edge: edges.length }) });
      }
      this.#edges.push(edges);
    }
  }

  /** Whether no event leads anywhere, although the machine has transitions. */
  get isIdle(): boolean {
    const isTaken = (edge: Edge) => this.transitionsOf(edge).length > 0;
    const taken = this.#edges.some((edges, state) => edges.some((_, edge) => isTaken({ state, edge })));
    return !taken && this.snapshots[0]?.status === 'active' && hasTransitions(this.#machine.root);
  }

  get size(): number {
    return this.snapshots.length;
  }

  targetsOf(state: number): readonly number[] {
    return (this.#edges[state] ?? []).map(({ target }) => target);
  }

  edgesTo(state: number): readonly Edge[] {
    const edges: Edge[] = [];
    for (let at = state; at > 0; at = (edges.at(-1) as Edge).state) {
      edges.push(this.#origins[at] as Edge);
    }
    return edges.reverse();
  }

  transitionsOf({ state, edge }: Edge): readonly string[] {
    const { event } = this.edge({ state, edge });
    return this.#machine.getTransitionData(this.snapshots[state] as never, event).map(nameOf);
  }

  edge({ state, edge }: Edge): MachineEdge {
    return (this.#edges[state] as MachineEdge[])[edge] as MachineEdge;
  }

  /** The events of the options and those that the state produces by itself, each once. */
  #eventsOf(state: number, { events, actors }: MachinePathPlan): Iterable<MachineEvent> {
    const snapshot = this.snapshots[state] as AnyMachineSnapshot;
    const distinct = new Map<string, MachineEvent>();
    if (snapshot.status === 'active') {
      for (const event of [...events(snapshot), ...ownEvents(snapshot, actors)]) {
        const key = textOf(() => event, `The event ${quote(event.type)}`);
        distinct.set(key, distinct.get(key) ?? event);
      }
    }
    return distinct.values();
  }

  #add(snapshot: AnyMachineSnapshot, origin: Edge): number {
    const key = keyOf(snapshot);
    const known = this.#ids.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#length += key.length;
    if (this.#length > MAX_LENGTH) {
      throw new CheckError(this.#describeGrowth(`${MAX_LENGTH} characters`));
    }
    this.#ids.set(key, this.size);
    this.#origins.push(origin);
    return this.snapshots.push(snapshot) - 1;
  }

  #initial(input: unknown): AnyMachineSnapshot {
    const snapshot = this.#machine.getInitialSnapshot(newScope(), input as never);
    if (snapshot.status === 'error') {
      const hint = input === undefined ? 'perhaps its `input` is missing' : 'check its `input`';
      throw new CheckError(`The machine ${this.#machine.id} can't start (${hint}): ${describeValue(snapshot.error)}`, {
        cause: snapshot.error,
      });
    }
    return snapshot;
  }

  #next(state: number, event: MachineEvent): AnyMachineSnapshot {
    const snapshot = this.snapshots[state] as AnyMachineSnapshot;
    try {
      return this.#machine.transition(snapshot, event as never, newScope());
    } catch (error) {
      const place = `in the state ${JSON.stringify(snapshot.value)}`;
      throw new CheckError(
        `The machine ${this.#machine.id} can't take the event ${quote(event.type)} ${place}: ${describeValue(error)}`,
        { cause: error },
      );
    }
  }

  /** Names the values in the context that differ in most of the last states. */
  #describeGrowth(what: string): string {
    const last = this.snapshots.slice(-SAMPLE);
    const values = new Map<string, Set<string>>();
    for (const [key, text] of last.flatMap(contextTexts)) {
      values.set(key, (values.get(key) ?? new Set()).add(text));
    }
    const growing = [...values].filter(([, { size }]) => size > last.length / 4).map(([key]) => quote(key));
    const cause = growing.length === 0 ? [] : [`in its context, ${growing.join(', ')} never stops changing`];
    return `The machine ${this.#machine.id} takes more than ${what} to explore: ${[...cause, 'pass fewer events or raise `limit`'].join('; ')}`;
  }
}

const hasTransitions = (node: AnyStateMachine['root']): boolean =>
  node.transitions.size > 0 || Object.values(node.states).some(hasTransitions);

/** A copy of the machine; a step in which it never comes to rest throws, instead of never ending. */
function alwaysResting(machine: AnyStateMachine): AnyStateMachine {
  const copy = machine.provide({});
  const maxIterations = Math.min(machine.options.maxIterations ?? Infinity, MAX_MICROSTEPS);
  return Object.assign(copy, { options: { ...machine.options, maxIterations } });
}

/** Each step has its own actor system, so that an actor with a `systemId` can be spawned in each. */
function newScope(): AnyActorScope {
  const self = createEmptyActor();
  const nothing = () => {};
  return {
    self,
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    system: self.system,
    stopChild: nothing,
    emit: nothing,
    actionExecutor: nothing,
  } as unknown as AnyActorScope;
}
