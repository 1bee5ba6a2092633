import type { MessagePort } from 'node:worker_threads';
import * as v from 'valibot';
import type { SentDetails } from '../sent-details.ts';

/** The data a thread starts with. */
export interface ThreadData {
  /** The URL of the thread's program. */
  readonly program: string;
  /** The URL of tsx, if it is installed; used to load TypeScript where Node.js can't. */
  readonly tsx: string | undefined;
  /** The port for calls and answers. Unlike `parentPort`, it can't be reached by the functions that are called. */
  readonly port: MessagePort;
  /** Shared memory, which even a busy thread and its owner can read: see `Slot`. */
  readonly slots: Int32Array;
}

/** What the numbers in the shared memory mean. Each is the number of a call, or 0. */
export const Slot = {
  /** The call whose result is wanted. */
  wanted: 0,
  /** The call that waits to be started. The thread takes it out when it starts the call, the owner when it withdraws it. */
  offered: 1,
} as const;

/** Takes an offered call out; only one of thread and owner can. */
export const takeOut = (slots: Int32Array, call: number): boolean =>
  Atomics.compareExchange(slots, Slot.offered, call, 0) === call;

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
  /** Errors are texts from `packThrown`. */
  readonly details: SentDetails<object | undefined>;
}

/** A message to a thread. Calls are numbered from 1 in each thread. */
export type Request =
  | { readonly type: 'call'; readonly call: number; readonly work: Work }
  | { readonly type: 'abort'; readonly call: number; readonly reason: string };

const ended = <const Type extends string, Rest extends v.ObjectEntries>(type: Type, rest: Rest) =>
  v.object({ type: v.literal(type), call: v.number(), ...rest });

/** How a call ended. Errors are texts from `packThrown`. */
export const answerSchema = v.variant('type', [
  ended('returned', { value: v.optional(v.unknown()) }),
  ended('threw', { error: v.string() }),
  ended('notLoaded', { why: v.string(), error: v.optional(v.string()) }),
  ended('notCloneable', { path: v.string(), got: v.string(), error: v.string() }),
]);

export type Answer = v.InferOutput<typeof answerSchema>;
