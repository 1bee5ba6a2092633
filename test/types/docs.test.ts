import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = new URL('../../', import.meta.url);
const folder = new URL('node_modules/.cache/tintype-types-docs/', root);

test('each snippet of docs/typescript.md, docs/branches.md and docs/undo.md compiles on its own', async (t) => {
  const pages = ['typescript', 'branches', 'undo'].map((name) => readFileSync(new URL(`docs/${name}.md`, root), 'utf8'));
  const blocks = [...pages.join('\n').matchAll(/^```ts\n(.*?)^```/gms)].map(([, block = '']) => block);
  t.true(blocks.length > 7);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [index, block] of blocks.entries()) {
    writeFileSync(new URL(`block-${index + 1}.ts`, folder), block);
  }
  const paths = { tintype: [fileURLToPath(new URL('src/index.ts', root))] };
  const settings = { extends: '../../../tsconfig.json', compilerOptions: { paths }, include: ['*.ts'], exclude: [] };
  writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(settings));
  for (const compiler of ['typescript', 'typescript-5.9']) {
    const tsc = fileURLToPath(new URL(`node_modules/${compiler}/bin/tsc`, root));
    const output = await new Promise((resolve) => {
      execFile(process.execPath, [tsc, '-p', fileURLToPath(folder), '--pretty', 'false'], (_error, stdout) => resolve(stdout));
    });
    t.is(output, '', compiler);
  }
});
