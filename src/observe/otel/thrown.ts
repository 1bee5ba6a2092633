import type { Exception } from '@opentelemetry/api';
import { describeValue, readText } from '../../values/describe-value.ts';

/** The value the semantic conventions define for unknown error types. */
const OTHER = '_OTHER';

/** The error type of a thrown value: its `code` if that is a string, or its `name`. */
export function errorTypeOf(error: unknown): string {
  return textOf(error, 'code') || textOf(error, 'name') || OTHER;
}

/** A thrown value in the form `recordException` takes: a copy, since errors can have getters that throw. */
export function exceptionOf(error: unknown): Exception {
  return {
    // The SDK would use the code as the type, so the exception and the span have the same type.
    name: errorTypeOf(error),
    message: textOf(error, 'message') ?? describeValue(error),
    stack: textOf(error, 'stack') ?? '',
  };
}

const textOf = (value: unknown, key: string): string | undefined =>
  typeof value === 'object' && value !== null ? readText(value, key) : undefined;
