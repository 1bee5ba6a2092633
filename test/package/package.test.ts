import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import manifest from '../../package.json' with { type: 'json' };
import { nodeBinary, npm } from '../../scripts/node-binary.ts';
import { reachableImports } from '../../scripts/reachable-imports.ts';

const entries = [
  'tintype',
  'tintype/check',
  'tintype/diagrams',
  'tintype/machines',
  'tintype/sqlite',
  'tintype/testing',
  'tintype/worker-threads',
];
const consumer = `
import { run, workflow } from 'tintype';
import { checkWorkflow } from 'tintype/check';
import { jobMachine, taskMachine } from 'tintype/machines';
console.log(typeof run, typeof checkWorkflow, typeof jobMachine, typeof taskMachine);
// What is exported must have a type that a declaration file can name.
export const hello = workflow('hello')
  .task({ name: 'fetch', run: async () => ({ page: 'hello' }) })
  .task({ name: 'count', dependencies: ['fetch'], run: ({ page }) => ({ length: page.length }) });
export const job = run(hello);
`;

let folder: string;

test.before('an empty project installs the packed package', async (t) => {
  folder = await mkdtemp(join(tmpdir(), 'tintype-package-'));
  const [{ filename, files }] = JSON.parse(npm('pack', '--json', '--ignore-scripts', `--pack-destination=${folder}`));
  t.log(files.length, 'files');
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm('install', `--prefix=${folder}`, '--prefer-offline', join(folder, filename), `xstate@${manifest.dependencies.xstate}`);
  await writeFile(join(folder, 'consumer.ts'), consumer);
});

test.after.always('the project is removed', () => rm(folder, { recursive: true, force: true }));

for (const entry of entries) {
  test(`${entry} can be imported`, (t) => {
    t.notThrows(() => inProject(process.execPath, '--eval', `await import('${entry}')`, '--input-type=module'));
  });

  for (const major of [22, 24]) {
    test(`${entry} can be required on Node.js ${major}`, (t) => {
      const script = `console.log(Object.keys(require('${entry}')).length)`;
      t.true(Number(inProject(nodeBinary(major), '--input-type=commonjs', '--eval', script)) > 0);
    });
  }
}

test('the package has what threads run', async (t) => {
  await writeFile(join(folder, 'work.mjs'), 'export default ({ n }) => ({ n: n * 2 });');
  const script = `
    const { run } = await import('tintype');
    const { inThread, workerThreads } = await import('tintype/worker-threads');
    const tasks = [{ name: 'double', run: inThread({ module: process.cwd() + '/work.mjs' }) }];
    console.log((await run(tasks, { context: { n: 2 }, executor: workerThreads().executor }).unwrap()).n);
  `;
  t.is(inProject(process.execPath, '--input-type=module', '--eval', script), '4\n');
});

for (const [module, moduleResolution] of [
  ['nodenext', 'nodenext'],
  ['preserve', 'bundler'],
] as const) {
  test(`the types resolve for module ${module}`, (t) => {
    t.notThrows(() => compile('--module', module, '--moduleResolution', moduleResolution, 'consumer.ts'));
  });
}

for (const file of ['dist/index.js', 'dist/machines/index.js', 'dist/check/index.js', 'dist/testing/index.js']) {
  test(`${file} imports nothing but its dependencies and xstate`, async (t) => {
    const known = [...Object.keys(manifest.dependencies), '#xstate', 'xstate', 'xstate/graph'];
    const foreign = [...(await reachableImports(file))].filter((name) => !known.includes(name));
    t.deepEqual(foreign, []);
  });
}

test('the command and its help need nothing else, and it has a version', (t) => {
  const main = 'node_modules/tintype/dist/cli/main.js';
  t.is(inProject(process.execPath, main, '--version'), `${manifest.version}\n`);
  t.regex(inProject(process.execPath, main, '--help'), /Commands:\n {2}run /);
  t.regex(inProject(process.execPath, main, 'run', '--help'), /Exit codes:/);
});

