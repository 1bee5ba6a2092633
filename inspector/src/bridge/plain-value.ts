/** The limits for showing a value. */
const MOST = { depth: 5, entries: 50, values: 2_000, text: 1_000, stack: 8_000 };

/** What is left of the limits. */
interface Rest {
  values: number;
}

/**
 * Converts any value to a small one that JSON can represent: anything too deep or too long is truncated, with a note. Never throws. An
 * error keeps its `name`, `message`, `stack`, `code` and `cause`.
 */
export const plainValue = (value: unknown): unknown => plain(value, MOST.depth, { values: MOST.values });

function plain(value: unknown, depth: number, rest: Rest): unknown {
  rest.values -= 1;
  if (rest.values < 0) {
    return '…';
  }
  switch (typeof value) {
    case 'string':
      return shortened(value, MOST.text);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'undefined':
      return undefined;
    case 'bigint':
      return `${value}n`;
    case 'symbol':
      return String(value);
    case 'function':
      return '[function]';
    default:
      return value === null ? null : guarded(() => plainObject(value as object, depth, rest));
  }
}

function plainObject(value: object, depth: number, rest: Rest): unknown {
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  }
  if (isActor(value)) {
    return `[actor ${shortened(String(value.id), MOST.text)}]`;
  }
  if (depth === 0) {
    return Array.isArray(value) ? `[array of ${value.length}]` : '[object]';
  }
  if (value instanceof Error) {
    return plainError(value, depth, rest);
  }
  if (value instanceof Map) {
    return plainEntries(value.size, value.entries(), depth, rest);
  }
  if (Array.isArray(value) || value instanceof Set) {
    return plainList(value, depth, rest);
  }
  if (ArrayBuffer.isView(value)) {
    return `[${value.byteLength} bytes]`;
  }
  const keys = Object.keys(value);
  const entries = keys.slice(0, MOST.entries).map((key) => [key, (value as Record<string, unknown>)[key]] as const);
  return plainEntries(keys.length, entries, depth, rest);
}

function plainError(error: Error & { code?: unknown }, depth: number, rest: Rest): object {
  return {
    name: guarded(() => shortened(String(error.name), MOST.text)),
    message: guarded(() => shortened(String(error.message), MOST.text)),
    stack: guarded(() => (error.stack === undefined ? undefined : shortened(String(error.stack), MOST.stack))),
    code: guarded(() => plain(error.code, depth - 1, rest)),
    cause: guarded(() => plain(error.cause, depth - 1, rest)),
  };
}

function plainList(list: readonly unknown[] | ReadonlySet<unknown>, depth: number, rest: Rest): unknown[] {
  const size = Array.isArray(list) ? list.length : (list as ReadonlySet<unknown>).size;
  const shown: unknown[] = [];
  for (const one of list) {
    if (shown.length === MOST.entries) {
      shown.push(`… ${size - MOST.entries} more`);
      break;
    }
    shown.push(plain(one, depth - 1, rest) ?? null);
  }
  return shown;
}

function plainEntries(size: number, entries: Iterable<readonly [unknown, unknown]>, depth: number, rest: Rest): object {
  const shown: [string, unknown][] = [];
  for (const [key, one] of entries) {
    if (shown.length === MOST.entries) {
      break;
    }
    shown.push([shortened(String(key), MOST.text), plain(one, depth - 1, rest)]);
  }
  const left = size - shown.length;
  // `fromEntries` creates own keys, even for `__proto__`.
  return Object.fromEntries(left > 0 ? [...shown, ['…', `${left} more`]] : shown);
}

const isActor = (value: object): value is { id: unknown } =>
  'sessionId' in value && 'getSnapshot' in value && 'send' in value && 'id' in value;

const shortened = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most)}… ${text.length - most} more characters` : text;

/** A getter or a proxy may throw when read. */
function guarded(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return '[unreadable]';
  }
}
