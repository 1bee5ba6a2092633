import type { Link } from './critical-path.ts';

/** How long a job depended on a task, and during which links. */
export interface Share {
  readonly links: readonly Link[];
  readonly total: number;
}

/** Returns each task's share of a critical path, in path order; a task can be on the path more than once. */
export function sharesOf(path: readonly Link[]): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>();
  for (const link of path) {
    const { links, total } = shares.get(link.name) ?? { links: [], total: 0 };
    shares.set(link.name, { links: [...links, link], total: total + link.to - link.from });
  }
  return shares;
}

export function percentOf(part: number, whole: number): string {
  const percent = whole === 0 ? 0 : (100 * part) / whole;
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}
