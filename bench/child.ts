import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };

const root = fileURLToPath(new URL('../', import.meta.url));

/** The main module of the built package. */
export const BUILT = join(root, 'dist', 'index.js');

/** The heap limit of a child process, in MiB: it crashes when it needs more. */
export const HEAP_LIMIT = 2048;

/** Runs a program of Node.js to its end, without the coverage of the parent, and gives what it printed, read as JSON. */
export async function runNode(args: readonly string[], timeout = 0): Promise<unknown> {
  const { NODE_V8_COVERAGE: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, timeout });
  return JSON.parse(stdout);
}

/** A program of `bench`, with what it imports of `src`, as JavaScript: so that what is measured is not what `tsx` adds to it. */
export class CompiledProgram implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * @param entry The file, from the folder `bench`.
   * @param isBuilt Whether it imports tintype as it was built, when it runs; otherwise `src` is compiled into it.
   */
  static async make(entry: string, isBuilt = false): Promise<CompiledProgram> {
    const cache = join(root, 'node_modules', '.cache');
    await mkdir(cache, { recursive: true });
    const program = new CompiledProgram(await mkdtemp(join(cache, 'tintype-bench-')));
    await build({
      entryPoints: [join(root, 'bench', entry)],
      outdir: program.#folder,
      outExtension: { '.js': '.mjs' },
      entryNames: 'program',
      bundle: true,
      // What is imported later is loaded later.
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      external: [
        ...[manifest.dependencies, manifest.peerDependencies, manifest.devDependencies].flatMap(Object.keys),
        ...(isBuilt ? [BUILT] : []),
      ],
      ...(isBuilt && { alias: { tintype: BUILT }, tsconfigRaw: {} }),
    });
    return program;
  }

  get #file(): string {
    return join(this.#folder, 'program.mjs');
  }

  /**
   * Runs it in a fresh process that has a limited heap, with arguments as JSON, and gives what it prints.
   * @param timeout In milliseconds; it rejects when the program takes longer. 0 is no limit.
   */
  async run(args: readonly unknown[], { flags = [], timeout = 0 }: RunOptions = {}): Promise<unknown> {
    const json = args.map((argument) => JSON.stringify(argument));
    return runNode([`--max-old-space-size=${HEAP_LIMIT}`, ...flags, this.#file, ...json], timeout);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface RunOptions {
  /** Of Node.js. */
  readonly flags?: readonly string[];
  readonly timeout?: number;
}
