import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Chromium is, if it is anywhere. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = '' } = process.env;
  const folders = PATH.split(delimiter).flatMap((folder) =>
    ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
  );
  return [CHROMIUM_PATH, ...folders].find((path) => path && existsSync(path));
}

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium has no sandbox for root, as whom containers often run tests.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });

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

/** Gives what axe finds wrong with a page and is more than a detail. */
export async function violations(page: Page): Promise<string[]> {
  // A script tag would be against the policy of the page.
  await page.evaluate(`${axe.source};undefined`);
  const found = await page.evaluate<{ impact: string; id: string; nodes: { html: string }[] }[]>(
    'axe.run().then(({ violations }) => violations)',
  );
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
