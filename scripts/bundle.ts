import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bundles code that imports `tintype` from dist, minified, for browsers: it fails where a module of Node.js is imported. */
export async function bundle(code: string, external: readonly string[] = []): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: '.', loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    external: [...external],
    // An example runs itself when it is the script that was started; in a browser there is none.
    define: { 'process.argv': '["", ""]' },
    // The paths in tsconfig.json lead to src, and what is published is dist.
    alias: { tintype: './dist/index.js', 'tintype/machines': './dist/machines/index.js' },
    tsconfigRaw: {},
  });
  return outputFiles[0]?.text ?? '';
}

/** Two sizes in bytes. */
export function sizes(code: string): { minified: number; gzipped: number } {
  return { minified: Buffer.byteLength(code), gzipped: gzipSync(code).length };
}
