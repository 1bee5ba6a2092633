/** Throws, where an expression is wanted. */
export function raise(error: unknown): never {
  throw error;
}
