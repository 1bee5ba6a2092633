import { existsSync } from 'node:fs';
import { appendFile, rm, writeFile } from 'node:fs/promises';
import { describeValue } from '../values/describe-value.ts';
import { print } from './print.ts';
import { UsageError } from './usage-error.ts';

/**
 * Prints a text, or writes it to a file where one is named.
 * @throws {UsageError} when the file can't be written
 */
export async function writeOutput(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    print(text);
    return;
  }
  await writeFile(file, `${text}\n`).catch((error) => refuse(file, error));
}

/**
 * Rejects a file that can't be written, before there is anything to write.
 * @throws {UsageError}
 */
export async function refuseUnwritable(file: string): Promise<void> {
  const isNew = !existsSync(file);
  await appendFile(file, '').catch((error) => refuse(file, error));
  if (isNew) {
    await rm(file);
  }
}

/** @throws {UsageError} */
export function refuse(file: string, error: unknown): never {
  throw new UsageError(`${file} can't be written: ${describeValue(error)}`);
}
