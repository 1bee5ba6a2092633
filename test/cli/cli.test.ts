import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import type { CheckReportData, PathStep } from 'tintype/check';
import { type Outcome, root, start, TestFolder } from '../helpers/command.ts';
import { svgOf } from '../helpers/graphviz.ts';
import { parsesInMermaid } from '../helpers/mermaid.ts';

const smoothie = 'examples/smoothie.ts';

/** As users have it. Its coverage would be that of other files. */
const built = (...args: string[]): Promise<Outcome> =>
  start(['dist/cli/main.js', ...args], root, { NODE_V8_COVERAGE: undefined });

const tintype = (...args: string[]): Promise<Outcome> => start(['--import=tsx', 'src/cli/main.ts', ...args]);

const folder = new TestFolder(test);
const write = folder.write.bind(folder);

test('a check of a workflow in which nothing is wrong exits with 0', async (t) => {
  const { code, stdout, stderr } = await tintype('check', smoothie, '--retries', '1', '--no-symmetry');
  t.is(stderr, '');
  t.is(code, 0);
  t.regex(stdout, /^ok: 51 states/);
  const { stdout: atOnce } = await tintype(
    'check',
    smoothie,
    '--retries',
    '1',
    '--backoff',
    '0',
    '--retry-all',
    '--no-symmetry',
  );
  t.regex(atOnce, /^ok: 31 states/);
  const { stdout: merged } = await tintype('check', smoothie, '--retries', '1');
  t.regex(merged, /^ok: 37 states/);
});

test('a check that finds something wrong exits with 1, and shows how to come there', async (t) => {
  const { code, stdout } = await tintype('check', 'examples/check-smoothie.ts', '--mermaid');
  t.is(code, 1);
  t.regex(stdout, /Violated: a smoothie is served with garnish: the job completed without garnish\n {2}1\. the job starts/);
  const [, diagram = ''] = /\n(sequenceDiagram\n(?: {2}.*\n)*)/.exec(stdout) ?? [];
  await parsesInMermaid(t, diagram);
});

test('a check that does not see all exits with 3', async (t) => {
  const limited = await tintype('check', smoothie, '--max-states', '5', '--no-symmetry');
  t.is(limited.code, 3);
  t.regex(
    limited.stderr,
    /^This is a large search\. To finish sooner: shrink it with --backoff 0, --retry-all, --retries 1, .*--symmetry; or sample it with --walks 1000\n$/,
  );
  t.regex(limited.stdout, /^no violations found \(search incomplete: state limit reached\)/);
  t.is((await tintype('check', smoothie, '--walks', '5', '--seed', '2')).code, 3);
});

test('a check lists the transitions never taken only where that is wanted', async (t) => {
  const flags = ['check', smoothie, '--retries', '0', '--cancel', 'never'];
  t.notRegex((await tintype(...flags)).stdout, /Transitions never taken/);
  t.regex((await tintype(...flags, '--verbose')).stdout, /Transitions never taken/);
});

test('a check prints its report as one JSON object', async (t) => {
  const flags = [
    '--max-concurrency',
    '1',
    '--outcomes',
    'returns,throws',
    '--cancel',
    'never',
    '--timers',
    'idle',
    '--attempts',
  ];
  const { code, stdout } = await tintype('check', smoothie, '--retries', '0', '--json', ...flags);
  const report = JSON.parse(stdout) as CheckReportData;
  t.is(code, 0);
  t.deepEqual(report.terminal, { completed: 2, failed: 3 });
  t.true(report.ok);
});

