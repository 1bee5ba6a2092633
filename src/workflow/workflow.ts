import { describeValue } from '../values/describe-value.ts';
import { InvalidWorkflowError } from './invalid-workflow-error.ts';
import type { TaskDefinition } from './task-definition.ts';
import type { DefinedTask, EntriesOf, IsLiteral, NoTasks, TaskShape, Unsure } from './types/context-types.ts';
import type { CertainName, Dependencies, Sees } from './types/edge-types.ts';
import type { JoinedContext, JoinProblem } from './types/include-types.ts';
import type { ListedTask } from './types/listed-task.ts';
import type { NoKeys } from './types/loose-context.ts';
import type { OptionHint } from './types/option-hint.ts';
import type { TaskOutput } from './types/task-result.ts';
import type { WorkflowTask } from './types/workflow-task.ts';

declare const types: unique symbol;

/** Any workflow, whatever its name, initial context, and tasks. */
// biome-ignore lint/suspicious/noExplicitAny: any workflow is assignable to this one
export type AnyWorkflow = Workflow<any, any, any>;

/** The methods of a workflow. They infer its types from `this`, so that workflows stay comparable by their types alone. */
interface WorkflowMethods {
  /**
   * Sets the type of the initial context, which `run` then requires. Called again, it adds keys.
   * @example
   * const order = workflow('order').context<{ item: string }>();
   */
  context<Initial extends object>(): this extends Workflow<infer Before, infer Tasks, infer Name>
    ? Workflow<JoinedContext<Before, Initial>, Tasks, Name>
    : never;

  /**
   * Returns a workflow with one more task. All tasks are validated when the workflow runs.
   * @example
   * const hello = workflow('hello')
   *   .task({ name: 'fetch', run: async () => ({ page: 'hello' }) })
   *   .task({ name: 'count', dependencies: ['fetch'], run: ({ page }) => ({ length: page.length }) });
   */
  task<
    Initial extends object,
    Tasks extends TaskShape,
    WorkflowName extends string,
    const Name extends string,
    Result,
    const List extends Dependencies<[Tasks['name']] extends [never] ? string : Tasks['name']> = undefined,
    const Continue extends boolean | undefined = false,
    const Final extends boolean | undefined = false,
    Option extends PropertyKey = never,
  >(
    this: Workflow<Initial, Tasks, WorkflowName>,
    definition: WorkflowTask<Initial, Tasks, Name, Result, List, Continue, Final> & {
      readonly [Key in Option]?: OptionHint<Key>;
    },
  ): Workflow<
    Initial,
    | Tasks
    // No alias here: the compiler would write it out with all its arguments, which nest from task to task.
    | DefinedTask<
        Name,
        TaskOutput<Result>,
        IsLiteral<Name> extends true
          ? Sees<Tasks, List> | EntriesOf<TaskOutput<Result>>
          : Unsure<Sees<Tasks, List>> | EntriesOf<TaskOutput<Result>, false>,
        CertainName<Tasks, Name, List, Option, Continue>
      >,
    WorkflowName
  >;

  /**
   * Returns a workflow with all tasks of an array, such as tasks made in a loop. Earlier tasks keep their types. If the names in the array are
   * known only at run time, later tasks may name any dependency, and typos are found when the workflow runs. The tasks in the array are typed
   * loosely: their context, options and results are checked at run time only. A task that depends on one of them sees the keys they return as
   * optional, of type `unknown` unless the array has more precise types. They must not return a key of an earlier task with a different type:
   * the compiler can't see that.
   * @throws {InvalidWorkflowError} if `tasks` isn't an array
   * @example
   * const pages = workflow('pages')
   *   .task({ name: 'login', run: () => ({ token: 'secret' }) })
   *   .tasks(['a', 'b'].map((page) => ({ name: page, dependencies: ['login'], run: () => ({ [page]: page.length }) })));
   */
  tasks<
    Initial extends object,
    Tasks extends TaskShape,
    WorkflowName extends string,
    const List extends readonly TaskDefinition[],
  >(
    this: Workflow<Initial, Tasks, WorkflowName>,
    tasks: List,
  ): Workflow<Initial, Tasks | ListedTask<Tasks, List[number]>, WorkflowName>;

  /**
   * Returns a workflow that also has the tasks of another, unchanged. The initial contexts are joined; name and version stay. It doesn't compile
   * if both have a task with the same name, if an initial key has two types, or if a task of one returns an initial key of the other.
   * @throws {InvalidWorkflowError} if `other` isn't a workflow
   * @example
   * const release = workflow('release').include(build).include(test);
   */
  include<Initial extends object, Tasks extends TaskShape, WorkflowName extends string, Other extends AnyWorkflow>(
    this: Workflow<Initial, Tasks, WorkflowName>,
    other: Includable<Initial, Tasks, Other>,
  ): Other extends Workflow<infer OtherInitial, infer OtherTasks, string>
    ? Workflow<JoinedContext<Initial, OtherInitial>, Tasks | OtherTasks, WorkflowName>
    : never;
}

