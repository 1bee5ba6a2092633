/** A period in the life of a task. */
export interface AttemptSpan {
  readonly kind: 'waiting' | 'running' | 'backingOff';
  readonly from: number;
  to: number | undefined;
  readonly attempt: number;
  outcome?: 'completed' | 'failed' | 'timedOut' | 'cancelled';
  error?: unknown;
}

/** A state that a task entered. */
export interface TaskStep {
  readonly state: string;
  readonly at: number;
  /** The number of attempts started so far. */
  readonly attempt: number;
  /** The data of the event that caused it. */
  readonly cause: unknown;
}

/** Ends the open span of a task, and starts the one for its new state. */
export function addStep(spans: AttemptSpan[], { state, at, attempt, cause }: TaskStep): void {
  const last = spans.at(-1);
  if (last !== undefined && last.to === undefined) {
    end(last, state, at, (cause ?? {}) as Cause);
  }
  switch (state) {
    case 'ready':
      spans.push({ kind: 'waiting', from: at, to: undefined, attempt: attempt + 1 });
      break;
    case 'running':
      spans.push({ kind: 'running', from: at, to: undefined, attempt });
      break;
    case 'backingOff':
      spans.push({ kind: 'backingOff', from: at, to: undefined, attempt });
  }
}

interface Cause {
  readonly type?: string;
  readonly reason?: string;
  readonly error?: unknown;
}

function end(span: AttemptSpan, state: string, at: number, { type, reason, error }: Cause): void {
  span.to = at;
  if (type === 'attempt.failed') {
    span.outcome = reason === 'timedOut' ? 'timedOut' : 'failed';
    span.error = error;
  } else if (state === 'completed' || state === 'cancelled') {
    span.outcome = state;
  }
}

/** The spans during which a task was running. */
export const attemptsOf = (spans: readonly AttemptSpan[]): AttemptSpan[] => spans.filter(({ kind }) => kind === 'running');
