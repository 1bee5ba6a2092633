import isPlainObject from 'is-plain-obj';
import { describeValue, readText } from '../../values/describe-value.ts';
import { isError } from '../../values/is-error.ts';
import { PackedError } from './packed-error.ts';

/** How many characters a copy has at most, roughly. */
const SIZE = 100_000;
/** What each value costs, in characters. */
const COST = 10;
/** How many levels of objects and causes are kept. */
const MAX_DEPTH = 100;
/** How many members of an array, Map, Set or object are kept; `FEW` if there is no space left. */
const MAX_MEMBERS = 1000;
const FEW = 20;
/** How much of a text is kept even if there is no space left. */
const SHORT = 100;

const CIRCULAR = '[circular]';
const TOO_DEEP = '[nested too deeply]';
const TOO_LARGE = '[too large]';
const UNREADABLE = "[can't be read]";
const MORE = (count: number): string => `[${count} more]`;

/** What an error keeps apart from its own properties. Nothing keeps `__proto__`. */
const SPECIAL: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause']);

/** The space left for a part of the copy. */
interface Space {
  left: number;
}

/**
 * Copies a thrown value so that it can be stored and sent, whatever it is. Errors keep their name, message, stack, `code`, chain of causes,
 * `errors` and own properties. Instances of classes become plain objects; functions, symbols and what can't be copied become descriptions. Depth
 * and size are limited, and a text in brackets marks each cut.
 */
export const toPortable = (thrown: unknown): unknown => new Copier().copy(thrown, { left: SIZE }, 0, true);

class Copier {
  /** The copies of objects. An object that is still being copied has a marker, which ends circles. */
  readonly #copies = new Map<object, unknown>();

  /** @param isChief whether this is the thrown value, or in its chain of causes: those are kept even if there is no space left */
  copy(value: unknown, space: Space, depth: number, isChief = false): unknown {
    space.left -= COST;
    if (typeof value === 'string') {
      return cut(value, space);
    }
    if (typeof value === 'function' || typeof value === 'symbol') {
      return describeValue(value);
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    const known = this.#copies.get(value);
    if (known !== undefined) {
      return known;
    }
    if (depth >= MAX_DEPTH) {
      return TOO_DEEP;
    }
    if (space.left <= 0 && !isChief) {
      return TOO_LARGE;
    }
    this.#copies.set(value, CIRCULAR);
    const copy = isError(value) ? this.#copyError(value, space, depth, isChief) : this.#copyObject(value, space, depth);
    this.#copies.set(value, copy);
    return copy;
  }

  #copyError(error: Error, space: Space, depth: number, isChief: boolean): PackedError {
    const [name, message, stack] = (['name', 'message', 'stack'] as const).map((key) => cutHalf(readText(error, key), space));
    const limit = limitOf(space);
    // The `errors` of an AggregateError aren't enumerable.
    const errors = keysOf(error).includes('errors') ? undefined : read(error, 'errors');
    const listed = Array.isArray(errors) ? errors : undefined;
    const keys = keysOf(error, Object.getOwnPropertyNames).filter(
      (key) => !SPECIAL.has(key) && (key !== 'errors' || listed === undefined),
    );
    const values = keys.slice(0, limit).map((key) => read(error, key, UNREADABLE));
    const [cause, list, ...copies] = this.#copyAll([read(error, 'cause'), listed, ...values], space, depth + 1, isChief);
    const code = read(error, 'code');
    return new PackedError({
      name: name ?? 'Error',
      message: message ?? '',
      ...(stack !== undefined && { stack }),
      ...(isCode(code) && !isDOMException(error) && { code: typeof code === 'string' ? cut(code, space) : code }),
      ...(cause !== undefined && cause !== CIRCULAR && { cause }),
      ...(Array.isArray(list) && { errors: list }),
      ...(keys.length > 0 && { properties: objectOf(keys, copies) }),
      ...(isDOMException(error) && { isDOMException: true }),
    });
  }

