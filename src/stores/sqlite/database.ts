import { resolve } from 'node:path';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { describeValue } from '../../values/describe-value.ts';

export interface Statement {
  run(...values: readonly unknown[]): { readonly changes: number };
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
  safeIntegers(toggle: boolean): unknown;
}

/** The part of a `libsql` or `better-sqlite3` database that the store uses. */
export interface Database {
  readonly open: boolean;
  readonly inTransaction: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): unknown;
  close(): unknown;
}

const LIBRARIES = ['libsql', 'better-sqlite3'] as const;

/**
 * Bundlers can't include a native library, so it's looked up at run time.
 * @throws {JobStoreError} `STORE_FAILED`
 */
export function loadLibrary(): new (file: string) => Database {
  // Not imported, because webpack resolves calls of an imported `createRequire` at build time.
  const { createRequire } = process.getBuiltinModule('node:module');
  for (const place of placesToLook()) {
    for (const library of LIBRARIES) {
      const require = createRequire(place);
      if (isInstalled(require, library)) {
        try {
          return require(library);
        } catch (cause) {
          throw new JobStoreError('STORE_FAILED', `Can't load \`${library}\`: ${describeValue(cause)}`, { cause });
        }
      }
    }
  }
  const inBundle = 'if you bundle your app, mark it as external and install it where the bundle runs';
  throw new JobStoreError('STORE_FAILED', `No SQLite library found: install \`libsql\` or \`better-sqlite3\`; ${inBundle}`);
}

/** An installed library can lack a part of it, such as the binary for this machine, so that isn't looked for here. */
function isInstalled(require: NodeJS.Require, library: string): boolean {
  try {
    require.resolve(library);
    return true;
  } catch {
    return false;
  }
}

/**
 * This file, the main script and the current folder. In a bundle the first one is missing (CommonJS has no `import.meta.url`) or useless (webpack
 * sets it to a path on the build machine).
 */
function placesToLook(): readonly string[] {
  const { argv, cwd } = process;
  return [import.meta.url, argv[1] ? resolve(argv[1]) : undefined, resolve(cwd(), 'index.js')].filter(
    (place) => place !== undefined,
  );
}
