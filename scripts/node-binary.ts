import { execFileSync } from 'node:child_process';

/** Returns the path of another major version of Node.js. npm installs it into its cache on first use. */
export function nodeBinary(major: number): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  // The package `node` picks one of these in an install script, which npm may block. These have no install script.
  const binaries = `node-${platform}-${process.arch}@${major}`;
  const path = npm('exec', '--yes', `--package=${binaries}`, '--', 'node', '--print', 'process.execPath');
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
  if (!version.startsWith(`v${major}.`)) throw new Error(`Expected Node.js ${major} at ${path}, got ${version}`);
  return path;
}

export function npm(...args: string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
