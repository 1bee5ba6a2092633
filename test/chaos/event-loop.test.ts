import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { MOST_BLOCKED } from './judge.ts';
import { readLog } from './log.ts';

const PROGRAM = fileURLToPath(new URL('busy-program.ts', import.meta.url));

/** The longest time that the program was blocked while it did something, in milliseconds. */
async function blockedWhileIt(what: string): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-chaos-'));
  try {
    const log = join(folder, 'log');
    const env = { ...process.env, CHAOS_CONDITIONS: '{"clock":0,"commit":400,"isFull":false}' };
    await promisify(execFile)(process.execPath, ['--single-threaded-gc', '--import=tsx', PROGRAM, log, what], { env });
    return Math.max(0, ...readLog(log).flatMap((line) => (line.type === 'blocked' ? line.ms : [])));
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const what of ['computes', 'waits for a locked database']) {
  test(`the event loop is blocked while its thread ${what}`, async (t) => {
    t.true((await blockedWhileIt(what)) > MOST_BLOCKED);
  });
}

for (const what of ['commits', 'stops']) {
  test(`the event loop counts as free while its process ${what}`, async (t) => {
    t.true((await blockedWhileIt(what)) <= MOST_BLOCKED);
  });
}
