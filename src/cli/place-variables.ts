import { readFileSync } from 'node:fs';
import { describeValue } from '../values/describe-value.ts';
import { UsageError } from './usage-error.ts';

/** The environment variables for places, which can have a password in them: anyone on the machine can read a command line. */
export const PLACE_VARIABLES = { store: 'TINTYPE_STORE', redis: 'TINTYPE_REDIS' } as const;

/**
 * Reads the places whose variable ends in `_FILE`, which names a file with the place in it, as container platforms mount secrets.
 * @throws {UsageError} if a file can't be read
 */
export function readPlaceFiles(env: NodeJS.ProcessEnv = process.env): void {
  for (const variable of Object.values(PLACE_VARIABLES)) {
    const file = env[`${variable}_FILE`];
    if (file !== undefined && env[variable] === undefined) {
      env[variable] = contentOf(file, `${variable}_FILE`);
    }
  }
}

function contentOf(file: string, variable: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`${variable} names a file that can't be read: ${describeValue(error)}`);
  }
}
