import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { type Database, storeError } from './database.ts';

interface Work {
  readonly perform: () => unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Performs all the work requested in one tick in a single transaction, in order. */
export class GroupCommit {
  readonly #database: Database;
  #works: Work[] = [];

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * @param perform must change nothing if it throws a JobStoreError, which rejects the promise. Any other error rolls the
   * transaction back, and the rest of the work is done again without it.
   */
  do<T>(perform: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#works.push({ perform, resolve, reject });
      if (this.#works.length === 1) {
        setImmediate(() => this.flush());
      }
    });
  }

  flush(): void {
    let works = this.#works;
    this.#works = [];
    while (works.length > 0) {
      works = this.#commit(works);
    }
  }

  /** Returns the work to do again. */
  #commit(works: readonly Work[]): Work[] {
    const answers: (() => void)[] = [];
    let current: Work | undefined;
    let hasBegun = false;
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      hasBegun = true;
      for (current of works) {
        answers.push(answerOf(current));
      }
      current = undefined;
      this.#database.exec('COMMIT');
    } catch (cause) {
      // In a shared database, a transaction of the application is not ours to roll back.
      if (hasBegun) {
        this.#rollBack();
      }
      const error = storeError('The store failed', cause);
      const failed = current === undefined ? works : [current];
      for (const { reject } of failed) {
        reject(error);
      }
      return works.filter((work) => !failed.includes(work));
    }
    for (const answer of answers) {
      answer();
    }
    return [];
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite already rolled back by itself, or there was no transaction.
    }
  }
}

function answerOf({ perform, resolve, reject }: Work): () => void {
  try {
    const value = perform();
    return () => resolve(value as never);
  } catch (error) {
    if (error instanceof JobStoreError) {
      return () => reject(error);
    }
    throw error;
  }
}
