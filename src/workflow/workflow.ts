import type { Closure, ContextOfTask, DefinedTask, Dependencies, FreeName, TaskShape } from './context-types.ts';
import type { NoKeys } from './loose-context.ts';
import type { TaskDefinition, TaskExecution, TaskOptions } from './task-definition.ts';
import type { TaskOutput, TaskResult } from './task-result.ts';

declare const brand: unique symbol;

/** Any workflow, whatever its initial context and tasks. */
export interface AnyWorkflow {
  /** The name of the workflow. */
  readonly name: string;
  /** What the workflow was made with as its `version`. */
  readonly version: string | undefined;
  /** Is there for the compiler only: it keeps other objects with a name from passing for a workflow. */
  readonly [brand]: true;
}

/**
 * A named set of tasks that depend on each other. It never changes: `.task()` returns a new workflow. The types of its initial
 * context and of its tasks are inferred.
 */
export interface Workflow<in out Initial extends object, in out Tasks extends TaskShape = never> extends AnyWorkflow {
  /**
   * Returns a workflow that has one more task; everything is validated when the workflow is run.
   * @example
   * const hello = workflow('hello')
   *   .task({ name: 'fetch', run: async () => ({ page: 'hello' }) })
   *   .task({ name: 'count', dependencies: ['fetch'], run: ({ page }) => ({ length: page.length }) });
   */
  task<
    const Name extends string,
    Result extends TaskResult,
    const List extends ReadonlySet<Tasks['required']>,
    const Continue extends boolean | undefined = false,
  >(
    definition: WorkflowTask<Initial, Tasks, Name, Result, List, Continue> & { readonly dependencies: List },
  ): Workflow<
    Initial,
    | Tasks
    // No alias here: the compiler would write it out with all its arguments, which nest from task to task.
    | DefinedTask<Name, TaskOutput<Result>, Closure<Tasks, List>, true extends Continue ? never : Name>
  >;

  task<
    const Name extends string,
    Result extends TaskResult,
    const List extends Dependencies<Tasks['required']> = undefined,
    const Continue extends boolean | undefined = false,
  >(
    definition: WorkflowTask<Initial, Tasks, Name, Result, List, Continue>,
  ): Workflow<
    Initial,
    | Tasks
    // No alias here: the compiler would write it out with all its arguments, which nest from task to task.
    | DefinedTask<Name, TaskOutput<Result>, Closure<Tasks, List>, true extends Continue ? never : Name>
  >;
}

/** A task that is added to a workflow with `.task()`. */
export interface WorkflowTask<
  Initial extends object,
  Tasks extends TaskShape,
  Name extends string,
  Result,
  List extends Dependencies<string>,
  Continue extends boolean | undefined,
> extends TaskOptions {
  /** The name of the task: unique in its workflow, at least one character. */
  readonly name: FreeName<Name, Tasks['name']>;
  /** The names of the tasks that must have completed before this one runs. */
  readonly dependencies?: List;
  readonly continueOnFailure?: Continue;
  /** Does the work of the task. It returns a plain object, which is merged into the context, or nothing, or a promise. */
  // Without NoInfer the compiler would try to infer the list from this parameter too, which is quadratic in the tasks.
  readonly run: (context: NoInfer<ContextOfTask<Initial, Tasks, List>>, execution: TaskExecution) => Result;
}

/** The options of `workflow`. */
export interface WorkflowOptions {
  /**
   * Names what the tasks do: give another one when they change in a way that jobs on record are not to be continued with. At least one
   * character.
   * @default none
   */
  readonly version?: string | undefined;
}

class WorkflowNode {
  readonly name: string;
  readonly version: string | undefined;
  readonly #parent: WorkflowNode | undefined;
  readonly #definition: TaskDefinition | undefined;

  constructor(name: string, version: string | undefined, parent?: WorkflowNode, definition?: TaskDefinition) {
    this.name = name;
    this.version = version;
    this.#parent = parent;
    this.#definition = definition;
    Object.freeze(this);
  }

  task(definition: TaskDefinition): WorkflowNode {
    return new WorkflowNode(this.name, this.version, this, definition);
  }

  static is(value: unknown): value is WorkflowNode {
    // Asking for a private field runs no trap of a proxy and never throws for an object.
    return typeof value === 'object' && value !== null && #parent in value;
  }

  static definitions(last: WorkflowNode): TaskDefinition[] {
    const definitions: TaskDefinition[] = [];
    for (let node = last; node.#parent !== undefined; node = node.#parent) {
      definitions.push(node.#definition as TaskDefinition);
    }
    return definitions.reverse();
  }
}

/**
 * Starts a workflow that has no tasks yet; the type parameter is the initial context, which `run` then asks for.
 * @example
 * const greeting = workflow<{ who: string }>('greeting')
 *   .task({ name: 'greet', run: ({ who }) => ({ text: `Hello ${who}` }) });
 */
export function workflow<Initial extends object = NoKeys>(name: string, options: WorkflowOptions = {}): Workflow<Initial> {
  return new WorkflowNode(name, options.version) as unknown as Workflow<Initial>;
}

/** Tells whether a value is a workflow made by `workflow()`. */
export function isWorkflow(value: unknown): value is AnyWorkflow {
  return WorkflowNode.is(value);
}

/** Returns the tasks of a workflow, in the order of definition. */
export function taskDefinitions(workflow: AnyWorkflow): TaskDefinition[] {
  return WorkflowNode.definitions(workflow as unknown as WorkflowNode);
}