  #copyObject(value: object, space: Space, depth: number): unknown {
    try {
      return copyLeaf(value, space) ?? this.#copyMembers(value, space, depth + 1);
    } catch {
      return describeValue(value);
    }
  }

  #copyMembers(value: object, space: Space, depth: number): unknown {
    const limit = limitOf(space);
    if (Array.isArray(value)) {
      const copies = this.#copyAll(value.slice(0, limit), space, depth);
      return value.length > limit ? [...copies, MORE(value.length - limit)] : copies;
    }
    if (value instanceof Set) {
      const copies = this.#copyAll([...value].slice(0, limit), space, depth);
      return new Set(value.size > limit ? [...copies, MORE(value.size - limit)] : copies);
    }
    if (value instanceof Map) {
      const entries = [...value].slice(0, limit);
      const keys = this.#copyAll(
        entries.map(([key]) => key),
        space,
        depth,
      );
      const copies = this.#copyAll(
        entries.map(([, member]) => member),
        space,
        depth,
      );
      return new Map([
        ...keys.map((key, index) => [key, copies[index]] as const),
        ...(value.size > limit ? ([[MORE(value.size - limit), '']] as const) : []),
      ]);
    }
    const keys = keysOf(value);
    if (keys.length === 0 && !isPlainObject(value)) {
      return describeValue(value);
    }
    return objectOf(
      keys,
      this.#copyAll(
        keys.slice(0, limit).map((key) => read(value, key, UNREADABLE)),
        space,
        depth,
      ),
    );
  }

  /** Small values first; the others share what is left, so that a huge one leaves space for those after it. */
  #copyAll(values: readonly unknown[], space: Space, depth: number, isFirstChief = false): readonly unknown[] {
    const copies = values.map((value) => (isLarge(value) ? undefined : this.copy(value, space, depth)));
    let waiting = values.filter(isLarge).length;
    for (const [index, value] of values.entries()) {
      if (isLarge(value)) {
        const share = { left: Math.floor(space.left / waiting) };
        space.left -= share.left;
        waiting -= 1;
        copies[index] = this.copy(value, share, depth, isFirstChief && index === 0);
        space.left += share.left;
      }
    }
    return copies;
  }
}

const isLarge = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || (typeof value === 'string' && value.length > SHORT);

const limitOf = ({ left }: Space): number => (left > 0 ? MAX_MEMBERS : FEW);

const isCode = (code: unknown): code is string | number => typeof code === 'string' || Number.isFinite(code);

const isDOMException = (error: Error): boolean => Object.prototype.toString.call(error) === '[object DOMException]';

function cut(text: string, space: Space): string {
  const kept = text.slice(0, Math.max(space.left, SHORT));
  space.left -= kept.length;
  return kept.length === text.length ? text : `${kept} [${text.length - kept.length} more characters]`;
}

function cutHalf(text: string | undefined, space: Space): string | undefined {
  const half = { left: Math.floor(space.left / 2) };
  const kept = text === undefined ? undefined : cut(text, half);
  space.left -= kept?.length ?? 0;
  return kept;
}

const keysOf = (value: object, list: (value: object) => string[] = Object.keys): readonly string[] => {
  try {
    return list(value).filter((key) => key !== '__proto__');
  } catch {
    return [];
  }
};

function read(value: object, key: string, otherwise?: unknown): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch {
    return otherwise;
  }
}

/** The first keys with their values; a marker stands for the other keys. */
function objectOf(keys: readonly string[], values: readonly unknown[]): Readonly<Record<string, unknown>> {
  const entries = values.map((value, index) => [keys[index] as string, value] as const);
  return Object.fromEntries(keys.length > values.length ? [...entries, [MORE(keys.length - values.length), '']] : entries);
}

const typedArrays = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;

/** A copy of an object without members; undefined for others. */
function copyLeaf(value: object, space: Space): unknown {
  if (value instanceof Date) {
    return new Date(value.getTime());
  }
  if (value instanceof RegExp) {
    return fits(value.source.length, space) ? new RegExp(value.source, value.flags) : TOO_LARGE;
  }
  if (value instanceof URL) {
    return fits(value.href.length, space) ? new URL(value.href) : TOO_LARGE;
  }
  if (value instanceof ArrayBuffer) {
    return fits(value.byteLength, space) ? value.slice(0) : TOO_LARGE;
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return fits(value.byteLength, space) ? typedArrays.slice.call(value) : TOO_LARGE;
  }
  return undefined;
}

function fits(size: number, space: Space): boolean {
  space.left -= size;
  return space.left >= 0;
}
