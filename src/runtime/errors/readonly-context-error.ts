/** A task tried to change the context. Like an assignment to a frozen object, this throws a TypeError, not a TintypeError. */
export class ReadonlyContextError extends TypeError {
  readonly code = 'READONLY_CONTEXT';

  constructor(change: string) {
    super(`The context is read-only: ${change}; return values from the task instead`);
  }
}
