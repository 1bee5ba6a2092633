import type { Property } from '../check/laws/properties.ts';
import type { RunOptions } from '../runtime/run-options.ts';
import { quote } from '../values/describe-value.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import { type AnyWorkflow, isWorkflow, taskDefinitions } from '../workflow/workflow.ts';
import { type ContextSchema, contextSchemaIn } from './context-schema.ts';
import { importModule } from './import-module.ts';
import { refuseOtherCopy } from './other-copy.ts';
import { UsageError } from './usage-error.ts';

/** What a module defines. */
export interface LoadedWorkflow {
  /** The file, as the user wrote it. */
  readonly file: string;
  /** The name of the export the workflow was found in. */
  readonly exportName: string;
  readonly tasks: AnyWorkflow | readonly TaskDefinition[];
  /** What the module exports as `options`: those of `run`. */
  readonly options: RunOptions;
  /** What the module exports as `properties`. */
  readonly properties: readonly Property[];
  /** What the module exports as `context`, if that is a Standard Schema. */
  readonly contextSchema: ContextSchema | undefined;
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
    refuseOtherCopy(file, module);
    throw new UsageError(
      `${file} exports neither a workflow nor an array of tasks; its exports are: ${Object.keys(module).map(quote).join(', ') || 'none'}`,
    );
  }
  if (found[0] !== 'default' && candidates.length > 1) {
    const names = candidates.map(([name]) => quote(name)).join(', ');
    throw new UsageError(`${file} exports more than one workflow (${names}): make one of them the default export`);
  }
  const [exportName, tasks] = found as readonly [string, LoadedWorkflow['tasks']];
  refuseEmpty(file, exportName, tasks);
  return {
    file,
    exportName,
    tasks,
    options: (module.options ?? {}) as RunOptions,
    properties: (module.properties ?? []) as readonly Property[],
    contextSchema: contextSchemaIn(module.context, file),
  };
}

type Export = readonly [name: string, value: unknown];

/** The exports that may be the workflow. An array that isn't clearly one of tasks counts if there is nothing else. */
function candidatesIn(module: Record<string, unknown>): readonly Export[] {
  const exports = Object.entries(module).filter(([name]) => !['options', 'properties', 'context'].includes(name));
  const clear = exports.filter(
    ([name, value]) => isWorkflow(value) || (Array.isArray(value) && (name === 'default' || value.some(isTask))),
  );
  return clear.length > 0 || exports.length !== 1 ? clear : exports.filter(([, value]) => Array.isArray(value));
}

const isTask = (value: unknown): boolean => typeof (value as { run?: unknown } | null | undefined)?.run === 'function';

/** @throws {UsageError} */
function refuseEmpty(file: string, exportName: string, tasks: LoadedWorkflow['tasks']): void {
  if (isWorkflow(tasks) && taskDefinitions(tasks).length === 0) {
    throw new UsageError(`${file} exports workflow ${quote(tasks.name)}, which has no tasks`);
  }
  if (!isWorkflow(tasks) && tasks.length === 0) {
    throw new UsageError(`${file} exports an empty array as ${quote(exportName)}: it has no tasks`);
  }
}