type Includable<Initial, Tasks extends TaskShape, Other extends AnyWorkflow> =
  Other extends Workflow<infer OtherInitial, infer OtherTasks, string>
    ? // `any` can't be checked.
      0 extends 1 & (Initial | Tasks | OtherInitial | OtherTasks)
      ? Other
      : [JoinProblem<Initial, Tasks, OtherInitial, OtherTasks>] extends [never]
        ? Other
        : // A template, so that the compiler shows the sentences and not the name of their type.
          `${JoinProblem<Initial, Tasks, OtherInitial, OtherTasks>}`
    : never;

/**
 * A named set of tasks that depend on each other. It is immutable: `.task()` returns a new workflow. The types of its initial context, tasks, and
 * name are inferred. A workflow with more tasks is assignable to one with fewer, and one that needs fewer initial values to one that needs more.
 */
export interface Workflow<Initial extends object, Tasks extends TaskShape = NoTasks, Name extends string = string>
  extends WorkflowMethods {
  /** The name of the workflow. */
  readonly name: Name;
  /** The `version` from the options of `workflow`. */
  readonly version: string | undefined;
  /** Exists only for the compiler, so that no other object with a name passes for a workflow. */
  readonly [types]: { readonly initial: (initial: Initial) => void; readonly tasks: (tasks: Tasks) => void };
}

/** The options of `workflow`. */
export interface WorkflowOptions {
  /**
   * Change it if jobs saved with the old tasks must not continue with the new ones. At least one character.
   * @default none
   */
  readonly version?: string | undefined;
}

class WorkflowNode {
  readonly name: string;
  readonly version: string | undefined;
  readonly #parent: WorkflowNode | undefined;
  readonly #added: readonly TaskDefinition[];

  constructor(name: string, version: string | undefined, parent?: WorkflowNode, added: readonly TaskDefinition[] = []) {
    this.name = name;
    this.version = version;
    this.#parent = parent;
    this.#added = added;
    Object.freeze(this);
  }

  context(): WorkflowNode {
    return this;
  }

  task(definition: TaskDefinition): WorkflowNode {
    return this.#with([definition]);
  }

  tasks(definitions: unknown): WorkflowNode {
    return Array.isArray(definitions) ? this.#with([...definitions]) : reject('tasks', 'an array of tasks', definitions);
  }

  include(other: unknown): WorkflowNode {
    return WorkflowNode.is(other) ? this.#with(WorkflowNode.definitions(other)) : reject('include', 'a workflow', other);
  }

  #with(added: readonly TaskDefinition[]): WorkflowNode {
    return new WorkflowNode(this.name, this.version, this, added);
  }

  static is(value: unknown): value is WorkflowNode {
    // Asking for a private field runs no trap of a proxy and never throws for an object.
    return typeof value === 'object' && value !== null && #parent in value;
  }

  static definitions(last: WorkflowNode): TaskDefinition[] {
    const parts: (readonly TaskDefinition[])[] = [];
    for (let node: WorkflowNode | undefined = last; node !== undefined; node = node.#parent) {
      parts.push(node.#added);
    }
    return parts.reverse().flat();
  }
}

function reject(method: string, expected: string, value: unknown): never {
  const message = `The workflow: \`.${method}()\` takes ${expected}, got ${isWorkflow(value) ? 'a workflow' : describeValue(value)}`;
  throw new InvalidWorkflowError([{ code: 'invalidTasks', value, message }]);
}

/**
 * Starts a workflow without tasks. Its name is inferred as a literal type, and becomes the type of `job.workflow` and `result.workflow`.
 * Call `.context<{ … }>()` to set the type of the initial context. `workflow<{ … }>(name)` sets it too, but then the name is a `string`.
 * @example
 * const greeting = workflow('greeting')
 *   .context<{ who: string }>()
 *   .task({ name: 'greet', run: ({ who }) => ({ text: `Hello ${who}` }) });
 */
export function workflow<Initial extends object = NoKeys, const Name extends string = string>(
  name: Name,
  options: WorkflowOptions = {},
): Workflow<Initial, NoTasks, Name> {
  return new WorkflowNode(name, options.version) as unknown as Workflow<Initial, NoTasks, Name>;
}

/** Returns whether a value is a workflow made by `workflow()`. */
export function isWorkflow(value: unknown): value is AnyWorkflow {
  return WorkflowNode.is(value);
}

/** Returns the tasks of a workflow, in definition order. */
export function taskDefinitions(workflow: AnyWorkflow): TaskDefinition[] {
  return WorkflowNode.definitions(workflow as unknown as WorkflowNode);
}
