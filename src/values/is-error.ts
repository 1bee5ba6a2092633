const TAGS: ReadonlySet<string> = new Set(['[object Error]', '[object DOMException]']);

/** `Error.isError`, where the runtime has it. */
const { isError: isNativeError } = Error as { isError?: (value: unknown) => boolean };

/** Whether a value is an error of any realm, or a proxy of one. It never throws: a revoked proxy is not an error. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  try {
    return value instanceof Error || isNativeError?.(value) === true || TAGS.has(Object.prototype.toString.call(value));
  } catch {
    return false;
  }
}
