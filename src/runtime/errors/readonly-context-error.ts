/** A task tried to change the context. It is a TypeError, as for a frozen object, and so not a TintypeError. */
export class ReadonlyContextError extends TypeError {
  readonly code = 'READONLY_CONTEXT';

  constructor(change: string) {
    super(`The context is read-only: ${change}; a task gives values to others by returning them`);
  }
}
