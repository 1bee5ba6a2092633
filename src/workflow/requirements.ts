import type { Edges } from './read-dependencies.ts';

/** What a task requires of its dependencies, other than that they complete. */
export interface Requirements {
  /** The dependencies that only have to settle. */
  readonly settled?: readonly string[] | undefined;
  /** The groups of dependencies, one of which has to complete. */
  readonly anyOf?: readonly (readonly string[])[] | undefined;
}

/** The dependencies that need not complete, by what is required of them. */
export function requirementsOf({ dependencies, edges, anyOf: groups }: Edges): Requirements {
  if (edges === undefined) {
    return {};
  }
  const settled: string[] = [];
  const anyOf = Array.from({ length: groups }, (): string[] => []);
  for (const name of dependencies) {
    const edge = edges.get(name);
    if (edge !== undefined) {
      (edge.kind === 'settled' ? settled : anyOf[edge.group])?.push(name);
    }
  }
  return { ...(settled.length > 0 && { settled }), ...(groups > 0 && { anyOf }) };
}
