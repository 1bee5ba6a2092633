import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import manifest from '../../package.json' with { type: 'json' };
import { npm } from '../../scripts/node-binary.ts';

/** What there is of XState in the project that installs both packages. */
const PROJECTS = { 'XState 5': '^5.33.0', 'XState 4': '^4.38.3', 'no XState': undefined } as const;

const consumer = `
import { run, workflow } from 'tintype';
import { inspectJobs, writeReport } from 'tintype-inspector';

const hello = workflow('hello').task({ name: 'greet', run: () => ({ text: 'hello' }) });
export const inspector = await inspectJobs();
const page = await (await fetch(inspector.url)).text();
const job = run(hello, { inspect: inspector.inspect });
await writeReport(job, 'report.html');
console.log((await job.unwrap()).text, page.includes('"live":true'));
await inspector.stop();
`;

let folder: string;
let packages: readonly string[];

const pack = (of: string): string => {
  const [{ filename }] = JSON.parse(npm('pack', of, '--json', '--ignore-scripts', `--pack-destination=${folder}`));
  return join(folder, filename);
};

test.before('both packages are packed', async () => {
  folder = await mkdtemp(join(tmpdir(), 'tintype-projects-'));
  packages = [pack('.'), pack('./inspector')];
});

test.after.always('the projects are removed', () => rm(folder, { recursive: true, force: true }));

for (const [has, xstate] of Object.entries(PROJECTS)) {
  test.serial(`both packages are installed and used in a project with ${has}`, async (t) => {
    const project = join(folder, has.replace(' ', '-'));
    await mkdir(project);
    await writeFile(
      join(project, 'package.json'),
      JSON.stringify({ private: true, type: 'module', dependencies: xstate === undefined ? {} : { xstate } }),
    );
    const inProject = (command: string, ...args: string[]) => execFileSync(command, args, { cwd: project, encoding: 'utf8' });
    const install = (...what: string[]) => npm('install', `--prefix=${project}`, '--prefer-offline', ...what);
    install();
    install(...packages);
    t.notThrows(() => npm('ls', `--prefix=${project}`, '--all'));
    await writeFile(join(project, 'consumer.ts'), consumer);

    const { devDependencies } = manifest;
    install(`tsx@${devDependencies.tsx}`);
    t.is(inProject(process.execPath, '--import=tsx', 'consumer.ts'), 'hello true\n');
    t.regex(await readFile(join(project, 'report.html'), 'utf8'), /"live":false/);

    const flags = [
      '--noEmit',
      '--strict',
      '--target',
      'es2023',
      '--module',
      'nodenext',
      '--lib',
      'es2023,esnext.disposable,dom',
    ];
    t.notThrows(() =>
      inProject(process.execPath, resolve('node_modules/typescript/bin/tsc'), ...flags, '--types', '', 'consumer.ts'),
    );

    await writeFile(join(project, 'greet.mjs'), `export default [{ name: 'greet', run() {} }];`);
    inProject(
      process.execPath,
      'node_modules/tintype/dist/cli/main.js',
      'run',
      'greet.mjs',
      '--silent',
      '--report',
      'run.html',
    );
    t.regex(await readFile(join(project, 'run.html'), 'utf8'), /"live":false/);
  });
}
