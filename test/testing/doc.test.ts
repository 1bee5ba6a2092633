import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { root, start, TestFolder } from '../helpers/command.ts';

const folder = new TestFolder(test);

test('each block of docs/testing.md is a file that compiles, and its tests pass', async (t) => {
  const blocks = [...(await readFile('docs/testing.md', 'utf8')).matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```/gms)];
  const files = await Promise.all(blocks.map(([, name = '', source = '']) => folder.write(name, source)));
  const compilerOptions = { typeRoots: [join(root, 'node_modules/@types')] };
  await folder.write(
    'tsconfig.json',
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions, include: ['*.ts'] }),
  );
  await folder.write('package.json', '{ "type": "module" }');

  const compiled = await start(['node_modules/typescript/bin/tsc', '-p', folder.path]);
  t.is(compiled.stdout, '');

  const tests = files.filter((file) => file.endsWith('.test.ts'));
  const { code, stdout } = await start(['--import=tsx', '--test', '--test-reporter=tap', ...tests]);
  t.is(code, 0, stdout);
  t.is(tests.length, 3);
  t.regex(stdout, /^# pass 3$/m);
});
