import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Runner } from '../../src/cli/test-file.ts';
import { type Outcome, root, start, TestFolder } from '../helpers/command.ts';

const folder = new TestFolder(test);
const packageFile = (name: string) => join(root, 'node_modules', name);

/** How the files that a runner's tests are in are run. */
const RUNS: Readonly<Record<Runner, (files: readonly string[]) => readonly string[]>> = {
  ava: (files) => [packageFile('ava/entrypoints/cli.mjs'), ...files],
  vitest: (files) => [fileURLToPath(new URL('vitest.mjs', import.meta.resolve('vitest/package.json'))), 'run', ...files],
  node: (files) => ['--test', ...files],
};

const TASKS = `[{ name: 'a', maxRetries: 0, run: () => {} }]`;
const FILES = {
  'a b#c?%20d.mjs': `export default ${TASKS};`,
  'string.mjs': `const w = ${TASKS};\nexport { w as 'my flow' };`,
  'named.mjs': `export const flow = ${TASKS};`,
};

/** A package that has the built tintype. */
async function projectWith(name: string): Promise<string> {
  const project = join(folder.path, name);
  await mkdir(join(project, 'node_modules'), { recursive: true });
  await mkdir(join(project, 'test'));
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  await symlink(root, join(project, 'node_modules/tintype'));
  for (const one of ['ava', 'vitest']) {
    await symlink(packageFile(one), join(project, 'node_modules', one));
  }
  return project;
}

const passed = ({ stdout }: Outcome): number =>
  Number(/(\d+) tests? passed|Tests +(\d+) passed|# pass (\d+)/.exec(stdout)?.slice(1).find(Boolean));

for (const runner of Object.keys(RUNS) as Runner[]) {
  test(`paths are written as tests of ${runner}, which run, whatever files and exports are called`, async (t) => {
    const project = await projectWith(runner);
    const env = { NODE_V8_COVERAGE: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, NODE_TEST_CONTEXT: undefined };
    const written: string[] = [];
    for (const [name, text] of Object.entries(FILES)) {
      await writeFile(join(project, name), text);
      const output = `test/${written.length}.test.mjs`;
      const command = ['node_modules/tintype/dist/cli/main.js', 'paths', name, '--format', runner, '--output', output];
      t.deepEqual(await start(command, project, env), { code: 0, stdout: '', stderr: '' });
      written.push(output);
    }
    const outcome = await start(RUNS[runner](written), project, env);
    t.is(outcome.code, 0, outcome.stdout + outcome.stderr);
    t.is(passed(outcome), 12);

    const file = join(project, 'test/0.test.mjs');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/\["[0-9a-f]{8}"/, '["00000000"'));
    const changed = await start(RUNS[runner](['test/0.test.mjs']), project, env);
    t.not(changed.code, 0);
    t.regex(changed.stdout + changed.stderr, /the workflow has changed: generate this file again/);
  });
}
