import test from 'ava';
import { testFile } from '../../src/cli/test-file.ts';

const write = (runner: 'node' | 'vitest', file: string, options: object): string =>
  testFile(runner, [], options, { file, exportName: 'my flow' }, '.');

test('Vitest requires a file whose name has special characters, since it imports none', (t) => {
  const text = write('vitest', 'a b#c?%20d.mjs', { maxRetries: 1, backoff: () => 5 });
  t.true(text.includes('const { "my flow": workflow, options } = createRequire(import.meta.url)("./a b#c?%20d.mjs");'), text);
});

test('functions in the options are those of the file, and Infinity stays Infinity', (t) => {
  const text = write('node', 'flow.mjs', { maxConcurrency: Infinity, retryIf: () => true, reduce: { symmetry: true } });
  const options = '{ "maxConcurrency": Infinity, "retryIf": options.retryIf, "reduce": { "symmetry": true } }';
  t.true(text.includes(`testPaths(workflow, ${options})`), text);
  t.true(text.includes('import { "my flow" as workflow, options } from "./flow.mjs";'), text);
});
