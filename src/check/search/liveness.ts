import { type EventuallyProperty, verdictOf } from '../laws/properties.ts';
import type { JobView } from '../laws/view.ts';
import type { Choice } from '../model/choice.ts';
import type { Edge } from '../paths/cover.ts';
import { realPath } from '../paths/real-path.ts';
import type { EdgeGraph } from './edge-graph.ts';
import type { Inspector, PathOf } from './inspector.ts';
import type { StateGraph } from './state-graph.ts';

/** What is wrong with a path, and the path itself. */
interface PathFlaw {
  readonly message: string;
  readonly path: PathOf;
}

/** What a search has found, and a way to look at it again. */
export interface Searched {
  readonly graph: EdgeGraph;
  lookAt(state: number): { readonly view: JobView; readonly isSettled: boolean; readonly mayRest: boolean };
  /** The actual choices of a job along some edges. */
  pathAlong(edges: readonly Edge[]): Choice[];
}

/** What stepping a system has found. */
export const searched = (inspector: Inspector, graph: StateGraph): Searched => ({
  graph,
  lookAt(state) {
    inspector.system.load(graph.codes[state] as string);
    return { view: inspector.view(), isSettled: inspector.system.isSettled, mayRest: inspector.mayRest() };
  },
  pathAlong: (edges) => realPath(graph, inspector, edges),
});

/** Finds a cycle of states in which a job could loop forever without repeated outside faults. */
export function findCircle(graph: EdgeGraph): PathFlaw | undefined {
  const incoming = new Int32Array(graph.size);
  for (const state of incoming.keys()) {
    for (const target of graph.stepsFrom(state)) {
      incoming[target] = (incoming[target] as number) + 1;
    }
  }
  const free = [...incoming.keys()].filter((state) => incoming[state] === 0);
  for (let state = free.pop(); state !== undefined; state = free.pop()) {
    for (const target of graph.stepsFrom(state)) {
      incoming[target] = (incoming[target] as number) - 1;
      if (incoming[target] === 0) {
        free.push(target);
      }
    }
  }
  const inCircle = incoming.findIndex((count) => count > 0);
  return inCircle === -1
    ? undefined
    : { message: 'the job can return to an earlier state, and so loop forever', path: () => graph.pathTo(inCircle) };
}

/** Finds a path that ends before the property has held. */
export function findPathWithout(property: EventuallyProperty, search: Searched): PathFlaw | undefined {
  const { graph } = search;
  const origins = new Map<number, Edge>([[0, { state: -1, edge: -1 }]]);
  for (const state of origins.keys()) {
    const { view, isSettled, mayRest } = search.lookAt(state);
    const path = () => search.pathAlong(graph.edgesTo(state, (at) => origins.get(at) as Edge));
    const { holds, thrown } = verdictOf(() => property.holds(view));
    if (thrown !== undefined) {
      return { message: thrown, path };
    }
    if (holds) {
      continue;
    }
    if (isSettled || mayRest) {
      const message = isSettled
        ? `the job ends as ${view.state} before it holds`
        : "it never holds if the running functions don't return";
      return { message, path };
    }
    for (const [edge, target] of graph.targetsOf(state).entries()) {
      if (target >= 0 && !origins.has(target)) {
        origins.set(target, { state, edge });
      }
    }
  }
  return undefined;
}
