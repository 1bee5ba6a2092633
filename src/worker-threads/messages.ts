import type { SentError } from './sent-error.ts';

/** What a thread is started with. */
export interface ThreadData {
  /** The URL of the program of the thread. */
  readonly program: string;
  /** The URL of what reads TypeScript where Node.js does not, if it is installed. */
  readonly tsx: string | undefined;
  /** The number of the call whose result is wanted, or 0; also a thread that is busy sees it change. */
  readonly wanted: Int32Array;
}

/** What a thread calls, and with what. */
export interface Work {
  /** The id of the job. */
  readonly job: string;
  readonly task: string;
  readonly attempt: number;
  /** The URL of a file. */
  readonly module: string;
  /** The name of an export that is a function. */
  readonly export: string;
  readonly input: unknown;
}

/** What a thread is told. Calls have numbers, which begin with 1 in each thread. */
export type Request =
  | { readonly type: 'call'; readonly call: number; readonly work: Work }
  | { readonly type: 'abort'; readonly call: number; readonly reason: SentError };

/** How a call has ended. */
export type Answer = { readonly call: number } & (
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'threw'; readonly error: SentError }
  | { readonly type: 'notLoaded'; readonly why: string; readonly error?: SentError }
  | { readonly type: 'notCloneable'; readonly path: string; readonly got: string; readonly error: SentError }
);
