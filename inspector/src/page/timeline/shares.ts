import type { Link } from './critical-path.ts';

/** For how long a job depended on a task, and in which parts. */
export interface Share {
  readonly links: readonly Link[];
  readonly total: number;
}

/** Gives what each task has of a critical path, in the order of the path; a task can be on it more than once. */
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
