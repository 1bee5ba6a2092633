/**
 * Bundles the program a thread runs and writes it to dist/worker-threads/program-url.js as a `data:` URL. Once tintype is bundled into an app,
 * there is no file next to it that a thread could load.
 */
import { rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const FILE = 'dist/worker-threads/program-url.js';

const { outputFiles } = await build({
  // The thread's first module imports it and calls `serve`.
  entryPoints: ['dist/worker-threads/thread-program.js'],
  bundle: true,
  minify: true,
  write: false,
  format: 'esm',
  platform: 'node',
  target: 'es2023',
  legalComments: 'none',
});
// Without a name, the whole URL would show up in the stack traces of errors thrown in threads.
const program = `${outputFiles[0]?.text}//# sourceURL=tintype/worker-threads/thread-program.js\n`;
// Base64, because Bun 1.4 imports a URL that ends in `.js` as a file, not as a module.
const url = `data:text/javascript;base64,${Buffer.from(program).toString('base64')}`;
await writeFile(FILE, `export const PROGRAM_URL = ${JSON.stringify(url)};\n`);
await rm(`${FILE}.map`, { force: true });
