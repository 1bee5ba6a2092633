/** The base of all errors of this library. */
export abstract class TintypeError extends Error {
  /** Names the kind of the error; it does not change between versions, as messages may. */
  abstract readonly code: string;

  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, so that a printed error does not repeat it; not the name of the class, which a minifier changes.
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true });
  }
}
