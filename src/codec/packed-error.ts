import * as v from 'valibot';
import { errorClass } from '../workflow/error-class.ts';

const packedSchema = v.object({
  name: v.string(),
  message: v.string(),
  stack: v.optional(v.string()),
  code: v.optional(v.union([v.string(), v.number()])),
  cause: v.optional(v.unknown()),
  errors: v.optional(v.array(v.unknown())),
});

/** The stored parts of an error. */
export type PackedError = v.InferOutput<typeof packedSchema>;

export function packError(error: Error): PackedError {
  const { name, message, stack, code, cause, errors } = error as Error & { code?: unknown; errors?: unknown };
  return {
    name: String(name),
    message: String(message),
    ...(typeof stack === 'string' && { stack }),
    ...(isCode(code) && { code }),
    ...(cause !== undefined && { cause }),
    ...(Array.isArray(errors) && { errors }),
  };
}

const isCode = (code: unknown): code is string | number => typeof code === 'string' || Number.isFinite(code);

/** Restores an error; classes that are not built in keep only their name. */
export function unpackError(packed: unknown): Error {
  const { name, message, stack, code, cause, errors } = v.parse(packedSchema, packed);
  const ErrorOfThatName = errorClass(name);
  const error = errors === undefined ? new ErrorOfThatName(message) : new AggregateError(errors, message);
  const define = (key: string, value: unknown) =>
    Object.defineProperty(error, key, { value, configurable: true, writable: true });
  if (error.name !== name) {
    define('name', name);
  }
  define('stack', stack ?? `${name}: ${message}`);
  if (code !== undefined) {
    define('code', code);
  }
  if (cause !== undefined) {
    define('cause', cause);
  }
  return error;
}
