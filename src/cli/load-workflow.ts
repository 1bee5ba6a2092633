import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Property } from '../check/properties.ts';
import type { RunOptions } from '../runtime/run-options.ts';
import { describeValue, quote } from '../workflow/describe-value.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import { USED_WRONGLY } from './exit-codes.ts';
import { UsageError } from './usage-error.ts';

/** What a module says of a job. */
export interface LoadedWorkflow {
  /** The name of the export it was found in. */
  readonly exportName: string;
  readonly tasks: AnyWorkflow | readonly TaskDefinition[];
  /** What the module exports as `options`: those of `run`. */
  readonly options: RunOptions;
  /** What the module exports as `properties`. */
  readonly properties: readonly Property[];
}

/**
 * Loads a module and finds its workflow: the default export, or else the only export that is a workflow or an array of tasks.
 * @throws {UsageError}
 */
export async function loadWorkflow(file: string): Promise<LoadedWorkflow> {
  const module = await importModule(file);
  const candidates = candidatesIn(module);
  const found = candidates.find(([name]) => name === 'default') ?? candidates[0];
  if (found === undefined) {
    throw new UsageError(
      `${file} exports no workflow and no array of tasks; it exports ${Object.keys(module).join(', ') || 'nothing'}`,
    );
  }
  if (found[0] !== 'default' && candidates.length > 1) {
    const names = candidates.map(([name]) => quote(name)).join(', ');
    throw new UsageError(`${file} exports more than one workflow (${names}): make one of them the default export`);
  }
  const [exportName, tasks] = found as readonly [string, LoadedWorkflow['tasks']];
  return {
    exportName,
    tasks,
    options: (module.options ?? {}) as RunOptions,
    properties: (module.properties ?? []) as readonly Property[],
  };
}

type Export = readonly [name: string, value: unknown];

/** The exports that may be meant. An array that only may be one of tasks, such as an empty one, is when there is nothing else. */
function candidatesIn(module: Record<string, unknown>): readonly Export[] {
  const exports = Object.entries(module).filter(([name]) => name !== 'options' && name !== 'properties');
  const clear = exports.filter(
    ([name, value]) => isWorkflow(value) || (Array.isArray(value) && (name === 'default' || value.some(isTask))),
  );
  return clear.length > 0 || exports.length !== 1 ? clear : exports.filter(([, value]) => Array.isArray(value));
}

const isTask = (value: unknown): boolean => typeof (value as { run?: unknown } | null | undefined)?.run === 'function';

async function importModule(file: string): Promise<Record<string, unknown>> {
  if (/\.[cm]?tsx?$/.test(file) && !readsTypeScript()) {
    await registerTypeScript(file);
  }
  process.once('beforeExit', neverSettles);
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (error) {
    throw new UsageError(`${file} can't be loaded: ${describeValue(error)}`);
  } finally {
    process.off('beforeExit', neverSettles);
  }

  /** Nothing is left that could settle what the file awaits. */
  function neverSettles(): void {
    console.error(`${file} can't be loaded: it awaits what never settles`);
    process.exit(USED_WRONGLY);
  }
}

/** Node.js can by itself, or has been helped already, as it reads this file. */
const readsTypeScript = (): boolean =>
  Boolean((process.features as { typescript?: unknown }).typescript) || import.meta.url.endsWith('.ts');

/** Before version 22.18, Node.js needs help to read TypeScript. */
async function registerTypeScript(file: string): Promise<void> {
  const tsx = await import('tsx/esm/api').catch(() => {
    throw new UsageError(`${file} is TypeScript, which this version of Node.js can't read: npm install --save-dev tsx`);
  });
  tsx.register();
}
