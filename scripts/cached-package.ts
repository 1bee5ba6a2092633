import { delimiter, join } from 'node:path';
import { npm } from './node-binary.ts';

/** The folder of a package that npm installs into its cache when it isn't there, without running install scripts. */
export function cachedPackage(name: string, version: string): string {
  // The packages need not have a program, so another one reports where npm would look for it.
  const path = npm('exec', '--yes', `--package=${name}@${version}`, '--', 'node', '--print', 'process.env.PATH');
  const [bin = ''] = path.split(delimiter);
  return join(bin, '..', ...name.split('/'));
}
