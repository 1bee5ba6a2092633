import isPlainObject from 'is-plain-obj';

/** Truncates a long text, but not inside a character. */
export const shorten = (text: string, length = 80): string =>
  text.length > length ? `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…` : text;

/** A text without line breaks and other control characters, which are shown as in JSON. */
export const onOneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, makeVisible);

/**
 * A text without control characters except line breaks and tabs, such as escape sequences that would take over a terminal, or marks that
 * would reverse the text after them.
 */
export const withoutEscapes = (text: string): string =>
  text.replace(/[^\P{Cc}\n\t]|[\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, makeVisible);

/** A name as messages show it: between backticks, on one line, and not longer than a line. */
export const quote = (name: string): string => (name === '' ? 'the empty string' : `\`${onOneLine(shorten(name))}\``);

function makeVisible(character: string): string {
  const escaped = JSON.stringify(character).slice(1, -1);
  return escaped === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : escaped;
}

/** The value in place of a name, for a message. */
export const quoteAny = (value: unknown): string => (typeof value === 'string' ? quote(value) : describeValue(value));

/** Describes a value in a few words, for a message. It never throws. */
export function describeValue(value: unknown): string {
  try {
    return describe(value);
  } catch {
    return `${typeof value === 'function' ? 'a function' : 'an object'} that can't be inspected`;
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') {
    return `the string ${shorten(JSON.stringify(value.slice(0, 100)))}`;
  }
  if (typeof value === 'function') {
    return value.name === '' ? 'a function' : `the function ${quote(value.name)}`;
  }
  if (typeof value === 'bigint') {
    return shorten(`${value}n`);
  }
  if (typeof value !== 'object' || value === null) {
    return shorten(String(value));
  }
  if (Array.isArray(value)) {
    return 'an array';
  }
  return describeError(value) ?? (isPlainObject(value) ? 'an object' : describeInstance(value));
}

/** Also recognizes errors from other realms, and objects that look like errors. */
function describeError(value: object): string | undefined {
  const [name, message] = [readText(value, 'name'), readText(value, 'message')];
  if (message === undefined) {
    return undefined;
  }
  return shorten(name === undefined ? `an object with the message ${JSON.stringify(message)}` : `${name}: ${message}`, 1000);
}

/** Returns a property if it is a string; anything else, or an error on reading it, counts as absent. */
export function readText(value: object, key: string): string | undefined {
  try {
    const text: unknown = (value as Record<string, unknown>)[key];
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

function describeInstance(value: object): string {
  const { name } = (value.constructor ?? {}) as { name?: unknown };
  if (name === 'Object') {
    return 'an object that is not plain';
  }
  return typeof name === 'string' && name !== '' ? `an instance of ${shorten(name)}` : 'an instance of a class without a name';
}

/** Much faster than `Reflect.ownKeys`. */
function keysOf(object: object): readonly PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(object);
  const names = Object.getOwnPropertyNames(object);
  return symbols.length === 0 ? names : [...names, ...symbols];
}

/** The keys of an object; undefined if they can't be read, or the value is an array or no object. */
export function readableKeys(value: unknown): readonly PropertyKey[] | undefined {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? keysOf(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object whose keys can be read, and not an array. */
export const isReadableObject = (value: unknown): value is object => readableKeys(value) !== undefined;
