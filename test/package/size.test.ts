import test from 'ava';
import { bundle, sizes } from '../../scripts/bundle.ts';
import { importsOf } from '../../scripts/reachable-imports.ts';

/** What apps add to their bundles, in bytes, minified and without XState. What they don't import must not come along. */
const LIMITS = {
  "export * from 'tintype'": 127_000,
  "export { run } from 'tintype'": 107_000,
  "export { validateTasks } from 'tintype'": 15_500,
  "export { TintypeError } from 'tintype'": 2000,
  "export { taskMachine } from 'tintype/machines'": 8600,
};

for (const [code, limit] of Object.entries(LIMITS)) {
  test(`\`${code}\` adds no more than ${limit} bytes`, async (t) => {
    const { minified } = sizes(await bundle(code, ['xstate']));
    t.log(minified, 'bytes');
    t.true(minified <= limit);
  });
}

test('importing tintype loads three files, and not XState', async (t) => {
  t.deepEqual(new Set(await importsOf('dist/index.js')), new Set(['./chunks/core.js']));
  t.deepEqual(await importsOf('dist/chunks/core.js'), ['#xstate']);
  t.deepEqual(await importsOf('dist/xstate/require-xstate.js'), ['node:module']);
});
