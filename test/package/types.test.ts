import { join } from 'node:path';
import test from 'ava';
import manifest from '../../package.json' with { type: 'json' };
import { cachedPackage } from '../../scripts/cached-package.ts';
import { Project } from './project.ts';

/** The oldest supported version, the last one written in JavaScript, and the one tintype is built with. */
const VERSIONS = ['5.5.4', '5.9.3', '7.0.2'];

const MODULES = [
  ['node16', 'node16'],
  ['esnext', 'bundler'],
] as const;

/** The entry points whose types need `@types/node`, unless libraries aren't checked. */
const ON_NODE = ['tintype/bullmq', 'tintype/progress', 'tintype/worker-threads', 'tintype-inspector'];
const EVERYWHERE = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => path.replace('.', 'tintype'))
  .filter((entry) => !ON_NODE.includes(entry));
const PEERS = ['@opentelemetry/api', 'bullmq', 'ioredis', 'log-update'];

/** A declaration file must be able to name the types of its exports. */
const CONSUMER = `
import { type AnyWorkflow, resume, resumeAll, run, workflow, workflowLogic } from 'tintype';
import { checkWorkflow } from 'tintype/check';
import { toMermaid } from 'tintype/diagrams';
import { traced } from 'tintype/otel';
import { sqliteStore } from 'tintype/sqlite';
import { callsOf, returns, stub } from 'tintype/testing';

export const hello = workflow('hello')
  .context<{ url: string }>()
  .task({ name: 'fetch', run: async ({ url }, { signal }) => ({ page: url + signal.aborted }) })
  .task({ name: 'count', dependencies: ['fetch'], run: ({ page }) => ({ length: page.length }) })
  .task({ name: 'optional', dependencies: ['fetch'], continueOnFailure: true, run: ({ page }) => ({ shout: page.toUpperCase() }) });
export const job = run(hello, { context: { url: 'x' } });
export const length = async (): Promise<number> => (await job.unwrap()).length;
export const result = async () => await job;
export const snapshot = job.snapshot();
export const loose = run([{ name: 'a', run: () => {} }]);
export const several = hello.include(workflow('other').task({ name: 'more', run: () => ({ more: 1 }) })).tasks([{ name: 'a', run: () => {} }]);
export const logic = workflowLogic(hello, {});
export const stubbed = stub(hello, { fetch: returns({ page: 'p' }) });
export const calls = callsOf(stubbed, 'fetch');
export const go = <W extends AnyWorkflow>(given: W) => resume(given, 'id', { store: store() });
export const all = async () => await resumeAll([hello, several], { store: store() });
export const report = checkWorkflow(hello);
export const drawing = toMermaid(hello);
export const tracing = traced();
export const store = () => sqliteStore('jobs.db');

export async function last(): Promise<string | undefined> {
  let type: string | undefined;
  for await (const event of job.events()) type = event.type;
  return type;
}

// @ts-expect-error there is no such dependency
workflow('wrong').task({ name: 'a', run: () => ({}) }).task({ name: 'b', dependencies: ['c'], run: () => ({}) });
`;

/** One has `@types/node`. The other has only the browser's library. */
let projects: { readonly with: Project; readonly without: Project };

test.before('two projects install the packed packages, one of them @types/node too', async () => {
  const withNode = await Project.make(['tintype', 'tintype-inspector'], ...PEERS, '@types/node');
  const without = await Project.make(['tintype', 'tintype-inspector'], ...PEERS);
  projects = { with: withNode, without };
});

test.after.always('the projects are removed', () =>
  Promise.all(Object.values(projects ?? {}).map((project) => project.remove())),
);

const reexports = (entries: readonly string[]): string =>
  entries.map((entry, index) => `export * as entry${index} from '${entry}';\n`).join('');

for (const version of VERSIONS) {
  test(`TypeScript ${version} compiles every entry point, with and without skipLibCheck and @types/node`, async (t) => {
    const tsc = join(cachedPackage('typescript', version), 'bin', 'tsc');
    for (const [node, project] of Object.entries(projects)) {
      for (const skipLibCheck of [false, true]) {
        for (const [module, moduleResolution] of MODULES) {
          const folder = `${version}/${node}/${skipLibCheck}/${module}`;
          const needsNode = node === 'without' && !skipLibCheck ? [] : ON_NODE;
          await project.write(`${folder}/entries.ts`, reexports([...EVERYWHERE, ...needsNode]));
          await project.write(`${folder}/consumer.ts`, CONSUMER);
          const compilerOptions = {
            ...{ module, moduleResolution, skipLibCheck, target: 'es2022', strict: true, declaration: true, outDir: 'out' },
            ...(node === 'with' ? { lib: ['es2022'], types: ['node'] } : { lib: ['es2022', 'dom'], types: [] }),
          };
          await project.write(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions }));
          const { code, output } = await project.node(tsc, '--project', folder);
          t.is(code, 0, `${folder}\n${output}`);
        }
      }
    }
  });
}
