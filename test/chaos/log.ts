import { openSync, readFileSync, writeSync } from 'node:fs';

/** What a process saw, one line each. `by` names the process, `t` is the time on the clock that all processes of a machine share, in milliseconds. */
export type Line = Stamp &
  (
    | {
        readonly type: 'called';
        readonly job: string;
        readonly task: string;
        readonly attempt: number;
        readonly key: string;
        readonly context: object;
      }
    /** The event `task.completed`: from here on, the outcome is saved. */
    | { readonly type: 'completed'; readonly job: string; readonly task: string; readonly attempt: number }
    /** The event `job.running` of a new job: from here on, the job is saved. */
    | { readonly type: 'accepted'; readonly job: string }
    | { readonly type: 'ended'; readonly job: string; readonly state: string; readonly context: object | undefined }
    | { readonly type: 'detached'; readonly job: string; readonly code: string; readonly message: string }
    | { readonly type: 'blocked'; readonly ms: number }
    /** What a store, queue or listener reported. */
    | { readonly type: 'problem'; readonly message: string }
    | { readonly type: 'fault'; readonly fault: string }
    /** A process exited although nobody killed it. */
    | { readonly type: 'crashed'; readonly how: string }
  );

interface Stamp {
  readonly by: string;
  readonly t: number;
}

type Unstamped<L> = L extends Stamp ? Omit<L, keyof Stamp> : never;
export type Note = Unstamped<Line>;

/** Milliseconds on a clock that no fault changes. */
export const monotonic = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

/** Appends lines to the log that all processes share. The kernel appends each line as a whole, so their order is the order of events. */
export class Log {
  readonly #file: number;
  readonly #by: string;
  #spent = 0;

  constructor(path: string, by: string) {
    this.#file = openSync(path, 'a');
    this.#by = by;
  }

  /** How long writing has taken so far, in milliseconds. */
  get spent(): number {
    return this.#spent;
  }

  note(note: Note): void {
    const t = monotonic();
    writeSync(this.#file, `${JSON.stringify({ ...note, by: this.#by, t: Math.round(t) })}\n`);
    this.#spent += monotonic() - t;
  }
}

export function readLog(path: string): Line[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
