import isPlainObject from 'is-plain-obj';

const MAX_LENGTH = 80;

const shorten = (text: string): string => (text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text);

/** A name as messages show it: between backticks, and not longer than a line. */
export const quote = (name: string): string => `\`${shorten(name)}\``;

/** Says in a few words what a value is, for a message; it never throws, whatever the value is. */
export function describeValue(value: unknown): string {
  try {
    return describe(value);
  } catch {
    return `a ${typeof value} that can't be looked at`;
  }
}

function describe(value: unknown): string {
  if (typeof value === 'string') {
    return `the string ${shorten(JSON.stringify(value))}`;
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
  if (value instanceof Error) {
    return shorten(`${value.name}: ${value.message}`);
  }
  return isPlainObject(value) ? 'an object' : `an instance of ${shorten(String(value.constructor?.name ?? 'a class'))}`;
}
