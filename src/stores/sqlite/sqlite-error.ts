import { accessSync, constants, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { describeValue } from '../../values/describe-value.ts';

const DAMAGED = /^SQLITE_(CORRUPT|NOTADB)/;
const BUSY = /^SQLITE_(BUSY|LOCKED|PROTOCOL)/;
const TRANSIENT = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|NOMEM|INTERRUPT)/;
const MOVED = /^SQLITE_READONLY_DBMOVED/;

const codeOf = (error: unknown): string => String((error as { code?: unknown } | undefined)?.code);

/** Whether part of the database is damaged. */
export const isDamaged = (error: unknown): boolean => DAMAGED.test(codeOf(error));

/** Whether another connection holds the database. */
export const isBusy = (error: unknown): boolean =>
  error instanceof JobStoreError ? isBusy(error.cause) : BUSY.test(codeOf(error));

/** Turns an error of the database into one of the store. */
export function storeError(what: string, cause: unknown): JobStoreError {
  if (cause instanceof JobStoreError) {
    return cause;
  }
  const isTransient = isBusy(cause) || (TRANSIENT.test(codeOf(cause)) && !MOVED.test(codeOf(cause)));
  return new JobStoreError(isDamaged(cause) ? 'STORE_UNREADABLE' : 'STORE_FAILED', `${what}: ${describeValue(cause)}`, {
    cause,
    isTransient,
  });
}

/** SQLite itself reports only that it can't open a file. */
export function openError(file: string, cause: unknown): JobStoreError {
  if (!codeOf(cause).startsWith('SQLITE_CANTOPEN')) {
    return storeError(`Can't use the file ${JSON.stringify(file)}`, cause);
  }
  const reason = whyNotOpened(file) ?? cause;
  return new JobStoreError('STORE_FAILED', `Can't open the file ${JSON.stringify(file)}: ${describeValue(reason)}`, {
    cause: reason,
  });
}

function whyNotOpened(file: string): unknown {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found?.isDirectory()) {
      return new Error('it is a folder');
    }
    accessSync(found === undefined ? `${dirname(file)}/` : file, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return error;
  }
}
