import { describeValue } from '../workflow/describe-value.ts';

interface Uncloneable {
  readonly path: string;
  /** A description of the value. */
  readonly got: string;
}

/** Finds the innermost part of a value that can't be structured-cloned. */
export function findUncloneable(value: unknown, path: string): Uncloneable {
  const seen = new Set<unknown>();
  let found = { path, value };
  for (let next: typeof found | undefined = found; next !== undefined; ) {
    found = next;
    seen.add(found.value);
    next = partsOf(found.value, found.path).find((part) => !seen.has(part.value) && !isCloneable(part.value));
  }
  return { path: found.path, got: describeValue(found.value) };
}

interface Part {
  readonly path: string;
  readonly value: unknown;
}

function partsOf(value: unknown, path: string): readonly Part[] {
  if (value instanceof Map) {
    return Array.from(value).flatMap(([key, member]) => [
      { path: `${path}.keys()`, value: key },
      { path: `${path}.get(${typeof key === 'string' ? JSON.stringify(key) : describeValue(key)})`, value: member },
    ]);
  }
  if (value instanceof Set) {
    return Array.from(value, (member) => ({ path: `${path}.values()`, value: member }));
  }
  return typeof value === 'object' && value !== null ? membersOf(value, path) : [];
}

function membersOf(value: object, path: string): readonly Part[] {
  try {
    return Object.entries(value).map(([key, member]) => ({ path: path + step(value, key), value: member }));
  } catch {
    // A getter threw; structured clone would call it too.
    return [];
  }
}

function step(owner: object, key: string): string {
  if (Array.isArray(owner)) {
    return `[${key}]`;
  }
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
