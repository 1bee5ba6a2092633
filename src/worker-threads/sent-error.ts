import { describeValue, readText } from '../workflow/describe-value.ts';
import { errorClass } from '../workflow/error-class.ts';

/** What was thrown, in a form that can be cloned. */
export type SentError = SentException | { readonly value: unknown };

interface SentException {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string | number;
  readonly cause?: SentError;
}

/** Makes what was thrown cloneable: of an error its name, message, stack, code and cause, of what can't be cloned a description. */
export function packError(thrown: unknown, above: readonly unknown[] = []): SentError {
  if (!(thrown instanceof Error)) {
    return { value: cloneOrDescribe(thrown) };
  }
  const { code, cause } = readOwn(thrown);
  return {
    name: readText(thrown, 'name') ?? 'Error',
    message: readText(thrown, 'message') ?? '',
    stack: readText(thrown, 'stack'),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    // A chain of causes can be a circle.
    ...(cause !== undefined && !above.includes(cause) && { cause: packError(cause, [...above, thrown]) }),
  };
}

/** Makes an error of what `packError` made; it is a TypeError, for example, where the first one was. */
export function unpackError(sent: SentError): unknown {
  if ('value' in sent) {
    return sent.value;
  }
  const { name, message, stack, code, cause } = sent;
  const ErrorOfThatName = errorClass(name);
  const error = new ErrorOfThatName(message, cause && { cause: unpackError(cause) });
  // As in errors that are not sent, these are not enumerable, but a code is.
  Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return code === undefined ? error : Object.assign(error, { code });
}

function cloneOrDescribe(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return describeValue(value);
  }
}

function readOwn(error: Error): { readonly code?: unknown; readonly cause?: unknown } {
  try {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    return { code, cause };
  } catch {
    return {};
  }
}
