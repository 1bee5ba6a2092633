import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import webpack from 'webpack';
import { Project } from './project.ts';

/** Keeps a job in SQLite while a thread calls a function, or prints why not. */
const SERVER = `
import { run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { inThread, workerThreads } from 'tintype/worker-threads';

function openStore() {
  try {
    return sqliteStore(':memory:');
  } catch (error) {
    console.log(error.code, error.message);
  }
}

async function main() {
  const store = openStore();
  const threads = workerThreads({ maxThreads: 1 });
  const double = workflow('double').task({ name: 'double', run: inThread({ module: process.argv[2] }) });
  const options = { context: { n: 2 }, executor: threads.executor, ...(store && { id: 'one', store }) };
  const job = run(double, options);
  const { n } = await job.unwrap();
  console.log(n, (await store?.read('one'))?.state ?? 'not stored');
  await threads.close();
  store?.close();
}

main();
`;

const PAGE = `
import { run, workflow } from 'tintype';
import { checkWorkflow } from 'tintype/check';
import { toMermaid } from 'tintype/diagrams';

const hello = workflow('hello').task({ name: 'greet', run: () => ({ text: 'hello' }) });
run(hello).unwrap().then(({ text }) => console.log(text, checkWorkflow(hello, { maxRetries: 0 }).ok, toMermaid(hello).includes('greet')));
`;

interface Bundle {
  readonly entry: string;
  readonly platform: 'node' | 'browser';
  readonly format: 'esm' | 'cjs';
  /** The file to write. */
  readonly file: string;
}

/** Each bundles everything into one file, with as few options as that takes, and returns its warnings. */
const BUNDLERS: Readonly<Record<string, (bundle: Bundle) => Promise<readonly unknown[]>>> = {
  esbuild: ({ entry, platform, format, file }) =>
    esbuild({
      ...{ entryPoints: [join(project.folder, entry)], outfile: join(project.folder, file), bundle: true, platform, format },
      logLevel: 'silent',
    }).then(({ warnings }) => warnings),

  webpack: async ({ entry, platform, format, file }) => {
    const compiler = webpack({
      mode: 'production',
      target: platform === 'node' ? 'node20' : 'web',
      context: project.folder,
      entry: `./${entry}`,
      output: {
        ...{ path: project.folder, filename: file },
        ...(format === 'esm' ? { module: true, library: { type: 'module' } } : { library: { type: 'commonjs2' } }),
      },
      experiments: { outputModule: format === 'esm' },
      performance: false,
    });
    const stats = await promisify(compiler.run.bind(compiler))();
    const { errors = [], warnings = [] } = stats?.toJson({ errors: true, warnings: true }) ?? {};
    return [...errors, ...warnings].map(({ message }) => message);
  },

  Vite: async ({ entry, platform, format, file }) => {
    const warnings: unknown[] = [];
    await vite({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      ssr: { noExternal: true },
      build: {
        ...{ ssr: platform === 'node', outDir: '.', emptyOutDir: false },
        rollupOptions: {
          input: join(project.folder, entry),
          output: { format, entryFileNames: file },
          // CommonJS has none, and tintype does without it.
          onwarn: (warning) => warning.code === 'EMPTY_IMPORT_META' || warnings.push(warning.message),
        },
      },
    });
    return warnings;
  },
};

let project: Project;
/** Where there is no node_modules above. */
let elsewhere: string;

test.before('a project installs the packed package and libsql', async () => {
  project = await Project.make(['tintype'], 'libsql');
  await project.write('server.js', SERVER);
  await project.write('page.js', PAGE);
  await project.write('work.mjs', 'export default ({ n }) => ({ n: n * 2 });\n');
  elsewhere = await mkdtemp(join(tmpdir(), 'tintype-elsewhere-'));
});

test.after.always('the project is removed', async () => {
  await project?.remove();
  await rm(elsewhere, { recursive: true, force: true });
});

for (const [name, bundle] of Object.entries(BUNDLERS)) {
  for (const format of ['esm', 'cjs'] as const) {
    test.serial(`a server bundled by ${name} as ${format} runs threads, and SQLite where libsql is installed`, async (t) => {
      const file = `server.${name}.${format === 'esm' ? 'mjs' : 'cjs'}`;
      t.deepEqual(await bundle({ entry: 'server.js', platform: 'node', format, file }), []);
      const work = join(project.folder, 'work.mjs');
      t.deepEqual(await project.node(file, work), { code: 0, output: '4 completed\n', errors: '' });

      // Without libsql, one error names what to install, and nothing else fails.
      await cp(join(project.folder, file), join(elsewhere, file));
      await project.rename('node_modules', 'not-installed');
      const { code, output, errors } = await project.run(process.execPath, [join(elsewhere, file), work], {}, elsewhere);
      await project.rename('not-installed', 'node_modules');
      t.is(code, 0, errors);
      const [sqlite, thread] = output.split('\n');
      t.regex(
        sqlite ?? '',
        /^STORE_FAILED .*No SQLite library found: install `libsql` or `better-sqlite3`; if you bundle your app, mark it/,
      );
      t.is(thread, '4 not stored');
    });
  }

  test.serial(`a page bundled by ${name} for browsers runs and checks a job`, async (t) => {
    t.deepEqual(await bundle({ entry: 'page.js', platform: 'browser', format: 'esm', file: `page.${name}.mjs` }), []);
    t.deepEqual(await project.node(`page.${name}.mjs`), { code: 0, output: 'hello true true\n', errors: '' });
  });
}
