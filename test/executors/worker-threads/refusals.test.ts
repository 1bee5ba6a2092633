import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { InvalidWorkflowError, run } from 'tintype';
import { inThread, NoWorkerThreadsError, WorkerModuleError, workerThreads } from 'tintype/worker-threads';
import { TestFolder } from '../../helpers/command.ts';
import { atWork, MODULE, threadsFor } from './at-work.ts';

const fileBeside = (name: string): URL => new URL(name, import.meta.url);

for (const [title, module, exported, why] of [
  ['that is not there', fileBeside('nowhere.ts'), 'default', /^.*Cannot find module .*nowhere\.ts/],
  ['that throws', fileBeside('broken.ts'), 'default', /^SyntaxError: broken from the start$/],
  ['without the export', MODULE, 'nothing', /^it is undefined; the module exports .*add, array,/],
  ['whose export is no function', MODULE, 'notAFunction', /^it is 5; the module exports /],
] as const) {
  test(`a module ${title} fails the attempt, with task, module and export in the error`, async (t) => {
    const { executor } = threadsFor(t);
    const result = await run([{ name: 'a', maxRetries: 0, run: inThread({ module, export: exported }) }], { executor });
    const error = result.state === 'failed' ? result.failure.error : undefined;
    t.true(error instanceof WorkerModuleError);
    t.like(error, { code: 'WORKER_MODULE', task: 'a', module: module.href, export: exported });
    const start = `Task \`a\` can't call the export \`${exported}\` of ${module.href}: `;
    const { message, cause } = error as WorkerModuleError;
    t.false(`${message} ${(cause as Error | undefined)?.stack}`.includes('data:text'));
    t.true(message.startsWith(start), message);
    t.regex(message.slice(start.length), why);
    t.is(cause instanceof Error, !why.source.startsWith('^it is'));
  });
}

const folder = new TestFolder(test);

/** Whether threads load a module of a CommonJS package that has no other sign of being a module than its syntax. */
const areDetected = Number.parseInt(process.versions.node, 10) >= 22;

for (const [file, text, exported, advice, isLoaded] of [
  ['named.ts', 'export const work = () => ({});', 'work', 'name the file `.mts`', areDetected],
  ['default.ts', 'export default () => ({});', 'default', 'name the file `.mts`', areDetected],
  ['waits.ts', 'export const work = () => ({});\nawait 1;', 'work', 'name the file `.mts`', false],
  ['script.js', 'export const work = () => ({});', 'work', 'name the file `.mjs`', areDetected],
] as const) {
  test(`a module in a CommonJS package is loaded, or refused with advice and not tried again: ${file}`, async (t) => {
    await folder.write('package.json', '{ "type": "commonjs" }');
    const module = await folder.write(file, text);
    const { executor } = threadsFor(t);
    const result = await run([{ name: 'a', maxRetries: 1, run: inThread({ module, export: exported }) }], { executor });
    if (isLoaded) {
      t.is(result.state, 'completed');
      return;
    }
    const { attempts, error } = (result as { failure?: { attempts: number; error: WorkerModuleError } }).failure ?? {};
    t.is(attempts, 1);
    t.is(error?.code, 'WORKER_MODULE');
    t.true(error?.message.endsWith(`; ${advice}, or set "type": "module" in its package.json`), error?.message);
  });
}

for (const [file, text, why] of [
  [
    'misspelled.ts',
    'export const word = () => ({});',
    areDetected
      ? 'it is undefined; the module exports word'
      : 'it is undefined; the module exports word, and was loaded as CommonJS; ' +
        'name the file `.mts`, or set "type": "module" in its package.json',
  ],
  ['plain.cjs', 'module.exports = () => ({});', /^it is undefined; the module exports default(, module\.exports)?$/],
  [
    'compiled.cjs',
    'Object.defineProperty(exports, "__esModule", { value: true });\nexports.word = () => ({});',
    /^it is undefined; the module exports .*\bword\b[^;]*$/,
  ],
] as const) {
  test(`a missing export in a CommonJS package is explained: ${file}`, async (t) => {
    await folder.write('package.json', '{ "type": "commonjs" }');
    const module = await folder.write(file, text);
    const { executor } = threadsFor(t);
    const { tasks } = await run([{ name: 'a', run: inThread({ module, export: 'work' }) }], { executor });
    const [, explanation = ''] = /\.[cm]?[jt]s: (.*)$/.exec(String(tasks.get('a')?.error)) ?? [];
    if (typeof why === 'string') {
      t.is(explanation, why);
    } else {
      t.regex(explanation, why);
    }
  });
}

