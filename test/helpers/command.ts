import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestFn } from 'ava';

export const root = resolve('.');

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of Node.js to its end. */
export function start(command: readonly string[], cwd = root, more: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const env = { ...process.env, FORCE_COLOR: '0', ...more };
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

/** A folder that is there while the tests of a file run. */
export class TestFolder {
  #path = '';

  constructor(test: TestFn) {
    test.before('there is a folder for files', async () => {
      this.#path = await mkdtemp(join(tmpdir(), 'tintype-test-'));
    });
    test.after.always('the folder is removed', () => rm(this.#path, { recursive: true, force: true }));
  }

  get path(): string {
    return this.#path;
  }

  /** Writes a file and gives its path. */
  async write(name: string, text: string): Promise<string> {
    const file = join(this.#path, name);
    await writeFile(file, text);
    return file;
  }
}
