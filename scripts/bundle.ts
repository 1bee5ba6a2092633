import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bundles and minifies code that imports `tintype` from dist, for browsers. Fails if it imports a Node.js module. */
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
    // An example runs itself if it is the main script. A browser has no such thing.
    define: { 'process.argv': '["", ""]' },
    // The paths in tsconfig.json point to src, but dist is what gets published.
    alias: { tintype: './dist/index.js', 'tintype/machines': './dist/machines/index.js' },
    tsconfigRaw: {},
  });
  return outputFiles[0]?.text ?? '';
}

/** Two sizes in bytes. */
export function sizes(code: string): { minified: number; gzipped: number } {
  return { minified: Buffer.byteLength(code), gzipped: gzipSync(code).length };
}
