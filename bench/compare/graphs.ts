/** Who depends on whom, by the place of each task. */
export const GRAPHS = ['chain', 'fan-out', 'layers of 10', 'layers of 100', 'random'] as const;
export type GraphShape = (typeof GRAPHS)[number];

/** For each task the places of its dependencies, all before it. */
export type Graph = readonly (readonly number[])[];

/** The mean number of dependencies in a random graph. */
const DEGREE = 3;

export function makeGraph(shape: GraphShape, tasks: number): Graph {
  const random = randomFrom(tasks);
  return Array.from({ length: tasks }, (_, index) => dependenciesOf(shape, index, random));
}

function dependenciesOf(shape: GraphShape, index: number, random: () => number): number[] {
  switch (shape) {
    case 'chain':
      return index === 0 ? [] : [index - 1];
    case 'fan-out':
      return index === 0 ? [] : [0];
    case 'layers of 10':
      return layerBefore(index, 10);
    case 'layers of 100':
      return layerBefore(index, 100);
    case 'random':
      return randomDependencies(index, random);
  }
}

/** All tasks of the layer before. */
function layerBefore(index: number, width: number): number[] {
  const start = index - (index % width) - width;
  return start < 0 ? [] : Array.from({ length: width }, (_, offset) => start + offset);
}

/** Some of the hundred tasks before, so that the graph is neither deep nor flat. */
function randomDependencies(index: number, random: () => number): number[] {
  const reach = Math.min(index, 100);
  const count = Math.min(reach, Math.floor(random() * (2 * DEGREE + 1)));
  const chosen = new Set<number>();
  while (chosen.size < count) {
    chosen.add(index - 1 - Math.floor(random() * reach));
  }
  return [...chosen].sort((a, b) => a - b);
}

/** The same numbers from 0 to 1 for the same seed (a linear congruential generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
