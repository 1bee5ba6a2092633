import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import { describeValue, quote } from '../workflow/describe-value.ts';
import { CheckError } from './check-error.ts';
import { type CoverableGraph, CoveringPaths, type Edge } from './cover.ts';
import {
  type ActorOutcomes,
  type MachineEvent,
  type MachinePathOptions,
  type MachinePathPlan,
  readMachinePathOptions,
} from './machine-path-options.ts';
import { keyOf, textOf } from './machine-state-key.ts';
import { nameOf } from './machine-transitions.ts';

/** One step of a machine path. */
export interface MachineStep {
  readonly event: MachineEvent;
  /** The snapshot after the event. */
  readonly snapshot: AnyMachineSnapshot;
}

/** A path of a machine, from its initial state until it would cover nothing new. */
export interface MachinePath {
  /** The event types and the final state, as text. */
  readonly description: string;
  readonly initial: AnyMachineSnapshot;
  readonly steps: readonly MachineStep[];
}

/**
 * Finds paths through any XState machine in isolation. Delayed transitions and the outcomes of invoked actors are treated as
 * events; no action runs and no actor starts.
 * @throws {CheckError} if the argument is not a machine, an option is invalid, exploring takes more than `limit` steps, or the
 * context holds values that JSON can't represent, so states can't be told apart
 * @example
 * for (const { description, steps } of machinePaths(trafficLight, { events: [{ type: 'switch' }] })) console.log(description, steps.length);
 */
export function machinePaths<Machine extends AnyStateMachine>(
  machine: Machine,
  options: MachinePathOptions<Machine> = {},
): MachinePath[] {
  if (typeof machine?.getInitialSnapshot !== 'function' || machine.root === undefined) {
    throw new CheckError(`The machine must be an XState machine made by \`createMachine\`, got ${describeValue(machine)}`);
  }
  const plan = readMachinePathOptions(machine, options);
  const graph = new MachineGraph(machine, plan);
  return [...new CoveringPaths(graph, plan.cover)].map((edges) => graph.path(edges));
}

class MachineGraph implements CoverableGraph {
  readonly #machine: AnyStateMachine;
  readonly #snapshots: AnyMachineSnapshot[] = [];
  readonly #edges: MachineEdge[][] = [];
  readonly #origins: Edge[] = [];

  constructor(machine: AnyStateMachine, { input, events, actors, limit }: MachinePathPlan) {
    this.#machine = machine;
    const adjacency = adjacencyOf(machine, limit, {
      input,
      limit,
      serializeState: keyOf,
      serializeEvent: (event: MachineEvent) => textOf(event, `The event ${quote(event.type)}`),
      events: (snapshot: AnyMachineSnapshot) =>
        snapshot.status === 'active' ? [...events(snapshot), ...ownEvents(machine, snapshot, actors)] : [],
    });
    const ids = new Map<string, number>();
    const add = (snapshot: AnyMachineSnapshot, origin: Edge): number => {
      const key = keyOf(snapshot);
      const id = ids.get(key) ?? this.#snapshots.push(snapshot) - 1;
      if (!ids.has(key)) {
        ids.set(key, id);
        this.#origins.push(origin);
      }
      return id;
    };
    const [first] = Object.values(adjacency);
    add(first?.state as AnyMachineSnapshot, { state: -1, edge: -1 });
    for (let state = 0; state < this.#snapshots.length; state += 1) {
      const { transitions } = adjacency[keyOf(this.#snapshots[state] as AnyMachineSnapshot)] as Adjacency[string];
      this.#edges.push(
        Object.values(transitions).map((next, edge) => ({ event: next.event, target: add(next.state, { state, edge }) })),
      );
    }
  }

  get size(): number {
    return this.#snapshots.length;
  }

  targetsOf(state: number): readonly number[] {
    return (this.#edges[state] ?? []).map(({ target }) => target);
  }

  edgesTo(state: number): readonly Edge[] {
    const edges: Edge[] = [];
    for (let at = state; at > 0; at = (edges[0] as Edge).state) {
      edges.unshift(this.#origins[at] as Edge);
    }
    return edges;
  }

  transitionsOf({ state, edge }: Edge): readonly string[] {
    const { event } = this.#edge({ state, edge });
    return this.#machine.getTransitionData(this.#snapshots[state] as never, event).map(nameOf);
  }

  #edge({ state, edge }: Edge): MachineEdge {
    return (this.#edges[state] as MachineEdge[])[edge] as MachineEdge;
  }

  path(edges: readonly Edge[]): MachinePath {
    const steps = edges.map((edge): MachineStep => {
      const { event, target } = this.#edge(edge);
      return { event, snapshot: this.#snapshots[target] as AnyMachineSnapshot };
    });
    const end = steps.at(-1)?.snapshot;
    const description = `${steps.map(({ event }) => event.type).join(', then ')}: ${JSON.stringify(end?.value)}`;
    return { description, initial: this.#snapshots[0] as AnyMachineSnapshot, steps };
  }
}

interface MachineEdge {
  readonly event: MachineEvent;
  readonly target: number;
}

type Adjacency = Record<
  string,
  {
    readonly state: AnyMachineSnapshot;
    readonly transitions: Record<string, { readonly event: MachineEvent; readonly state: AnyMachineSnapshot }>;
  }
>;

function adjacencyOf(machine: AnyStateMachine, limit: number, options: object): Adjacency {
  try {
    return getAdjacencyMap(machine, options as never) as unknown as Adjacency;
  } catch (error) {
    if (error instanceof Error && error.message === 'Traversal limit exceeded') {
      throw new CheckError(
        `The machine ${machine.id} takes more than ${limit} steps to explore: pass fewer events or raise \`limit\``,
      );
    }
    throw error;
  }
}

/** The events a state can produce by itself: ends of delays and of invoked actors. */
function ownEvents(
  machine: AnyStateMachine,
  snapshot: AnyMachineSnapshot,
  actors: Readonly<Record<string, ActorOutcomes>>,
): { type: string }[] {
  return activeNodes(machine.root, snapshot.value).flatMap((node) => [
    ...node.after.map(({ eventType }) => ({ type: eventType as string })),
    ...node.invoke.flatMap(({ id, src }) => {
      const { returns = [undefined], throws = [undefined] } = actors[id] ?? actors[String(src)] ?? {};
      return [
        ...returns.map((output) => ({ type: `xstate.done.actor.${id}`, output, actorId: id })),
        ...throws.map((error) => ({ type: `xstate.error.actor.${id}`, error, actorId: id })),
      ];
    }),
  ]);
}

type StateNode = AnyStateMachine['root'];

function activeNodes(node: StateNode, value: unknown): StateNode[] {
  const children = typeof value === 'string' ? [[value, undefined] as const] : Object.entries((value ?? {}) as object);
  return [node, ...children.flatMap(([key, inner]) => activeNodes(node.states[key] as StateNode, inner))];
}
