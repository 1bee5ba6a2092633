import { resolve } from 'node:path';
import test from 'ava';
import { Project } from './project.ts';

/** Runs a stored job in a thread, with the globals of both Vitest and Jest. */
const TESTS = `
import { run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { inThread, workerThreads } from 'tintype/worker-threads';

test('a stored job runs in a thread', async () => {
  const store = sqliteStore(':memory:');
  const threads = workerThreads({ maxThreads: 1 });
  const double = workflow('double').task({ name: 'double', run: inThread({ module: process.env.WORK }) });
  const job = run(double, { context: { n: 2 }, id: 'one', store, executor: threads.executor });
  expect((await job.unwrap()).n).toBe(4);
  await threads.close();
  store.close();
});
`;

/** Runs a job while timers are faked: it starts and ends by itself, and its backoff waits for the fake clock. */
const FAKED = `
import { run } from 'tintype';

test('a job under fake timers', async () => {
  fake.useFakeTimers();
  let calls = 0;
  const tasks = Array.from({ length: 2500 }, (_, index) => ({ name: 't' + index, run: () => void (calls += 1) }));
  expect((await run(tasks)).state).toBe('completed');
  expect(calls).toBe(2500);
  const fails = () => { throw new Error('no'); };
  const job = run([{ name: 'a', maxRetries: 1, backoff: 60_000, run: fails }]);
  await fake.advanceTimersByTimeAsync(60_000);
  expect((await job).state).toBe('failed');
});
`;

const COMMON_JS = `
const { run, workflow } = require('tintype');
const { sqliteStore } = require('tintype/sqlite');
const { inThread, workerThreads } = require('tintype/worker-threads');
${TESTS.slice(TESTS.indexOf('test('))}`;

const NODE_TEST = `
import assert from 'node:assert';
import test from 'node:test';
const expect = (got) => ({ toBe: (wanted) => assert.equal(got, wanted) });
${TESTS}`;

const TRANSFORM = `
const { transformSync } = require('esbuild');
exports.process = (source) => transformSync(source, { format: 'cjs', target: 'node20' });
`;

const JEST = resolve('node_modules/jest/bin/jest.js');

let project: Project;

test.before('a project installs the packed package and libsql', async () => {
  project = await Project.make(['tintype'], 'libsql');
  await project.link('vitest');
  await project.link('esbuild');
  await project.write('vitest/job.test.js', TESTS);
  await project.write('jest/job.test.js', TESTS);
  await project.write('vitest/fake.test.js', `const fake = vi;\n${FAKED}`);
  await project.write('jest/fake.test.js', `import { jest as fake } from '@jest/globals';\n${FAKED}`);
  await project.write('node/job.test.js', NODE_TEST);
  await project.write('jest-cjs/require.test.cjs', COMMON_JS);
  await project.write('work.mjs', 'export default ({ n }) => ({ n: n * 2 });\n');
});

test.after.always('the project is removed', () => project?.remove());

const run = (...args: readonly string[]) =>
  project.run(process.execPath, args, { WORK: `${project.folder}/work.mjs`, NO_COLOR: '1' });

test.serial('Vitest runs tests of jobs', async (t) => {
  const { code, output, errors } = await run(resolve('node_modules/vitest/vitest.mjs'), 'run', '--globals', '--dir', 'vitest');
  t.is(code, 0, output + errors);
  t.regex(output, /Tests +2 passed/);
});

test.serial('node:test runs tests of jobs', async (t) => {
  const { code, output, errors } = await run('--test', 'node/job.test.js');
  t.is(code, 0, output + errors);
  t.regex(output, /pass 1/);
});

const jest = (...args: readonly string[]) => run(...args, '--rootDir', project.folder, '--transform', '{}', '--watchman=false');

test.serial('Jest runs tests of jobs as ES modules', async (t) => {
  const { code, errors } = await jest('--experimental-vm-modules', '--no-warnings', JEST, 'jest/');
  t.is(code, 0, errors);
  t.regex(errors, /Tests: +2 passed/);
});

const COMMON_JS_TESTS = ['--testMatch', '**/*.test.cjs', '--', 'jest-cjs/'];

test.serial("Jest's CommonJS mode can't load an ES module, and says so", async (t) => {
  const { code, errors } = await jest(JEST, ...COMMON_JS_TESTS);
  t.is(code, 1);
  t.regex(errors, /Must use import to load ES Module: .*tintype/);
});

test.serial("Jest's CommonJS mode runs jobs where tintype is transformed", async (t) => {
  await project.write('to-common-js.cjs', TRANSFORM);
  const config = {
    rootDir: project.folder,
    transform: { '\\.m?js$': './to-common-js.cjs' },
    transformIgnorePatterns: ['/node_modules/(?!(tintype|devalue|is-network-error|is-plain-obj)/)'],
  };
  const { code, errors } = await run(JEST, '--config', JSON.stringify(config), '--watchman=false', ...COMMON_JS_TESTS);
  t.is(code, 0, errors);
});
