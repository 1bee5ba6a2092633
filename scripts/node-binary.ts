import { execFileSync } from 'node:child_process';

/** The path of a Node.js of another major version, which npm installs into its cache when it is not there. */
export function nodeBinary(major: number): string {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  // The package `node` picks one of these in an install script, which npm may be told to block; these have none.
  const binaries = `node-${platform}-${process.arch}@${major}`;
  const path = npm('exec', '--yes', `--package=${binaries}`, '--', 'node', '--print', 'process.execPath');
  const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
  if (!version.startsWith(`v${major}.`)) throw new Error(`Node.js ${major} was asked for, and ${path} is ${version}`);
  return path;
}

export function npm(...args: string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}
