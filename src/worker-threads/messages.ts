import type { SentError } from './sent-error.ts';

/** The data a thread starts with. */
export interface ThreadData {
  /** The URL of the thread's program. */
  readonly program: string;
  /** The URL of tsx, if it is installed; used to load TypeScript where Node.js can't. */
  readonly tsx: string | undefined;
  /** The number of the call whose result is wanted, or 0; even a busy thread sees it change. */
  readonly wanted: Int32Array;
}

/** A function call to make in a thread. */
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

/** A message to a thread. Calls are numbered from 1 in each thread. */
export type Request =
  | { readonly type: 'call'; readonly call: number; readonly work: Work }
  | { readonly type: 'abort'; readonly call: number; readonly reason: SentError };

/** How a call ended. */
export type Answer = { readonly call: number } & (
  | { readonly type: 'returned'; readonly value: unknown }
  | { readonly type: 'threw'; readonly error: SentError }
  | { readonly type: 'notLoaded'; readonly why: string; readonly error?: SentError }
  | { readonly type: 'notCloneable'; readonly path: string; readonly got: string; readonly error: SentError }
);
