import { UsageError } from './usage-error.ts';

/**
 * Loads the optional package that shows jobs in a browser.
 * @throws {UsageError}
 */
export async function inspectorPackage(): Promise<typeof import('tintype-inspector')> {
  return import('tintype-inspector').catch(() => {
    throw new UsageError('This needs tintype-inspector: npm install --save-dev tintype-inspector');
  });
}
