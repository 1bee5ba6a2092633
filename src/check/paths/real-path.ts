import type { Choice } from '../model/choice.ts';
import { takeAnyway } from '../report/trace.ts';
import type { Inspector } from '../search/inspector.ts';
import type { StateGraph } from '../search/state-graph.ts';
import type { Edge } from './cover.ts';

/**
 * The actual choices of a job along some edges. An edge belongs to the state that represents a set of merged states. If the job
 * reaches another state of that set, its tasks have traded places, so the tasks in the choice are renamed to match.
 */
export function realPath(graph: StateGraph, inspector: Inspector, edges: readonly Edge[]): Choice[] {
  const { system } = inspector;
  let code = graph.codes[0] as string;
  const orderIn = (state: string) => {
    system.load(state);
    return inspector.order();
  };
  return edges.map((edge) => {
    const choice = graph.choice(edge);
    const meant = orderIn(graph.codes[edge.state] as string);
    const real = orderIn(code);
    const renamed = 'task' in choice ? { ...choice, task: real[meant.indexOf(choice.task)] as string } : choice;
    system.load(code);
    system.observedBy(undefined, () => takeAnyway(system, renamed));
    code = system.save();
    return renamed;
  });
}
