import type { TaskDefinition } from 'tintype';

const run = () => {};
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Layers of tasks, each of which depends on all tasks of the layer before. */
export function layers(depth: number, width: number): TaskDefinition[] {
  return numbers(depth).flatMap((layer) =>
    numbers(width).map((place) => ({
      name: `t${layer}.${place}`,
      run,
      dependencies: layer === 0 ? [] : numbers(width).map((one) => `t${layer - 1}.${one}`),
    })),
  );
}
