import { describeValue, readText } from '../workflow/describe-value.ts';
import { errorClass } from '../workflow/error-class.ts';

/** A thrown value in a cloneable form. */
export type SentError = SentException | { readonly value: unknown };

interface SentException {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code?: string | number;
  readonly cause?: SentError;
}

/**
 * Makes a thrown value cloneable: keeps the name, message, stack, code and cause of an error, and describes uncloneable values.
 */
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
    // A chain of causes can be circular.
    ...(cause !== undefined && !above.includes(cause) && { cause: packError(cause, [...above, thrown]) }),
  };
}

/** Restores the error from `packError`, with its built-in class, such as TypeError. */
export function unpackError(sent: SentError): unknown {
  if ('value' in sent) {
    return sent.value;
  }
  const { name, message, stack, code, cause } = sent;
  const ErrorOfThatName = errorClass(name);
  const error = new ErrorOfThatName(message, cause && { cause: unpackError(cause) });
  // As in errors that were never sent, these are not enumerable, but a code is.
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
