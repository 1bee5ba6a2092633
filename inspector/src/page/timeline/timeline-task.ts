/** A period during which a task did one thing; times are in milliseconds since 1970-01-01 UTC. */
export interface Span {
  /** A waiting task is ready, and waiting for a slot. */
  readonly kind: 'waiting' | 'running' | 'backingOff';
  readonly from: number;
  /** Undefined while it lasts. */
  readonly to: number | undefined;
  /** The number of the attempt or, between attempts, of the previous one. */
  readonly attempt: number;
  /** How an attempt ended. */
  readonly outcome?: 'completed' | 'failed' | 'timedOut' | 'cancelled';
  /** Whether the task is being undone. */
  readonly isUndo?: boolean;
}

export interface TimelineTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Its state in words. */
  readonly state: string;
  /** Whether it runs after everything else. */
  readonly isFinally?: boolean;
  /** In chronological order. */
  readonly spans: readonly Span[];
}
