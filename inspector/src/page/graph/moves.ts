import type { Layout, LayoutNode } from './layout.ts';

export type Arrow = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

export const isArrow = (key: string): key is Arrow => /^Arrow(Up|Down|Left|Right)$/.test(key);

/** Where an arrow key leads from a task: up to a dependency, down to a dependent, or sideways to a neighbor. */
export function move(
  arrow: Arrow,
  from: string,
  layout: Layout,
  dependents: ReadonlyMap<string, readonly string[]>,
  node: LayoutNode,
): string {
  switch (arrow) {
    case 'ArrowUp':
      return nearest(from, node.dependencies, layout) ?? from;
    case 'ArrowDown':
      return nearest(from, dependents.get(from) ?? [], layout) ?? from;
    default:
      return beside(from, arrow === 'ArrowLeft' ? -1 : 1, layout);
  }
}

/** The one drawn nearest. */
function nearest(from: string, names: readonly string[], { places }: Layout): string | undefined {
  const start = places.get(from);
  const distance = (name: string) => {
    const place = places.get(name);
    return start === undefined || place === undefined
      ? Number.POSITIVE_INFINITY
      : Math.hypot(place.x - start.x, place.y - start.y);
  };
  const known = names.filter((name) => places.has(name));
  return known.length === 0 ? undefined : known.reduce((best, name) => (distance(name) < distance(best) ? name : best));
}

/** The next in the row, continuing in the next row, so every task can be reached. */
function beside(from: string, step: 1 | -1, { rows }: Layout): string {
  const names = rows.flat();
  return names[names.indexOf(from) + step] ?? from;
}

/** The dependents of each task. */
export function dependentsOf(nodes: readonly LayoutNode[]): Map<string, string[]> {
  const dependents = new Map<string, string[]>(nodes.map(({ name }) => [name, []]));
  for (const { name, dependencies } of nodes) {
    for (const dependency of dependencies) {
      dependents.get(dependency)?.push(name);
    }
  }
  return dependents;
}
