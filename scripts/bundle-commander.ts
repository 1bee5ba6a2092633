/** Bundles commander into the built command, with its license, so `tintype --help` works without installing anything else. */
import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const file = 'dist/cli/commander.js';
const license = await readFile('node_modules/commander/LICENSE', 'utf8');

await build({
  entryPoints: [file],
  outfile: file,
  allowOverwrite: true,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: {
    // commander is CommonJS, and requires modules of Node.js.
    js: `/*! commander\n${license.trim()}\n*/\nimport { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);`,
  },
});
// They describe the module that the bundle replaced.
await rm(`${file}.map`);
