import { readText } from '../../values/describe-value.ts';

/**
 * Copies the name, message and code of an error thrown by a Redis client. Everything else is dropped, such as command
 * arguments, which may hold a password or the output of a task; so is anything the client or Redis quotes in the message.
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