test('a check lets processes and workers die, and results come again, when asked to', async (t) => {
  const faults = ['--retries', '1', '--crash', 'anywhere'];
  const sizeWith = async (...more: string[]) => {
    const { code, stdout } = await tintype('check', smoothie, ...faults, ...more);
    t.is(code, 0);
    return /^ok: (\d+ states, \d+ steps)/.exec(stdout)?.[1];
  };
  t.is(await sizeWith(), '131 states, 3334 steps');
  t.is(await sizeWith('--delivery', 'at-least-once'), '131 states, 3910 steps');
  const { stdout } = await tintype('check', 'examples/check-smoothie.ts', ...faults, '--count-interrupted', '--json');
  t.false((JSON.parse(stdout) as CheckReportData).ok);
  const paths = await tintype('paths', smoothie, ...faults, '--cover', 'edges');
  t.regex(paths.stdout, /then the process dies( right after saving that .+)?, and the job is resumed/);
  const refused = await tintype('check', smoothie, ...faults, '--symmetry');
  t.is(refused.code, 2);
  t.regex(refused.stderr, /^--symmetry can't be combined with --crash/);
});

test('the options a file exports are defaults', async (t) => {
  const file = await write(
    'options.mjs',
    'export const options = { maxRetries: 0, timeout: 5 };\nexport const tasks = [{ name: "a", run: () => {} }];\n',
  );
  const report = JSON.parse((await tintype('check', file, '--json')).stdout) as CheckReportData;
  t.deepEqual(report.terminal, { cancelled: 2, completed: 1, failed: 1, timedOut: 1 });
});

test('a file that leaves something open does not keep the command, and all is printed', async (t) => {
  const names = Array.from({ length: 12 }, (_, index) => `{ name: "t${index}", run() {} }`);
  const file = await write('open.mjs', `setInterval(() => {}, 1000);\nexport default [${names}];`);
  const flags = [
    '--retries',
    '1',
    '--backoff',
    '0',
    '--retry-all',
    '--cancel',
    'never',
    '--symmetry',
    '--max-concurrency',
    '2',
    '--format',
    'json',
  ];
  const { code, stdout } = await tintype('paths', file, ...flags);
  t.is(code, 0);
  t.true(stdout.length > 2 ** 17, 'more than a pipe holds');
  t.true((JSON.parse(stdout) as unknown[]).length > 0);
});

test('the command exits with 70 where it is not a check that fails, and shows the stack', async (t) => {
  const tasks = 'export default [{ name: "a", run() {} }];';
  const broken = await write('broken-clock.mjs', `performance.now = () => { throw new Error("on purpose"); };\n${tasks}`);
  const late = await write(
    'late.mjs',
    `setTimeout(() => { throw new Error("on purpose"); });\nawait new Promise((done) => setTimeout(done, 5));\n${tasks}`,
  );
  for (const file of [broken, late]) {
    const { code, stdout, stderr } = await tintype('check', file);
    t.is(code, 70);
    t.regex(stderr, /Error: on purpose\n {4}at /);
    t.is(stdout, '');
  }
});

const wrong: Readonly<
  Record<string, [args: (write: (name: string, text: string) => Promise<string>) => Promise<string[]>, stderr: RegExp]>
> = {
  'an unknown command': [async () => ['chek'], /unknown command 'chek'.*\n.*(Did you mean check|tintype --help)/],
  'an unknown flag': [async () => ['check', smoothie, '--retry', '1'], /unknown option '--retry'/],
  'no file': [async () => ['check'], /missing required argument 'file'/],
  'a number that is none': [
    async () => ['check', smoothie, '--retries', 'one'],
    /^--retries must be an integer of at least 0, got "one"\n$/,
  ],
  'a number that is not allowed': [
    async () => ['check', smoothie, '--retries', '-1'],
    /^--retries must be an integer of at least 0, got "-1"\n$/,
  ],
  'an outcome that is none': [
    async () => ['check', smoothie, '--outcomes', 'explodes'],
    /^--outcomes must be a list of returns, throws, garbage, never, got "explodes"/,
  ],
  'a file that is not there': [async () => ['check', 'nowhere.ts'], /nowhere\.ts can't be loaded: there is no such file/],
  'a folder': [async () => ['check', 'test/cli'], /^test\/cli can't be loaded: it is a folder\n$/],
  'a file that is no module': [
    async (write) => ['check', await write('notes.txt', 'no code')],
    /notes\.txt can't be loaded:\nUnknown file extension "\.txt" for .*notes\.txt\n$/,
  ],
  'a file without a workflow': [
    async (write) => ['check', await write('empty.mjs', 'export const answer = 42;')],
    /empty\.mjs exports neither a workflow nor an array of tasks; its exports are: `answer`\n$/,
  ],
  'a file with two workflows': [
    async (write) => {
      const tasks = '[{ name: "a", run: () => {} }]';
      return ['check', await write('two.mjs', `export const one = ${tasks}; export const two = ${tasks};`)];
    },
    /two\.mjs exports more than one workflow \(`one`, `two`\)/,
  ],
  'a file that awaits what never settles': [
    async (write) => ['check', await write('hangs.mjs', 'await new Promise(() => {});\nexport default [];')],
    /hangs\.mjs can't be loaded: it awaits a promise that never settles/,
  ],
  'a file of TypeScript that awaits what never settles': [
    async (write) => ['paths', await write('hangs.mts', 'await new Promise<void>(() => {});\nexport default [];')],
    /hangs\.mts can't be loaded: it awaits a promise that never settles/,
  ],
  'a default export with a task that is invalid': [
    async (write) => ['check', await write('unfit.mjs', 'export default [{ name: "a" }];')],
    /Task `a`: `run` must be a function/,
  ],
  'an export with one task that is invalid': [
    async (write) => ['check', await write('half.mjs', 'export const tasks = [{ name: "a", run() {} }, { name: "b" }];')],
    /Task `b`: `run` must be a function/,
  ],
  'an only export without a valid task': [
    async (write) => ['check', await write('only.mjs', 'export const tasks = [{ name: "a" }]; export const properties = [];')],
    /Task `a`: `run` must be a function/,
  ],
  'tasks that are invalid': [
    async (write) => ['paths', await write('bad.mjs', 'export default [{ name: "a", run: () => {}, dependencies: ["b"] }];')],
    /Task `a` depends on `b`, which is not defined/,
  ],
  'paths of too many states': [async () => ['paths', smoothie, '--max-states', '3'], /The limit of states was reached/],
};

for (const [name, [args, message]] of Object.entries(wrong)) {
  test(`wrong usage exits with 2 and prints the problem: ${name}`, async (t) => {
    const { code, stderr, stdout } = await tintype(...(await args(write)));
    t.regex(stderr, message);
    t.false(stderr.includes('    at '), 'no stack trace');
    t.is(stdout, '');
    t.is(code, 2);
  });
}

test('help lists the commands, exit codes and examples', async (t) => {
  const help = await tintype('--help');
  t.is(help.code, 0);
  t.regex(help.stdout, /check \[options\] <file>[\s\S]*paths \[options\] <file>/);
  t.regex(
    (await tintype('check', '--help')).stdout,
    /Exit codes:\n {2}0 {4}every state was checked[\s\S]*70 {3}the command itself failed\n\nExamples:/,
  );
  t.regex((await tintype('paths', '--help')).stdout, /Examples:\n {2}tintype paths order\.ts/);
});

test('paths are printed as sentences, and as JSON', async (t) => {
  const flags = ['--retries', '1', '--cancel', 'between-steps', '--symmetry', '--cover', 'states'];
  const { stdout, code } = await tintype('paths', smoothie, ...flags, '--max-paths', '3');
  t.is(code, 0);
  t.is(stdout.trimEnd().split('\n').length, 3);
  t.regex(stdout, /^[0-9a-f]{8} {2}the job starts, then .+: the job ends as completed\n/);
  const paths = JSON.parse((await tintype('paths', smoothie, ...flags, '--format', 'json')).stdout) as { steps: PathStep[] }[];
  t.true(paths.every(({ steps }) => steps[0]?.after !== undefined));
  const file = await write('named.mjs', 'export const tasks = [{ name: "a", run: () => {} }];');
  const { stdout: ava } = await tintype('paths', file, '--format', 'ava', '--retries', '0');
  t.regex(ava, /^import \{ tasks as workflow \} from ".+\/named\.mjs";$/m);
});

test('a workflow is drawn, for Mermaid, in DOT or as SVG', async (t) => {
  const { stdout: mermaid } = await tintype('graph', smoothie);
  t.regex(mermaid, /^flowchart TD\n {2}t0\["diceBanana"\]\n/);
  await parsesInMermaid(t, mermaid);
  const { stdout: dot } = await tintype('graph', smoothie, '--format', 'dot');
  t.regex(dot, /^digraph \{\n.*"blend" -> "garnish"\n\}\n$/s);
  await t.notThrowsAsync(svgOf(dot));
  const file = join(folder.path, 'smoothie.svg');
  const { code, stdout } = await tintype('graph', smoothie, '--format', 'svg', '--output', file);
  t.is(code, 0);
  t.is(stdout, '');
  t.regex(await readFile(file, 'utf8'), /<svg .*>diceMango<.*<\/svg>\n$/s);
});

test('a drawing has edges by kind, and conditions', async (t) => {
  const file = await write(
    'branches.mjs',
    `const run = () => {};
    export default [
      { name: 'risk', run },
      { name: 'review', dependencies: ['risk'], when: { risk: { route: 'manual' } }, run },
      { name: 'ship', dependencies: [{ settled: 'risk' }, { anyOf: ['review'] }], when: () => true, run },
    ];`,
  );
  const { stdout: mermaid } = await tintype('graph', file);
  t.regex(
    mermaid,
    /\n {2}t2\["ship<br\/>when"\]\n {2}j0\{"any"\}\n {2}t0 -->\|"when route is manual"\| t1\n {2}t0 -\.-> t2\n {2}t1 --> j0\n/,
  );
  await parsesInMermaid(t, mermaid);
  const { stdout: dot } = await tintype('graph', file, '--format', 'dot');
  t.regex(dot, /"risk" -> "ship" \[style=dashed\]/);
});

test('a drawing in another format, or into a folder that is not there, exits with 2', async (t) => {
  const format = await tintype('graph', smoothie, '--format', 'png');
  t.is(format.code, 2);
  t.regex(format.stderr, /Allowed choices are mermaid, dot, svg/);
  const nowhere = await tintype('graph', smoothie, '--output', join(folder.path, 'nowhere', 'x'));
  t.is(nowhere.code, 2);
  t.regex(nowhere.stderr, /nowhere\/x can't be written: Error: ENOENT/);
});

test('paths are written as a test of AVA, which runs', async (t) => {
  // Its package.json must not decide how the files of other tests are loaded.
  const place = join(folder.path, 'package');
  await mkdir(join(place, 'test'), { recursive: true });
  await symlink(join(root, 'node_modules'), join(place, 'node_modules'));
  await writeFile(join(place, 'package.json'), '{ "type": "module" }');
  await writeFile(join(place, 'ava.config.js'), await readFile('ava.config.js'));
  const paths = { tintype: [join(root, 'src/index.ts')], 'tintype/check': [join(root, 'src/check/index.ts')] };
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
  const output = join(place, 'test', 'smoothie-paths.test.ts');
  const flags = ['--retries', '1', '--max-concurrency', 'Infinity', '--max-depth', 'Infinity', '--format', 'ava'];
  const made = await tintype('paths', smoothie, ...flags, '--output', output);
  t.is(made.stderr, '');
  const tests = await start([join(root, 'node_modules/ava/entrypoints/cli.mjs')], place);
  t.regex(tests.stdout, /16 tests passed/, tests.stdout + tests.stderr);
  // A path that the workflow no longer has fails.
  const changed = (await readFile(output, 'utf8')).replace(/\["[0-9a-f]{8}"/, '["00000000"');
  await writeFile(output, changed);
  const failed = await start([join(root, 'node_modules/ava/entrypoints/cli.mjs')], place);
  t.regex(failed.stdout, /the workflow has changed: generate this file again/);
});

test('the built command reads TypeScript, and the written test imports an export by its name', async (t) => {
  const file = await write('tasks.ts', 'export const breakfast: object[] = [{ name: "a", run: () => {} }];\n');
  const command = ['paths', file, '--retries', '0', '--format', 'ava'];
  const { code, stdout, stderr } = await built(...command, '--output', join(folder.path, 'b.test.ts'));
  t.is(stderr, '');
  t.is(stdout, '');
  t.is(code, 0);
  t.true(
    (await readFile(join(folder.path, 'b.test.ts'), 'utf8')).includes('import { breakfast as workflow } from "./tasks.ts";'),
  );
  t.regex((await built(...command)).stdout, /^import \{ breakfast as workflow \} from "\.\.\//m);
  const broken = await write('broken.ts', 'export const breakfast: = ;\n');
  t.regex((await built('check', broken)).stderr, /broken\.ts can't be loaded/);
});

test('a file that cannot be written is reported', async (t) => {
  const { code, stderr } = await tintype(
    'paths',
    smoothie,
    '--max-paths',
    '1',
    '--output',
    join(folder.path, 'no', 'folder.txt'),
  );
  t.is(code, 2);
  t.regex(stderr, /folder\.txt can't be written: .*ENOENT/);
});

test('the help of check names the flags whose defaults the options of a file are', async (t) => {
  const { stdout } = await start(['--import=tsx', 'src/cli/main.ts', 'check', '--help']);
  t.regex(
    stdout,
    /Its `options` are the defaults of\n--max-concurrency, --retries, --backoff, --retry-all, --on-failure and\n--timeout\./,
  );
});
