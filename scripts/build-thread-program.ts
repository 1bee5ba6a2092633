/**
 * Puts the program of a thread, bundled, into dist/worker-threads/program-url.js as a `data:` URL: a bundle of an app has no other file of
 * tintype beside it that a thread could load.
 */
import { rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const FILE = 'dist/worker-threads/program-url.js';

const { outputFiles } = await build({
  // A thread's first module imports the program, and calls its `serve`.
  entryPoints: ['dist/worker-threads/thread-program.js'],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'es2023',
  legalComments: 'none',
});
// Without a name of its own, the whole URL would be in the stack of every error that a function throws.
const program = `${outputFiles[0]?.text}//# sourceURL=tintype/worker-threads/thread-program.js\n`;
// In Bun 1.4, `import` of a URL that isn't in base64 and has `.js` near its end gives no module.
const url = `data:text/javascript;base64,${Buffer.from(program).toString('base64')}`;
await writeFile(FILE, `export const PROGRAM_URL = ${JSON.stringify(url)};\n`);
await rm(`${FILE}.map`, { force: true });
