import { courseInvariants } from './course-invariants.ts';
import { endInvariants } from './end-invariants.ts';
import type { Entry, Recording } from './recording.ts';

/** Everything that holds for every job, by name. */
export const invariants = { ...courseInvariants, ...endInvariants };

export type InvariantName = keyof typeof invariants;

export interface Violation {
  readonly invariant: InvariantName;
  readonly message: string;
}

/** What breaks the invariants in a recording; nothing, for a library that keeps its word. */
export function violationsIn(recording: Recording): Violation[] {
  const names = Object.keys(invariants) as InvariantName[];
  return names.flatMap((invariant) => [...invariants[invariant](recording)].map((message) => ({ invariant, message })));
}

/** A recording as text, one line an entry: equal for jobs that went the same way. */
export function transcript({ timeline, result }: Recording): string[] {
  return [...timeline.map(describe), String(result?.state)];
}

function describe(entry: Entry): string {
  const { event, ...rest } = { event: undefined, ...entry };
  return JSON.stringify({ ...rest, ...event }, (_, value) =>
    value instanceof Error || typeof value === 'symbol' ? String(value) : value,
  );
}
