/**
 * Starts Redis, two workers and an owner, and stops Redis and the workers when the job ends: `main.ts [PORT]`. Requires
 * redis-server.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [port = '6390'] = process.argv.slice(2);
const url = `redis://127.0.0.1:${port}`;
const folder = mkdtempSync(join(tmpdir(), 'distributed-'));

const program = (file: string): ChildProcess =>
  spawn(process.execPath, [...process.execArgv, join(import.meta.dirname, file), url], { stdio: 'inherit' });

const redis = spawn(
  'redis-server',
  [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
    '--maxmemory-policy',
    'noeviction',
  ],
  { stdio: 'ignore' },
);
const workers = [program('worker.ts'), program('worker.ts')];
const [code] = await once(program('owner.ts'), 'exit');
for (const child of [...workers, redis]) {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
rmSync(folder, { recursive: true });
process.exitCode = code ?? 1;