test.serial('the command says what it needs, and then checks a file of TypeScript', (t) => {
  const command = ['node_modules/tintype/dist/cli/main.js', 'check', 'consumer.ts', '--retries', '1'];
  npm('install', `--prefix=${folder}`, '--prefer-offline', `tsx@${manifest.devDependencies.tsx}`);
  t.regex(inProject(process.execPath, ...command), /^undefined|\bok: \d+ states/);
  const report = ['node_modules/tintype/dist/cli/main.js', 'run', 'consumer.ts', '--report', 'report.html'];
  const missing = t.throws<Error & { status?: number; stderr?: string }>(() => inProject(process.execPath, ...report));
  t.is(missing?.status, 2);
  t.is(missing?.stderr, 'This needs tintype-inspector: npm install --save-dev tintype-inspector\n');
});

test.serial('tintype/otel runs, and its types resolve, where there is @opentelemetry/api', async (t) => {
  npm(
    'install',
    `--prefix=${folder}`,
    '--prefer-offline',
    `@opentelemetry/api@${manifest.devDependencies['@opentelemetry/api']}`,
  );
  const script = "const { traced } = await import('tintype/otel'); console.log((await traced().run([])).state)";
  t.is(inProject(process.execPath, '--input-type=module', '--eval', script), 'completed\n');
  // What is exported must have a type that a declaration file can name, here too.
  const source = "import { traced } from 'tintype/otel';\nexport const { run, workflowLogic } = traced();\n";
  await writeFile(join(folder, 'traced.ts'), source);
  t.notThrows(() => compile('--module', 'nodenext', 'traced.ts'));
});

test.serial('tintype/sqlite says what it needs, and then keeps jobs, where there is libsql', (t) => {
  const script = `
    const { resume, run } = await import('tintype');
    const { sqliteStore } = await import('tintype/sqlite');
    const store = sqliteStore('jobs.db');
    await run([{ name: 'when', run: () => ({ at: new Date(7) }) }], { id: 'one', store });
    console.log((await resume([{ name: 'when', run() {} }], 'one', { store }).unwrap()).at.getTime());
    store.close();
  `;
  const keep = () => inProject(process.execPath, '--input-type=module', '--eval', script);
  t.regex(t.throws<Error & { stderr?: string }>(keep)?.stderr ?? '', /install `libsql` or `better-sqlite3`/);
  npm('install', `--prefix=${folder}`, '--prefer-offline', `libsql@${manifest.devDependencies.libsql}`);
  t.is(keep(), '7\n');
});

test.serial('tintype/bullmq can be imported, and its types resolve, where there are bullmq and ioredis', async (t) => {
  const packages = (['bullmq', 'ioredis'] as const).map((name) => `${name}@${manifest.devDependencies[name]}`);
  npm('install', `--prefix=${folder}`, '--prefer-offline', ...packages);
  const script = "console.log(Object.keys(await import('tintype/bullmq')).length > 0)";
  t.is(inProject(process.execPath, '--input-type=module', '--eval', script), 'true\n');
  await writeFile(
    join(folder, 'remote.ts'),
    `import { workflow } from 'tintype';
import { bullmqExecutor, redisStore } from 'tintype/bullmq';
const connection = 'redis://localhost';
export const remote = () => bullmqExecutor({ connection, queue: 'q', workflow: workflow('w') });
export const store = () => redisStore({ connection });
`,
  );
  t.notThrows(() => compile('--module', 'nodenext', '--skipLibCheck', 'remote.ts'));
});

/** Compiles a file of the project, with declarations. */
function compile(...args: string[]): string {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const libraries = 'es2023,esnext.disposable,dom';
  const options = ['--declaration', '--outDir', 'out', '--strict', '--target', 'es2023', '--lib', libraries, '--types', ''];
  return inProject(process.execPath, tsc, ...options, ...args);
}

function inProject(command: string, ...args: string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}
