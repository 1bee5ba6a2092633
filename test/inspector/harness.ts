import { build } from 'esbuild';

/** Bundles a page that shows parts of the inspector, as HTML that needs nothing else. */
export async function harness(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: 'inspector/src/page', loader: 'tsx' },
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'iife',
    platform: 'browser',
    target: 'chrome110',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    define: { 'process.env.NODE_ENV': '"production"' },
    tsconfigRaw: {},
  });
  const textOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
  const policy = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'";
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Parts of the inspector</title>',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<style>${textOf('.css').replaceAll('</style', '<\\/style')}</style>`,
    '<main id="page"></main>',
    `<script>${textOf('.js').replaceAll('</script', '<\\/script')}</script></html>`,
  ].join('\n');
}
