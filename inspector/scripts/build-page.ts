/** Builds the page, one self-contained HTML file, and the licenses of what it bundles: dist/page.html and dist/THIRD-PARTY-LICENSES.txt. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyLicenses } from '../../scripts/third-party-licenses.ts';

const FOLDER = new URL('../', import.meta.url);

const { outputFiles, metafile } = await build({
  entryPoints: ['main.tsx', 'page.css'].map((name) => fileURLToPath(new URL(`src/page/${name}`, FOLDER))),
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: 'dist',
  format: 'iife',
  platform: 'browser',
  target: ['chrome110', 'firefox115', 'safari16.4'],
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'none',
});
const textOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? '';
// In HTML, a script or style ends at anything that looks like its end tag.
const script = textOf('.js').replaceAll('</script', '<\\/script');
const style = textOf('.css').replaceAll('</style', '<\\/style');

const policy = [
  "default-src 'none'",
  `script-src 'sha256-${createHash('sha256').update(script).digest('base64')}' 'wasm-unsafe-eval'`,
  "style-src 'unsafe-inline'",
  'img-src data:',
  'connect-src ws://127.0.0.1:* ws://localhost:*',
  "base-uri 'none'",
  "form-action 'none'",
];

const page = (await readFile(new URL('src/page/page.html', FOLDER), 'utf8'))
  .replace('content-security-policy', () => policy.join('; '))
  .replace('/* page.css */', () => style)
  .replace('/* main.js */', () => script);
await mkdir(new URL('dist', FOLDER), { recursive: true });
await writeFile(new URL('dist/page.html', FOLDER), page);
const bundled = Object.values(metafile.outputs).flatMap(({ inputs }) =>
  Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0),
);
await writeFile(new URL('dist/THIRD-PARTY-LICENSES.txt', FOLDER), await thirdPartyLicenses(bundled));
