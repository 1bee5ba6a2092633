/** Throws, as an expression. */
export function raise(error: unknown): never {
  throw error;
}
