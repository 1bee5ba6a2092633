import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { describeValue } from '../../values/describe-value.ts';
import { CheckError } from '../check-error.ts';
import { CoveringPaths, type Edge } from '../paths/cover.ts';
import { UniqueTitles } from '../paths/unique-titles.ts';
import { describeEvent } from './machine-events.ts';
import { MachineGraph } from './machine-graph.ts';
import { type MachineEvent, type MachinePathOptions, readMachinePathOptions } from './machine-path-options.ts';

/** One step of a machine path. */
export interface MachineStep {
  readonly event: MachineEvent;
  /** The snapshot after the event. */
  readonly snapshot: AnyMachineSnapshot;
}

/** A path of a machine, from its initial state until it would cover nothing new. */
export interface MachinePath {
  /** The events, with payloads and outcomes of actors, and the final state, as text. Unique among the paths. */
  readonly description: string;
  readonly initial: AnyMachineSnapshot;
  readonly steps: readonly MachineStep[];
}

/**
 * Finds paths through any XState machine in isolation. Delayed transitions and the outcomes of invoked actors are treated as
 * events; no action runs and no actor starts.
 * @throws {CheckError} if the argument is not a machine, an option is invalid, the machine can't start, throws in a step or takes
 * no transition, exploring takes more than `limit` steps, or the context holds values that JSON can't represent, so states can't be
 * told apart
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
  if (graph.isIdle) {
    const [initial] = graph.snapshots;
    throw new CheckError(
      `The machine ${machine.id} takes no transition from ${JSON.stringify(initial?.value)}: pass \`events\` that it handles there`,
    );
  }
  const titles = new UniqueTitles();
  return [...new CoveringPaths(graph, plan.cover)].map((edges) => pathOf(graph, edges, titles));
}

function pathOf(graph: MachineGraph, edges: readonly Edge[], titles: UniqueTitles): MachinePath {
  const steps = edges.map((edge): MachineStep => {
    const { event, target } = graph.edge(edge);
    return { event, snapshot: graph.snapshots[target] as AnyMachineSnapshot };
  });
  const texts = edges.map((edge) => describeEvent(graph.snapshots[edge.state] as AnyMachineSnapshot, graph.edge(edge).event));
  return {
    description: titles.of(`${texts.join(', then ')}: ${describeEnd(steps.at(-1)?.snapshot)}`),
    initial: graph.snapshots[0] as AnyMachineSnapshot,
    steps,
  };
}

const describeEnd = (end: AnyMachineSnapshot | undefined) =>
  JSON.stringify(end?.value) + (end?.status === 'error' ? `, failed with ${describeValue(end.error)}` : '');
