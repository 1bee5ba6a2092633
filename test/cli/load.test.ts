import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { nodeBinary } from '../../scripts/node-binary.ts';
import { type Outcome, root, start, TestFolder } from '../helpers/command.ts';

const main = ['--import=tsx', 'src/cli/main.ts'];
const tintype = (...args: string[]) => start([...main, ...args]);
const folder = new TestFolder(test);

const DOUBLE = `import { workflow } from 'tintype';
export default workflow<{ n: number }>('good').task({ name: 'double', run: ({ n }) => ({ doubled: n * 2 }) });
`;

/** A package as `npm init -y` makes it, with the built tintype, run by a version of Node.js. */
async function inCommonjsPackage(name: string, node: string, ...packages: string[]): Promise<Outcome> {
  const cwd = join(folder.path, name);
  await mkdir(join(cwd, 'node_modules'), { recursive: true });
  await writeFile(join(cwd, 'package.json'), '{ "type": "commonjs" }');
  await writeFile(join(cwd, 'w.ts'), DOUBLE);
  for (const one of packages) {
    await symlink(one === 'tintype' ? root : join(root, 'node_modules', one), join(cwd, 'node_modules', one));
  }
  const command = ['node_modules/tintype/dist/cli/main.js', 'run', 'w.ts', '--context', '{ "n": 3 }', '--json'];
  try {
    const env = { ...process.env, NODE_V8_COVERAGE: undefined };
    return { code: 0, stdout: execFileSync(node, command, { cwd, env, encoding: 'utf8' }), stderr: '' };
  } catch (error) {
    return { code: -1, stdout: '', stderr: String(error) };
  }
}

for (const major of [20, 22, 24]) {
  test(`TypeScript in a CommonJS package is loaded on Node.js ${major}`, async (t) => {
    const own = Number.parseInt(process.versions.node, 10);
    const node = own === major ? process.execPath : nodeBinary(major);
    const { stdout, stderr } = await inCommonjsPackage(`commonjs-${major}`, node, 'tintype', ...(major === 20 ? ['tsx'] : []));
    t.is(stderr, '');
    t.is(JSON.parse(stdout).context.doubled, 6);
  });
}

test('the exports of CommonJS are found, also of compiled ES modules', async (t) => {
  const task = "{ name: 'a', run: () => ({ a: 1 }) }";
  for (const [name, text] of Object.entries({
    'compiled.cjs': `Object.defineProperty(module.exports, '__esModule', { value: true }); module.exports.default = [${task}];`,
    'whole.cjs': `module.exports = [${task}];`,
    'named.cjs': `exports.tasks = [${task}];`,
  })) {
    const { stdout, stderr } = await tintype('run', await folder.write(name, text), '--json');
    t.is(stderr, '', name);
    t.is(JSON.parse(stdout).context.a, 1, name);
  }
});

test('a file that throws at import shows its stack, and a syntax error its line', async (t) => {
  const throwing = await folder.write('throwing.mjs', "const text = 'on purpose';\nthrow new Error(text);\n");
  const thrown = await tintype('check', throwing);
  t.is(thrown.code, 2);
  t.regex(thrown.stderr, /throwing\.mjs can't be loaded:\nError: on purpose\n {4}at .*throwing\.mjs:2:7\n$/);
  const broken = await tintype('check', await folder.write('syntax.mjs', 'const a = 1;\nexport const b: = 2;\n'));
  t.is(broken.code, 2);
  t.regex(broken.stderr, /syntax\.mjs:2\nexport const b: = 2;\n +\^\n+SyntaxError/);
  const missing = await tintype('check', await folder.write('missing.mjs', "import 'nowhere-to-be-found';\n"));
  t.regex(missing.stderr, /Cannot find package 'nowhere-to-be-found' imported from .*missing\.mjs\n$/);
});

test('a workflow without tasks is refused', async (t) => {
  const none = await folder.write('none.mjs', 'export default [];');
  for (const command of ['run', 'check', 'paths', 'graph']) {
    const { code, stdout, stderr } = await tintype(command, none);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, /none\.mjs exports an empty array as `default`: it has no tasks\n$/);
  }
  const empty = await folder.write(
    'empty.mjs',
    "import { workflow } from 'tintype';\nexport const flow = workflow('empty');\n",
  );
  t.regex((await tintype('run', empty)).stderr, /empty\.mjs exports workflow `empty`, which has no tasks\n$/);
});

