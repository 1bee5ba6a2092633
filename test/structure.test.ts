import { readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import test from 'ava';
import manifest from '../package.json' with { type: 'json' };
import { importsOf, reachableImports } from '../scripts/reachable-imports.ts';

// Biome checks the rest: circles, file names and the length of a file.

// The build bundles the last two.
const packages = [
  ...Object.keys(manifest.dependencies),
  ...Object.keys(manifest.peerDependencies),
  ...['is-network-error', 'is-plain-obj'],
];

for (const entry of [
  'src/index.ts',
  'src/machines/index.ts',
  'src/check/index.ts',
  'src/observe/diagrams.ts',
  'src/observe/otel/index.ts',
  'src/testing/index.ts',
]) {
  test(`${entry} needs nothing but its dependencies, so it runs in a browser`, async (t) => {
    const foreign = [...(await reachableImports(entry))].filter((name) => !packages.includes(packageOf(name)));
    t.deepEqual(foreign, []);
  });
}

/** The folders of src. Each may import those before it, and none beside it. */
const ORDER = [
  ['values'],
  ['time', 'xstate'],
  ['workflow'],
  ['machines', 'compiler'],
  ['journal'],
  ['runtime'],
  ['durable'],
  ['observe', 'check', 'testing', 'stores'],
  ['executors'],
  ['cli'],
];
const rankOf = (folder: string) => ORDER.findIndex((folders) => folders.includes(folder));

test('imports between the folders of src go one way', async (t) => {
  const entries = (await readdir('src')).filter((entry) => entry !== 'index.ts');
  t.deepEqual(entries.sort(), ORDER.flat().sort());
  for (const folder of entries) {
    for (const file of await readdir(join('src', folder), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const path = join('src', folder, file);
      for (const name of await importsOf(path)) {
        const [, other = ''] = name.startsWith('.') ? join(path, '..', name).split(sep) : ['', folder];
        t.true(other === folder || rankOf(folder) > rankOf(other), `${path} imports ${name}`);
      }
    }
  }
});

test('no file of src is named after nothing', async (t) => {
  const files = await readdir('src', { recursive: true });
  t.deepEqual(
    files.filter((file) => /^(utils?|types|helpers?|common|misc)\.ts$/.test(basename(file))),
    [],
  );
});

function packageOf(name: string): string {
  return name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}
