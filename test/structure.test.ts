import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import test from 'ava';
import manifest from '../package.json' with { type: 'json' };
import { reachableImports } from '../scripts/reachable-imports.ts';

// Biome checks the rest: the direction of imports between folders, circles, file names and the length of a file.

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

test('every folder of src has its place in the order of imports', async (t) => {
  const entries = await readdir('src');
  const known = [
    'bullmq',
    'check',
    'cli',
    'codec',
    'compiler',
    'index.ts',
    'machines',
    'observe',
    'runtime',
    'sqlite',
    'testing',
    'worker-threads',
    'workflow',
    'xstate',
  ];
  t.deepEqual(
    entries.filter((entry) => !known.includes(entry)),
    [],
    'a new folder also needs its rule in biome.json',
  );
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