test('a workflow from another copy of tintype is recognized', async (t) => {
  const file = await folder.write(
    'other.mjs',
    `import { workflow } from '${root}/dist/index.js';\nexport const flow = workflow('w').task({ name: 'a', run() {} });`,
  );
  const { code, stderr } = await tintype('run', file);
  t.is(code, 2);
  t.regex(stderr, /other\.mjs exports as `flow` comes from another copy of tintype\./);
});

/** As valibot and zod implement it, but for the promise. */
const SCHEMA = `
  const validate = async (value) => {
    const issues = ['item', 'amount'].filter((key) => !(key in value)).map((key) => ({ message: 'expected a value', path: [{ key }] }));
    return issues.length > 0 ? { issues } : { value: { ...value, currency: 'EUR' } };
  };
  export const context = { '~standard': { version: 1, vendor: 'test', validate } };
  export default [{ name: 'total', run: ({ amount, currency }) => ({ total: amount + currency }) }];`;

test('the schema that a file exports checks and completes the context', async (t) => {
  const file = await folder.write('schema.mjs', SCHEMA);
  const { code, stdout } = await tintype('run', file, '--json', '--context', '{ "item": "pen", "amount": 2 }');
  t.is(code, 0);
  t.is(JSON.parse(stdout).context.total, '2EUR');
  const missing = await tintype('run', file);
  t.is(missing.code, 2);
  t.is(missing.stdout, '');
  t.regex(
    missing.stderr,
    /schema\.mjs needs a context: pass one with --context or --context-file:\n {2}item: expected a value\n {2}amount: expected a value\n$/,
  );
  const wrong = await tintype('run', file, '--context', '{ "item": "pen" }');
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /The context doesn't match the schema that .*schema\.mjs exports:\n {2}amount: expected a value\n$/);
});

test('the schemas of valibot work', async (t) => {
  const file = await folder.write(
    'valibot.ts',
    `import * as v from '${root}/node_modules/valibot/dist/index.mjs';
    export const context = v.object({ items: v.array(v.object({ price: v.number() })) });
    export default [{ name: 'a', run: () => {} }];`,
  );
  const { code, stderr } = await tintype('run', file, '--context', '{ "items": [{ "price": "2" }] }');
  t.is(code, 2);
  t.regex(stderr, /\n {2}items\.0\.price: Invalid type: Expected number but received "2"\n$/);
});

test('a job without a context that fails to read it says so', async (t) => {
  const file = await folder.write('unread.mjs', "export default [{ name: 'a', run: ({ fruit }) => ({ first: fruit[0] }) }];");
  const hint = /\nThe job had no initial context\. If a task needs one, pass it with --context or --context-file\.\n$/;
  t.regex((await tintype('run', file, '--retries', '0')).stderr, hint);
  t.notRegex((await tintype('run', file, '--retries', '0', '--context', '{}')).stderr, hint);
});

for (const [title, standard, line] of [
  ['never settles', '{ validate: () => new Promise(() => {}) }', /` returned a promise that never settles\n$/],
  ['returns nothing', '{ validate() {} }', /` returned undefined, which isn't a result of a Standard Schema\n$/],
  ['has an issue without a message', '{ validate: () => ({ issues: [{}] }) }', /` returned an object, which isn't a result of/],
  ['throws', "{ validate() { throw new Error('no'); } }", /` threw Error: no\n$/],
  ["can't be read", "(() => { throw new Error('no'); })()", /` can't be read: it threw Error: no\n$/],
] as const) {
  test(`a schema that ${title} is refused with one line`, async (t) => {
    const name = `schema-${title.replaceAll(/\W/g, '-')}.mjs`;
    const text = `export const context = { get '~standard'() { return ${standard}; } }; export default [{ name: 'a', run() {} }];`;
    const { code, stdout, stderr } = await tintype('run', await folder.write(name, text));
    t.is(code, 2, stderr);
    t.is(stdout, '');
    t.regex(stderr, /^The schema that .* exports as `context` .*\n$/);
    t.regex(stderr, line);
  });
}
