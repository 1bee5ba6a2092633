import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isReadableObject, quote } from '../values/describe-value.ts';
import { UsageError } from './usage-error.ts';

/**
 * Recognizes a workflow by its shape, since each copy of tintype has its own class.
 * @throws {UsageError} if the module exports a workflow that another copy of tintype made
 */
export function refuseOtherCopy(file: string, module: Record<string, unknown>): void {
  const found = Object.entries(module).find(([, value]) => looksLikeWorkflow(value));
  if (found === undefined) {
    return;
  }
  const own = resolve(fileURLToPath(new URL('../..', import.meta.url)));
  const other = copyOf(file);
  throw new UsageError(
    [
      `The workflow that ${file} exports as ${quote(found[0])} comes from another copy of tintype. Use the command of the copy it imports:`,
      `  this command: ${own}`,
      `  the file's:   ${other === own || other === undefined ? 'unknown' : other}`,
    ].join('\n'),
  );
}

function looksLikeWorkflow(value: unknown): boolean {
  return (
    isReadableObject(value) &&
    'name' in value &&
    typeof value.name === 'string' &&
    'version' in value &&
    'task' in value &&
    typeof value.task === 'function'
  );
}

/** The folder of the copy that a file imports. */
function copyOf(file: string): string | undefined {
  try {
    return dirname(createRequire(resolve(file)).resolve('tintype/package.json'));
  } catch {
    return undefined;
  }
}
