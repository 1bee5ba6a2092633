import type { CheckPlan } from '../check-options.ts';
import { type Choice, isFault } from '../model/choice.ts';
import type { Edge } from '../paths/cover.ts';
import type { Inspector } from './inspector.ts';
import type { Limits } from './limits.ts';
import { SearchClock } from './search-clock.ts';
import { StateGraph } from './state-graph.ts';
import { takeAll } from './take-all.ts';

/**
 * Visits all states, nearest first, but nothing past a state that breaks a law. Limits are checked after each step, since a
 * state of many tasks has thousands of them: the state in which a limit is hit stays partially explored.
 */
export function explore(
  inspector: Inspector,
  { states = Infinity, depth = Infinity, ms = Infinity }: Limits,
  onProgress?: CheckPlan['onProgress'],
): StateGraph {
  const { system } = inspector;
  const graph = new StateGraph(system);
  const known = new Map<string, number>();
  const unsound = new Set<number>();
  const clock = new SearchClock(ms, onProgress);
  const initial = system.save();
  system.load(initial);
  add(initial, inspector.key(initial), { state: -1, edge: -1 });
  for (let state = 0; state < graph.size && graph.hits.size === 0; state += 1) {
    graph.beginState();
    if (!unsound.has(state)) {
      expand(state);
    }
  }
  return graph;

  function expand(state: number): void {
    const code = graph.codes[state] as string;
    system.load(code);
    if (graph.depthOf(state) >= depth) {
      if (!system.isSettled) {
        graph.hits.add('depth');
      }
      return;
    }
    let isSound = true;
    const take = (choice: Choice) => {
      const taken = inspector.take(code, choice, () => [...graph.pathTo(state), choice]);
      isSound = taken.isSound;
      graph.isPartial ||= !isSound;
      return taken.interruptions;
    };
    let edge = 0;
    for (const choice of takeAll(system, code, take)) {
      const target = isSound ? arrive({ state, edge }) : -1;
      // A cancel changes nothing once it is decided how the job will end.
      graph.addEdge(target, isFault(choice) || (choice.kind === 'cancel' && target === state));
      edge += 1;
      if (clock.isUp(graph.size, graph.depth)) {
        graph.hits.add('ms');
      }
      if (graph.hits.size > 0) {
        return;
      }
    }
  }

  function arrive(origin: Edge): number {
    const code = system.save();
    const key = inspector.key(code);
    const id = known.get(key);
    if (id !== undefined) {
      return id;
    }
    if (graph.size >= states) {
      graph.hits.add('states');
      return -1;
    }
    return add(code, key, origin);
  }

  function add(code: string, key: string, origin: Edge): number {
    const id = graph.addState(origin);
    graph.codes.push(code);
    known.set(key, id);
    if (!inspector.look(() => graph.pathTo(id))) {
      unsound.add(id);
      graph.isPartial = true;
    }
    return id;
  }
}
