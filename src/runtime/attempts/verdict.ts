/** What a task's own `retryIf` and `backoff` decided about an error. Undefined is what the job's options, or the defaults, decide. */
export interface Verdict {
  readonly retry?: boolean | undefined;
  /** In milliseconds. */
  readonly delay?: number | undefined;
  /** The function that failed to decide, and why. */
  readonly failure?: { readonly option: 'retryIf' | 'backoff'; readonly cause: unknown } | undefined;
}

const verdicts = new WeakMap<object, Verdict>();

/** Attaches a verdict that was reached where the error was thrown: an executor's copy of the error can lack what it depends on. */
export function attachVerdict(error: unknown, verdict: Verdict): void {
  if (typeof error === 'object' && error !== null) {
    verdicts.set(error, verdict);
  }
}

export const verdictOn = (error: unknown): Verdict => verdicts.get(error as object) ?? {};
