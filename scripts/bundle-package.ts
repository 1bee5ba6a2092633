/**
 * Bundles the entry points of package.json and the command into dist, since loading hundreds of small modules is slow. What entry points share is
 * in chunks, so every class exists once. Packages in devDependencies are bundled, too; the licenses are in dist/THIRD-PARTY-LICENSES.txt.
 */
import { writeFile } from 'node:fs/promises';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import manifest from '../package.json' with { type: 'json' };
import { thirdPartyLicenses } from './third-party-licenses.ts';

const THREAD_PROGRAM = 'src/executors/worker-threads/thread-program.ts';

/** From `./dist/check/index.js` to `check/index`. */
const exported = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === 'string' ? [] : [entry.default.slice('./dist/'.length, -'.js'.length)],
);
const others = ['cli/main', 'cli/tsx-format-hook', 'xstate/load-xstate', 'xstate/require-xstate'];
const input = Object.fromEntries([...exported, ...others].map((name) => [name, `src/${name}.ts`]));

const installed = [manifest.dependencies, manifest.peerDependencies].flatMap(Object.keys);
const external = (id: string) => installed.some((name) => id === name || id.startsWith(`${name}/`));

/** The program that threads run, as a `data:` URL: once tintype is bundled into an app, there is no file next to it that a thread could load. */
async function threadProgramUrl(): Promise<{ url: string; modules: readonly string[] }> {
  const build = await rolldown({ input: THREAD_PROGRAM, platform: 'node', tsconfig: false });
  const { output } = await build.generate({ format: 'esm', minify: true, comments: false });
  await build.close();
  const [{ code, moduleIds }] = output;
  // Without a name, the whole URL would show up in the stack traces of errors thrown in threads.
  const program = `${code}//# sourceURL=tintype/worker-threads/thread-program.js\n`;
  // Base64, because Bun 1.4 imports a URL that ends in `.js` as a file, not as a module.
  return { url: `data:text/javascript;base64,${Buffer.from(program).toString('base64')}`, modules: moduleIds };
}

const { url, modules } = await threadProgramUrl();
const threadProgram: Plugin = {
  name: 'thread-program',
  load: {
    filter: { id: /\/worker-threads\/program-url\.ts$/ },
    handler: () => ({ code: `export const PROGRAM_URL = ${JSON.stringify(url)};`, map: null }),
  },
};

/**
 * Node.js loads XState when it is needed, see `imports` in package.json. Bundlers (the condition `module`), browsers, and test runners that turn
 * modules into CommonJS (`require`) can't, so there it is loaded with tintype.
 */
const xstateOnDemand: Plugin = {
  name: 'xstate-on-demand',
  resolveId: {
    filter: { id: /\/load-xstate\.ts$/ },
    handler: (_, importer) => (importer === undefined ? null : { id: '#xstate', external: true }),
  },
};

/** Node.js reads a file in ASCII faster. There is no other text in the code than in strings. */
const ascii: Plugin = {
  name: 'ascii',
  renderChunk: (code) => ({
    code: code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
    map: null,
  }),
};

const build = await rolldown({
  input,
  external,
  platform: 'node',
  tsconfig: false,
  plugins: [threadProgram, xstateOnDemand, ascii],
});
const { output } = await build.write({
  dir: 'dist',
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  sourcemap: true,
  // `src` is published.
  sourcemapExcludeSources: true,
  comments: { jsdoc: false },
  // Everything the main entry point needs is in one chunk, also what others share with it.
  codeSplitting: { groups: [{ name: 'core', test: /\/src\/index\.ts$/ }] },
});
await build.close();

const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
const bundled = [...modules, ...chunks.flatMap(({ moduleIds }) => moduleIds)];
await writeFile('dist/THIRD-PARTY-LICENSES.txt', await thirdPartyLicenses(bundled));
