/** Terminal escape sequences: colors, titles, and the like. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])|\u009b[0-?]*[ -/]*[@-~]/g;

export const withoutAnsi = (text: string): string => text.replace(ANSI, '');

/** A value as text, on one line or, with `indent`, on several. */
export function valueText(value: unknown, indent = 0): string {
  return typeof value === 'string' ? withoutAnsi(value) : (JSON.stringify(value, plainString, indent) ?? String(value));
}

const plainString = (_key: string, value: unknown): unknown => (typeof value === 'string' ? withoutAnsi(value) : value);

interface ErrorLike {
  readonly name?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
}

const isErrorLike = (value: unknown): value is ErrorLike =>
  typeof value === 'object' && value !== null && 'message' in value && 'name' in value;

/** A thrown value, with its stack and causes. */
export function errorText(error: unknown): string {
  if (!isErrorLike(error)) {
    return valueText(error, 2);
  }
  const { name, message, stack, cause } = error;
  const title = `${String(name)}: ${String(message)}`;
  const own = typeof stack !== 'string' || stack === '' ? title : withTitle(stack, title, String(message));
  return withoutAnsi(own) + (cause === undefined ? '' : `\n\nCaused by: ${errorText(cause)}`);
}

/** The stack has the original message, which may have been changed since. */
const withTitle = (stack: string, title: string, message: string): string =>
  stack.includes(message) ? stack : `${title}\n${stack}`;

/** A thrown value, on one line. */
export function errorTitle(error: unknown): string {
  const text = isErrorLike(error) ? `${String(error.name)}: ${String(error.message)}` : valueText(error);
  return withoutAnsi(text).split('\n', 1)[0] ?? '';
}
