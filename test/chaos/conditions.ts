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

/** How long the disk has held commits so far, in milliseconds. */
export const timeInCommits = (): number => committing;

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

/** Commits as slowly as the disk allows. */
function slowly<Result>(work: () => Result): Result {
  const from = monotonic();
  try {
    if (isFull) {
      throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    }
    if (commit > 0) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, commit);
    }
    return work();
  } finally {
    committing += monotonic() - from;
  }
}

const isCommit = (sql: string): boolean => /^\s*COMMIT/i.test(sql);

const { exec, prepare } = Database.prototype;
Database.prototype.exec = function (this: Database.Database, sql: string) {
  return isCommit(sql) ? slowly(() => exec.call(this, sql)) : exec.call(this, sql);
};
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  const statement = prepare.call(this, sql);
  if (isCommit(sql)) {
    const { run } = statement;
    statement.run = (...values: unknown[]) => slowly(() => Reflect.apply(run, statement, values));
  }
  return statement;
} as typeof prepare;
