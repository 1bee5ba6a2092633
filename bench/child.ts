import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import type { Measurement } from './shapes.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** The heap limit of a child process, in MiB: it crashes when it needs more. */
export const HEAP_LIMIT = 2048;

/** Runs a program of Node.js to its end, without the coverage of the parent, and gives what it printed, read as JSON. */
export async function runNode(args: readonly string[], timeout = 0): Promise<unknown> {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout });
  return JSON.parse(stdout);
}

/** `bench/measure.ts` and `src` as JavaScript, so that what a child measures is not what `tsx` adds to it. */
export class CompiledMeasure implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<CompiledMeasure> {
    const cache = join(root, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    const compiled = new CompiledMeasure(await mkdtemp(join(cache, 'tintype-bench-')));
    await build({
      entryPoints: [join(root, 'bench', 'measure.ts')],
      outfile: compiled.#file,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)],
    });
    return compiled;
  }

  get #file(): string {
    return join(this.#folder, 'measure.mjs');
  }

  /** Measures in a fresh process that has a limited heap. */
  async run(what: 'job' | 'validation', measurement: Measurement): Promise<unknown> {
    return runNode([`--max-old-space-size=${HEAP_LIMIT}`, this.#file, what, JSON.stringify(measurement)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
