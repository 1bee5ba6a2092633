/** Values nested more deeply are omitted: `JSON.stringify` has a limit too. */
const DEPTH = 500;

/**
 * Makes a value printable as JSON: an error keeps its name, message, code and cause, and values JSON can't represent become text. It never
 * throws: what can't be read becomes text too.
 */
export function toPlain(value: unknown): unknown {
  const path: object[] = [];
  const plain = (one: unknown): unknown => {
    const depth = path.length;
    try {
      return copyOf(one, path, plain);
    } catch {
      path.length = depth;
      return "[can't be read]";
    }
  };
  return plain(value);
}

function copyOf(value: unknown, path: object[], plain: (one: unknown) => unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') {
    return String(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (path.includes(value)) {
    return '[circular]';
  }
  if (path.length === DEPTH) {
    return '[nested too deeply]';
  }
  path.push(value);
  const copy = copyOfObject(value, plain);
  path.pop();
  return copy;
}

function copyOfObject(value: object, plain: (one: unknown) => unknown): unknown {
  if (Array.isArray(value)) {
    return Array.from(value, (one) => plain(one));
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return plain(value.toJSON());
  }
  const keys = [...(value instanceof Error ? errorKeys(value) : []), ...Object.keys(value)];
  return Object.fromEntries(keys.map((key) => [key, plainAt(value, key, plain)]));
}

const errorKeys = (error: Error): string[] => ['name', 'message', ...(error.cause === undefined ? [] : ['cause'])];

/** Only the property of a getter that throws is lost. */
function plainAt(value: object, key: string, plain: (one: unknown) => unknown): unknown {
  try {
    return plain((value as Record<string, unknown>)[key]);
  } catch {
    return "[can't be read]";
  }
}
