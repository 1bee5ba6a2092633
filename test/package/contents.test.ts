import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { brokenLinks } from '../../scripts/broken-links.ts';
import { Project } from './project.ts';

let project: Project;
const folderOf = (name: string) => join(project.folder, 'node_modules', name);

test.before('a project installs the packed packages and nothing else', async () => {
  project = await Project.make(['tintype', 'tintype-inspector']);
});

test.after.always('the project is removed', () => project?.remove());

for (const name of ['tintype', 'tintype-inspector']) {
  test(`every relative link and anchor in the installed pages of ${name} resolves`, async (t) => {
    t.deepEqual(await brokenLinks(folderOf(name)), []);
  });
}

test('docs and examples are installed, without what the examples write', async (t) => {
  const files = await readdir(folderOf('tintype'));
  t.deepEqual(files.sort(), [
    ...[
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'dist',
      'docs',
      'examples',
      'package.json',
      'src',
    ],
  ]);
  t.false(existsSync(join(folderOf('tintype'), 'examples', 'output')));
});

test('the licenses of what the page bundles are installed with it', async (t) => {
  const licenses = await readFile(join(folderOf('tintype-inspector'), 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const packages = [...licenses.matchAll(/^## (\S+) \d/gm)].map(([, name]) => name);
  t.deepEqual(packages.sort(), ['@viz-js/viz', '@xstate/inspect', 'fast-safe-stringify', 'preact', 'xstate']);
  for (const text of [
    'Copyright (c) 2015-present Jason Miller',
    'Graphviz',
    'Eclipse Public License - v 1.0',
    'Expat maintainers',
  ]) {
    t.true(licenses.includes(text), text);
  }
});

test('the licenses of what tintype bundles are installed with it', async (t) => {
  const licenses = await readFile(join(folderOf('tintype'), 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const packages = [...licenses.matchAll(/^## (\S+) \d/gm)].map(([, name]) => name);
  t.deepEqual(packages.sort(), ['commander', 'devalue', 'is-network-error', 'is-plain-obj', 'valibot']);
});

for (const [entry, peer] of [
  ['bullmq', 'bullmq'],
  ['otel', '@opentelemetry/api'],
  ['progress', 'log-update'],
] as const) {
  test(`importing tintype/${entry} without its peer fails with an error that names ${peer}`, async (t) => {
    const { code, errors } = await project.node('--input-type=module', '--eval', `await import('tintype/${entry}')`);
    t.is(code, 1);
    t.regex(errors, new RegExp(`^Error \\[ERR_MODULE_NOT_FOUND\\]: Cannot find package '${peer}' imported from`, 'm'));
  });
}
