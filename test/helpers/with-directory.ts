import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lends a folder, which is removed afterwards. */
export async function withDirectory(use: (directory: string) => unknown): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'tintype-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}
