/** Limits on a search. */
export interface Limits {
  /**
   * The maximum number of states.
   * @default 1000000
   */
  readonly states?: number | undefined;
  /** The maximum number of steps from the start. No limit by default. */
  readonly depth?: number | undefined;
  /** The maximum duration in milliseconds. No limit by default. */
  readonly ms?: number | undefined;
}
