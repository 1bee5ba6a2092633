/**
 * Makes the clock and the disk of this process unreliable, as the scene demands. Import it before everything else, since others may keep a
 * reference to `Date` or `Date.now`.
 */
import Database from 'libsql';
import { monotonic } from './log.ts';

export interface Conditions {
  /** How far the clock is ahead, in milliseconds. */
  readonly clock: number;
  /** How long the disk takes to commit, in milliseconds. */
  readonly commit: number;
  /** Whether the disk is full. */
  readonly isFull: boolean;
}

let { clock, commit, isFull } = JSON.parse(
  process.env.CHAOS_CONDITIONS ?? '{"clock":0,"commit":0,"isFull":false}',
) as Conditions;
let committing = 0;
let calling = 0;

/** How long this thread has been in commits so far, and in other calls of the database, in milliseconds. */
export const timesInDatabase = (): { readonly committing: number; readonly calling: number } => ({ committing, calling });

process.on('message', (message: { conditions?: Conditions }) => {
  if (message.conditions !== undefined) {
    ({ clock, commit, isFull } = message.conditions);
  }
});

const SystemDate = Date;
globalThis.Date = class extends SystemDate {
  constructor(...values: readonly unknown[]) {
    super(...((values.length === 0 ? [SystemDate.now() + clock] : values) as []));
  }

  static override now(): number {
    return SystemDate.now() + clock;
  }
} as DateConstructor;

/** Calls the database, and takes the time. Commits are as slow as the disk. */
function timed<Result>(isCommit: boolean, work: () => Result): Result {
  const from = monotonic();
  try {
    if (isCommit && isFull) {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    }
    if (isCommit && commit > 0) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commit);
    }
    return work();
  } finally {
    const time = monotonic() - from;
    committing += isCommit ? time : 0;
    calling += isCommit ? 0 : time;
  }
}

const isCommit = (sql: string): boolean => /^\s*COMMIT/i.test(sql);

const { exec, prepare } = Database.prototype;
const commits = new WeakSet<object>();
Database.prototype.exec = function (this: Database.Database, sql: string) {
  return timed(isCommit(sql), () => exec.call(this, sql));
};
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = timed(false, () => prepare.call(this, sql));
  if (isCommit(sql)) {
    commits.add(statement);
  }
  return statement;
} as typeof prepare;

const statements = Object.getPrototypeOf(prepare.call(new Database(':memory:'), 'SELECT 1'));
for (const method of ['run', 'get', 'all']) {
  const call = statements[method];
  statements[method] = function (this: object, ...values: unknown[]) {
    return timed(commits.has(this), () => Reflect.apply(call, this, values));
  };
}