test('a module that is named as the advice says is loaded', async (t) => {
  await folder.write('package.json', '{ "type": "commonjs" }');
  await folder.write('named.mts', 'export const work = () => ({ loaded: true });');
  const { executor } = threadsFor(t);
  const task = { name: 'a', run: inThread({ module: join(folder.path, 'named.mts'), export: 'work' }) };
  t.like(await run([task], { executor }), { context: { loaded: true } });
});

for (const [title, module] of [
  ['a URL', fileBeside('plain.mjs')],
  ['a URL as a string', fileBeside('plain.mjs').href],
  ['a path', fileURLToPath(fileBeside('plain.mjs'))],
] as const) {
  test(`a module can be given as ${title}`, async (t) => {
    const { executor } = threadsFor(t);
    const result = await run([{ name: 'double', run: inThread({ module, export: 'double' }) }], {
      context: { n: 4 },
      executor,
    });
    t.deepEqual(result.context, { n: 8 });
  });
}

test('without an executor, the function of a thread is an error that names its task', async (t) => {
  const result = await run([{ name: 'a', run: atWork('default') }]);
  const error = result.state === 'failed' ? result.failure.error : undefined;
  t.true(error instanceof NoWorkerThreadsError);
  t.like(error, {
    code: 'NO_WORKER_THREADS',
    task: 'a',
    message: 'Task `a` needs a thread, but there is none: run the job with `executor: workerThreads().executor`',
  });
});

const MODULES = 'must be a file: URL or an absolute path';
const LIMIT = 'must be a number greater than 0 (MiB)';

for (const [call, messages] of [
  [() => inThread(5 as never), ['`inThread`: the options must be an object, got 5']],
  [() => inThread({} as never), [`\`inThread\`: \`module\` ${MODULES}, got undefined`]],
  [() => inThread({ module: './work.ts' }), [`\`inThread\`: \`module\` ${MODULES}, got the string "./work.ts"`]],
  [() => inThread({ module: new URL('data:,1') }), [`\`inThread\`: \`module\` ${MODULES}, got an instance of URL`]],
  [() => inThread({ module: 'file://[' }), [`\`inThread\`: \`module\` ${MODULES}, got the string "file://["`]],
  [
    () => inThread({ module: MODULE, export: '', input: {}, extra: 1 } as never),
    [
      '`inThread`: `export` must be a string of at least 1 character, got the string ""',
      '`inThread`: `input` must be a function, got an object',
      '`inThread`: there is no option `extra`; the options are module, export, input',
    ],
  ],
  [() => workerThreads(null as never), ['The worker threads: the options must be an object, got null']],
  [
    () => workerThreads({ maxThreads: Infinity, grace: -1, resourceLimits: 5 as never }),
    [
      'The worker threads: `maxThreads` must be an integer of at least 1, got Infinity',
      'The worker threads: `grace` must be an integer from 0 to 2147483647 (milliseconds), got -1',
      'The worker threads: `resourceLimits` must be an object, got 5',
    ],
  ],
  [
    () => workerThreads({ resourceLimits: { stackSizeMb: 0, heap: 5 } as never }),
    [
      `The worker threads: \`resourceLimits.stackSizeMb\` ${LIMIT}, got 0`,
      'The worker threads: there is no option `resourceLimits.heap`; the options are maxOldGenerationSizeMb, maxYoungGenerationSizeMb, codeRangeSizeMb, stackSizeMb',
    ],
  ],
] as const) {
  test(`it is refused at once: ${messages[0]}`, (t) => {
    const error = t.throws(call, { instanceOf: InvalidWorkflowError });
    t.deepEqual(
      error?.problems.map(({ message }) => message),
      [...messages],
    );
  });
}
