import { delimiter, join } from 'node:path';
import { npm } from './node-binary.ts';

/** Returns the folder of a package. npm installs it into its cache on first use. */
export function cachedPackage(name: string, version: string): string {
  // The package may have no executable, so ask where npm would look for one.
  const path = npm('exec', '--yes', `--package=${name}@${version}`, '--', 'node', '--print', 'process.env.PATH');
  const [bin = ''] = path.split(delimiter);
  return join(bin, '..', ...name.split('/'));
}
