import { UsageError } from './usage-error.ts';

/**
 * Loads what shows jobs in a browser; who does not use it need not have it.
 * @throws {UsageError}
 */
export async function inspectorPackage(): Promise<typeof import('tintype-inspector')> {
  return import('tintype-inspector').catch(() => {
    throw new UsageError('Pages are made by tintype-inspector: npm install --save-dev tintype-inspector');
  });
}
