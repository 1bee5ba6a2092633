import { readText } from '../workflow/describe-value.ts';

/**
 * Makes an error of what a Redis client threw: its name, message and code. What else is on it, such as the arguments of the
 * command, which can be a password or the output of a task, is left out, and in the message what a client or Redis quotes.
 */
export function withoutSecrets(thrown: unknown): Error {
  const source = typeof thrown === 'object' && thrown !== null ? thrown : { message: String(thrown) };
  const message = (readText(source, 'message') ?? 'unknown error')
    .replace(/,? with args beginning with:.*/s, '')
    .replace(/\b[a-z][\w+.-]*:\/\/\S*/gi, 'the URL')
    .slice(0, 500);
  const error = new Error(message);
  error.stack = `${readText(source, 'name') ?? 'Error'}: ${message}`;
  Object.defineProperty(error, 'name', { value: readText(source, 'name') ?? 'Error', configurable: true, writable: true });
  const code = readText(source, 'code');
  return code === undefined ? error : Object.assign(error, { code });
}
