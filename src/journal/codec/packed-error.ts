import * as v from 'valibot';
import { errorClass } from '../../values/error-class.ts';

const packedSchema = v.object({
  name: v.string(),
  message: v.string(),
  stack: v.optional(v.string()),
  code: v.optional(v.union([v.string(), v.number()])),
  cause: v.optional(v.unknown()),
  errors: v.optional(v.array(v.unknown())),
  /** The other own properties. */
  properties: v.optional(v.custom<Readonly<Record<string, unknown>>>((value) => typeof value === 'object' && value !== null)),
  isDOMException: v.optional(v.boolean()),
});

type Parts = v.InferOutput<typeof packedSchema>;

/** An error in parts that can be stored. */
export class PackedError {
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }
}

/** Restores an error with its built-in class; errors of other classes keep their name. */
export function unpackError(packed: unknown): Error {
  const { stack, code, properties = {}, ...parts } = v.parse(packedSchema, packed);
  const { name, message, cause } = parts;
  const error = create(parts);
  const define = (key: string, value: unknown, enumerable = false) =>
    Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable });
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
  for (const [key, value] of Object.entries(properties)) {
    define(key, value, true);
  }
  return error;
}

function create({ name, message, errors, isDOMException }: Parts): Error {
  if (isDOMException === true && typeof DOMException === 'function') {
    return new DOMException(message, name);
  }
  const ErrorOfThatName = errorClass(name);
  return errors === undefined ? new ErrorOfThatName(message) : new AggregateError(errors, message);
}
