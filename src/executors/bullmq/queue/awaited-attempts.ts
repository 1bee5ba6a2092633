import { raise } from '../../../values/raise.ts';
import type { AttemptMessage } from '../attempt-message.ts';
import { queueFailure } from './queue-failure.ts';

/** An attempt that a job requests. */
export interface Asked {
  readonly id: string;
  readonly message: AttemptMessage;
  readonly signal: AbortSignal;
  /** Resolves once this process is known to have the job, or the signal has aborted. */
  readonly confirm: () => Promise<void>;
}

/** An attempt whose result somebody waits for. */
export class Awaited implements Asked {
  readonly id: string;
  readonly message: AttemptMessage;
  readonly signal: AbortSignal;
  readonly confirm: () => Promise<void>;
  /** Settles the promise of the caller; only the first call counts. */
  readonly settle: (give: () => unknown) => void;
  isQueued = false;
  /** Resolves once it is queued, or can't be. */
  added: Promise<void> | undefined;
  /** For how many beats Redis has been silent. */
  silentBeats = 0;

  constructor({ id, message, signal, confirm }: Asked, settle: (give: () => unknown) => void) {
    this.id = id;
    this.message = message;
    this.signal = signal;
    this.confirm = confirm;
    this.settle = settle;
  }

  /** Redis refused a command. */
  fail(error: unknown): void {
    const why = this.isQueued ? "its outcome can't be read" : 'it could not be queued';
    this.settle(() => raise(queueFailure(this.message, why, error)));
  }
}

/** The attempts whose results an executor waits for, by id. Several callers can wait for the same one. */
export class AwaitedAttempts {
  readonly #byId = new Map<string, readonly Awaited[]>();

  get isEmpty(): boolean {
    return this.#byId.size === 0;
  }

  get queuedIds(): string[] {
    return [...new Set(this.all.filter(({ isQueued }) => isQueued).map(({ id }) => id))];
  }

  get all(): Awaited[] {
    return [...this.#byId.values()].flat();
  }

  add(awaited: Awaited): void {
    const others = this.#byId.get(awaited.id);
    this.#byId.set(awaited.id, others === undefined ? [awaited] : [...others, awaited]);
  }

  delete(awaited: Awaited): void {
    const others = this.#byId.get(awaited.id)?.filter((other) => other !== awaited) ?? [];
    if (others.length === 0) {
      this.#byId.delete(awaited.id);
    } else {
      this.#byId.set(awaited.id, others);
    }
  }

  has(awaited: Awaited): boolean {
    return this.#byId.get(awaited.id)?.includes(awaited) === true;
  }

  /** Everyone who waits for an attempt. */
  allOf(id: string): readonly Awaited[] {
    return this.#byId.get(id) ?? [];
  }

  /** One of those who wait for an attempt. */
  oneOf(id: string): Awaited | undefined {
    return this.#byId.get(id)?.[0];
  }

  /** Whether somebody else waits for the same attempt. */
  isWantedByOthers(asked: Asked): boolean {
    return this.#byId.get(asked.id)?.some((other) => other !== asked) === true;
  }

  settle(id: string, give: (awaited: Awaited) => unknown): void {
    for (const awaited of this.allOf(id)) {
      awaited.settle(() => give(awaited));
    }
  }
}
