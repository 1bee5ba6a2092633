/** The base class of all errors of this library. */
export abstract class TintypeError extends Error {
  /** Identifies the kind of error. Codes are stable between versions; messages are not. */
  abstract readonly code: string;

  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, so that a printed error does not repeat it; not the name of the class, which a minifier changes.
    Object.defineProperty(this, 'name', { value: name, configurable: true, writable: true });
  }
}
