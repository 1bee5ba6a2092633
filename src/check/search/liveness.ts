import { type EventuallyProperty, verdictOf } from '../laws/properties.ts';
import type { Edge } from '../paths/cover.ts';
import { realPath } from '../paths/real-path.ts';
import type { Inspector, PathOf } from './inspector.ts';
import type { StateGraph } from './state-graph.ts';

/** What is wrong with a path, and the path itself. */
interface PathFlaw {
  readonly message: string;
  readonly path: PathOf;
}

/** Finds a cycle of states in which a job could loop forever without repeated outside faults. */
export function findCircle(graph: StateGraph): PathFlaw | undefined {
  const incoming = new Int32Array(graph.codes.length);
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
export function findPathWithout(property: EventuallyProperty, inspector: Inspector, graph: StateGraph): PathFlaw | undefined {
  const { system } = inspector;
  const origins = new Map<number, Edge>([[0, { state: -1, edge: -1 }]]);
  for (const state of origins.keys()) {
    system.load(graph.codes[state] as string);
    const path = () =>
      realPath(
        graph,
        inspector,
        graph.edgesTo(state, (at) => origins.get(at) as Edge),
      );
    const { holds, thrown } = verdictOf(() => property.holds(inspector.view()));
    if (thrown !== undefined) {
      return { message: thrown, path };
    }
    if (holds) {
      continue;
    }
    const isEnd = system.isSettled;
    if (isEnd || inspector.mayRest()) {
      const message = isEnd
        ? `the job ends as ${system.job.announced} before it holds`
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
