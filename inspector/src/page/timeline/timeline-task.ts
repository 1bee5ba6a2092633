/** A time in which a task did one thing, in milliseconds since 1970. */
export interface Span {
  /** A task that waits is ready, and waits for a slot. */
  readonly kind: 'waiting' | 'running' | 'backingOff';
  readonly from: number;
  /** Undefined while it goes on. */
  readonly to: number | undefined;
  /** The number of the attempt; while it does not run, of the one before. */
  readonly attempt: number;
  /** How an attempt ended. */
  readonly outcome?: 'completed' | 'failed' | 'timedOut' | 'cancelled';
}

export interface TimelineTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  readonly state: string;
  /** In the order of time. */
  readonly spans: readonly Span[];
}
