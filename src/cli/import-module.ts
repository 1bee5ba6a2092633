import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import nodeModule, { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { hasModuleSyntax } from './module-syntax.ts';
import { unlessStuck } from './unless-stuck.ts';
import { UsageError } from './usage-error.ts';

/**
 * Imports a TypeScript or JavaScript module and returns its exports.
 * @throws {UsageError}
 */
export async function importModule(file: string): Promise<Record<string, unknown>> {
  if (!existsSync(file)) {
    throw new UsageError(`${file} can't be loaded: there is no such file`);
  }
  if (statSync(file).isDirectory()) {
    throw new UsageError(`${file} can't be loaded: it is a folder`);
  }
  if (/\.[cm]?tsx?$/.test(file)) {
    await readTypeScript(file);
  }
  const stuck = `${file} can't be loaded: it awaits a promise that never settles`;
  try {
    return exportsOf(await unlessStuck(stuck, () => import(pathToFileURL(resolve(file)).href)));
  } catch (error) {
    throw new UsageError(`${file} can't be loaded:\n${describeLoadError(error, file)}`);
  }
}

/** The exports of a module. Those of CommonJS, even if compiled from ES modules, are in its default export. */
function exportsOf(namespace: Record<string, unknown>): Record<string, unknown> {
  const { 'module.exports': _, ...exports } = namespace;
  const inner = exports.default as Record<string, unknown> | null | undefined;
  return typeof inner === 'object' && inner !== null && ('__esModule' in inner || '__esModule' in exports)
    ? { ...exports, ...inner }
    : exports;
}

/** Codes of errors whose message names the file that can't be imported. Their stack shows only code of the loader. */
const NOT_MODULES: ReadonlySet<unknown> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
]);

/** What went wrong and where: the stack, without the lines of Node.js and of the command. */
function describeLoadError(error: unknown, file: string): string {
  if (NOT_MODULES.has((error as { code?: unknown } | null | undefined)?.code)) {
    return (error as Error).message;
  }
  const text = inspect(error);
  const place = error instanceof SyntaxError && text.startsWith('SyntaxError') ? placeOfSyntaxError(file) : undefined;
  return (
    place ??
    text.replace(/\n +at .*\bnode:internal\/.*/g, '').replace(/\n +at async (?:importModule|unlessStuck) .*(?:\n +at .*)*/g, '')
  );
}

/** Node.js doesn't report where a syntax error in an imported module is, but `node --check` does. */
function placeOfSyntaxError(file: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ['--check', file], { encoding: 'utf8' });
  return status === 0 ? undefined : stderr.replace(/\n +at .*|\n+Node\.js v.*/g, '').trim();
}

/** Makes Node.js load TypeScript, even ES modules in a CommonJS package. */
async function readTypeScript(file: string): Promise<void> {
  if (import.meta.url.endsWith('.ts') || 'bun' in process.versions || 'deno' in process.versions) {
    // Whatever loaded this file loads any other, and Bun and Deno load TypeScript themselves.
    return;
  }
  const isBuiltIn = Boolean((process.features as { typescript?: unknown }).typescript) && !file.endsWith('x');
  if (isBuiltIn && registerHooks !== undefined) {
    registerHooks({ load: (url, context, next) => next(url, { ...context, format: formatOf(url, context.format) }) });
    return;
  }
  const tsx = await import('tsx/esm/api').catch(() => {
    throw new UsageError(`${file} can't be loaded: this version of Node.js needs tsx to load it: npm install --save-dev tsx`);
  });
  tsx.register();
  register('./tsx-format-hook.js', import.meta.url);
}

type Context = { readonly format?: string | null | undefined };
type Load = (url: string, context: Context, next: (url: string, context: Context) => unknown) => unknown;

/** Missing before Node.js 22.15. */
const { registerHooks } = nodeModule as { registerHooks?: (hooks: { readonly load: Load }) => unknown };

const formatOf = (url: string, format: Context['format']): Context['format'] =>
  format === 'commonjs-typescript' && hasModuleSyntax(url) ? 'module-typescript' : format;
