/** A task tried to change the context. Like an assignment to a frozen object, it throws a TypeError, and so no TintypeError. */
export class ReadonlyContextError extends TypeError {
  readonly code = 'READONLY_CONTEXT';

  constructor(change: string) {
    super(`The context is read-only: ${change}; return values from the task instead`);
  }
}
