import type { LayoutEdge } from './layout.ts';

/** From this many on, edges are drawn faintly. */
const MANY = 300;

/** Edges that look the same: the names of their CSS classes. */
export interface EdgeGroup {
  readonly look: string;
  readonly edges: readonly LayoutEdge[];
}

/**
 * Groups edges by their looks. Nothing went along those from or to a task that was skipped.
 * @param role such as `marked`
 */
export function edgeGroups(edges: readonly LayoutEdge[], skipped: ReadonlySet<string>, role: string): EdgeGroup[] {
  const groups = new Map<string, LayoutEdge[]>();
  for (const edge of edges) {
    const isDim = skipped.has(edge.from) || skipped.has(edge.to);
    const classes = [role, edges.length > MANY && 'many', edge.isDashed && 'settled', isDim && 'dim'];
    const look = classes.filter(Boolean).join(' ');
    const group = groups.get(look) ?? [];
    group.push(edge);
    groups.set(look, group);
  }
  return [...groups].map(([look, those]) => ({ look, edges: those }));
}
