import type { Exception } from '@opentelemetry/api';
import { describeValue, readText } from '../../workflow/describe-value.ts';

/** What the semantic conventions say where nothing better is known. */
const OTHER = '_OTHER';

/** What kind of error a value is that was thrown, in a word: its `code`, where that is a text, or its `name`. */
export function errorTypeOf(error: unknown): string {
  return textOf(error, 'code') || textOf(error, 'name') || OTHER;
}

/** A value that was thrown, as `recordException` takes it: a copy, since an error can have getters that throw. */
export function exceptionOf(error: unknown): Exception {
  return {
    // The SDK would prefer the code; so the type of the exception is that of the span.
    name: errorTypeOf(error),
    message: textOf(error, 'message') ?? describeValue(error),
    stack: textOf(error, 'stack') ?? '',
  };
}

const textOf = (value: unknown, key: string): string | undefined =>
  typeof value === 'object' && value !== null ? readText(value, key) : undefined;
