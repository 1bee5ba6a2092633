import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './programs.ts';

const SIZE = 64 * 1024 * 1024;
const BLOCK = Buffer.alloc(4096);

/**
 * The disk that has the database. Root mounts a small file system, which really gets full; without that right, the programs
 * refuse commits instead.
 */
export class Disk {
  readonly folder: string;
  readonly isMounted: boolean;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder);
    this.isMounted = mount(folder);
  }

  fill(owners: readonly Program[]): void {
    if (this.isMounted) {
      const file = openSync(join(this.folder, 'ballast'), 'w');
      try {
        for (;;) {
          writeSync(file, BLOCK);
        }
      } catch {
        // It is full.
      } finally {
        closeSync(file);
      }
    } else {
      this.#change(owners, true);
    }
  }

  empty(owners: readonly Program[]): void {
    if (this.isMounted) {
      rmSync(join(this.folder, 'ballast'));
    } else {
      this.#change(owners, false);
    }
  }

  remove(): void {
    if (this.isMounted) {
      execFileSync('umount', ['--lazy', this.folder]);
    }
  }

  #change(owners: readonly Program[], isFull: boolean): void {
    for (const owner of owners) {
      owner.change({ isFull });
    }
  }
}

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
