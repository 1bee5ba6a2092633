import { setImmediate, setTimeout } from 'node:timers';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { afterPause, isFake } from '../../time/event-loop.ts';
import type { Connection } from './connection.ts';
import { isBusy, storeError } from './sqlite-error.ts';
import type { Tables } from './tables.ts';

/** How long one transaction takes at most, besides the last piece of work and the disk, in milliseconds. */
export const TRANSACTION = 10;

/** The longest pause between two tries to begin a transaction, in milliseconds. */
const PAUSE = 10;

/** Fake timers that were installed before this file was loaded would keep work waiting. */
const afterTurn: (turn: () => void) => void = isFake(setImmediate) ? afterPause : setImmediate;

interface Work {
  readonly kind: 'read' | 'write' | 'renewal';
  readonly perform: (tables: Tables) => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly since: number;
}

/**
 * Performs the work requested in one tick in one transaction, or a few if it takes long, in order. Reads have transactions of their own,
 * which don't wait for other connections to finish writing.
 */
export class GroupCommit {
  readonly #connection: Connection;
  readonly #busyTimeout: number;
  #works: Work[] = [];
  #isScheduled = false;
  /** Since when the database has been busy without a break. */
  #busySince = Infinity;
  readonly #onIdle: (() => void)[] = [];

  constructor(connection: Connection, busyTimeout: number) {
    this.#connection = connection;
    this.#busyTimeout = busyTimeout;
  }

  /**
   * @param perform must change nothing if it throws a JobStoreError, which rejects the promise. Any other error rolls the
   * transaction back, and the rest of the work is done again without it.
   */
  do<T>(perform: (tables: Tables) => T): Promise<T> {
    return this.#add('write', perform);
  }

  /** Does work that only reads. It sees the writes requested before it. */
  read<T>(perform: (tables: Tables) => T): Promise<T> {
    return this.#add('read', perform);
  }

  /** Does work ahead of everything that waits: a lease must not expire behind the entries of its own job. */
  renew<T>(perform: (tables: Tables) => T): Promise<T> {
    return this.#add('renewal', perform);
  }

  #add<T>(kind: Work['kind'], perform: (tables: Tables) => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const work = { kind, perform, resolve, reject, since: performance.now() };
      kind === 'renewal' ? this.#works.unshift(work) : this.#works.push(work);
      this.#schedule(0);
    });
  }

  /** Resolves once no work is left. */
  get idle(): Promise<void> {
    return this.#works.length === 0 ? Promise.resolve() : new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** Does the work that is left at once, or rejects it if the database is busy. */
  flush(): void {
    while (this.#works.length > 0) {
      const busy = this.#commit();
      if (busy !== undefined) {
        this.#reject(
          this.#works,
          new JobStoreError('STORE_FAILED', 'The store was closed while its database was busy', { cause: busy }),
        );
      }
    }
  }

  #schedule(pause: number): void {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      const turn = () => this.#turn();
      pause === 0 ? afterTurn(turn) : setTimeout(turn, pause);
    }
  }

  #turn(): void {
    this.#isScheduled = false;
    const isRead = this.#works[0]?.kind === 'read';
    const busy = this.#works.length > 0 ? this.#commit() : undefined;
    if (busy !== undefined) {
      this.#wait(isRead, busy);
    } else if (!isRead || this.#works.length === 0) {
      this.#busySince = Infinity;
    }
    if (this.#works.length > 0) {
      // Processes that wait at random take turns.
      this.#schedule(busy === undefined ? 0 : 1 + Math.random() * PAUSE);
    } else {
      for (const call of this.#onIdle.splice(0)) {
        call();
      }
    }
  }

  /** Rejects work that has waited too long. Reads go ahead of renewals, and once the writes requested before them have failed. */
  #wait(isRead: boolean, busy: unknown): void {
    const now = performance.now();
    // Before that, work only waited for other work of this process.
    this.#busySince = Math.min(this.#busySince, now);
    const isLate = ({ since }: Work) => Math.max(since, this.#busySince) <= now - this.#busyTimeout;
    const firstWrite = this.#works.findIndex(({ kind }) => kind === 'write');
    const reads = this.#works.filter(
      (work, index) => !isRead && work.kind === 'read' && (firstWrite === -1 || index < firstWrite || isLate(work)),
    );
    this.#works = [...new Set([...reads, ...this.#works])];
    const what = `${this.#connection.name} was busy for ${this.#busyTimeout} ms (\`busyTimeout\`)`;
    this.#reject(
      this.#works.slice(reads.length).filter(isLate),
      storeError(what, busy instanceof JobStoreError ? busy.cause : busy),
    );
  }

  /** Returns an error if the database is busy. */
  #commit(): unknown {
    const answers: (() => void)[] = [];
    let current: Work | undefined;
    let hasBegun = false;
    const isRead = this.#works[0]?.kind === 'read';
    try {
      const tables = this.#connection.begin(isRead);
      hasBegun = true;
      const end = performance.now() + TRANSACTION;
      for (current of this.#works) {
        if ((current.kind === 'read') !== isRead) {
          break;
        }
        answers.push(answerOf(current, tables));
        if (performance.now() > end) {
          break;
        }
      }
      current = undefined;
      this.#connection.commit();
    } catch (cause) {
      if (hasBegun) {
        this.#connection.rollBack();
      }
      if (isBusy(cause)) {
        return cause;
      }
      const failed = hasBegun ? this.#works.slice(0, answers.length) : this.#works;
      this.#reject(current === undefined ? failed : [current], storeError('The store failed', cause));
      return undefined;
    }
    this.#works.splice(0, answers.length);
    for (const answer of answers) {
      answer();
    }
    return undefined;
  }

  #reject(works: readonly Work[], error: JobStoreError): void {
    const rejected = new Set(works);
    this.#works = this.#works.filter((work) => !rejected.has(work));
    for (const { reject } of rejected) {
      reject(error);
    }
  }
}

function answerOf({ perform, resolve, reject }: Work, tables: Tables): () => void {
  try {
    const value = perform(tables);
    return () => resolve(value as never);
  } catch (error) {
    if (error instanceof JobStoreError) {
      return () => reject(error);
    }
    throw error;
  }
}
