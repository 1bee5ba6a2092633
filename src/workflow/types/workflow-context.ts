import type { AnyWorkflow, Workflow } from '../workflow.ts';
import type { CompletedContext } from './context-types.ts';
import type { LooseContext, NoKeys } from './loose-context.ts';

/**
 * The context that a completed job of this workflow has. A key that only tasks with `continueOnFailure` return is optional. A key that
 * several tasks return has the union of their types.
 * @example
 * const hello = workflow('hello').task({ name: 'fetch', run: () => ({ page: 'hello' }) });
 * type Context = WorkflowContext<typeof hello>; // { readonly page: string }
 */
export type WorkflowContext<W extends AnyWorkflow> = ContextOf<W>;

/**
 * The context that a job of this workflow starts with.
 * @example
 * const greeting = workflow('greeting').context<{ who: string }>();
 * const context: InitialContext<typeof greeting> = { who: 'Ada' };
 */
export type InitialContext<W extends AnyWorkflow> = InitialOf<W>;

/**
 * The names of the tasks of this workflow, as a union.
 * @example
 * const hello = workflow('hello').task({ name: 'fetch', run: () => ({ page: 'hello' }) });
 * const name: TaskNames<typeof hello> = 'fetch';
 */
export type TaskNames<W extends AnyWorkflow> = NamesOf<W>;

/**
 * The name of this workflow, as a literal type if it was inferred.
 * @example
 * const hello = workflow('hello');
 * const name: WorkflowName<typeof hello> = 'hello';
 */
export type WorkflowName<W extends AnyWorkflow> = NameOf<W>;

// Shared by everything that takes a workflow, so the types are equal even while they are generic.

type IsAny<Type> = 0 extends 1 & Type ? true : false;

/** The context of a completed job of a workflow, or of an array of tasks. */
export type ContextOf<Tasks> =
  Tasks extends Workflow<infer Initial, infer Shapes, infer _Name>
    ? IsAny<Shapes> extends true
      ? LooseContext
      : CompletedContext<Initial, Shapes>
    : LooseContext;

/** The initial context of a workflow, or of an array of tasks. */
export type InitialOf<Tasks> = Tasks extends Workflow<infer Initial, infer _Shapes, infer _Name> ? Initial : object;

/** The names of the tasks of a workflow, or of an array of tasks. */
export type NamesOf<Tasks> =
  Tasks extends Workflow<infer _Initial, infer Shapes, infer _Name>
    ? IsAny<Shapes> extends true
      ? string
      : Shapes['name']
    : string;

/** The name of a workflow; an array of tasks has `job`. */
export type NameOf<Tasks> = Tasks extends AnyWorkflow ? (IsAny<Tasks['name']> extends true ? string : Tasks['name']) : 'job';

/** The option `context`, which is required if the initial context has a required key. */
type ContextOption<Initial> = NoKeys extends Initial
  ? { readonly context?: Initial | undefined }
  : { readonly context: Initial };

/** The arguments after the workflow or array: the options, which are optional if no initial context is required. */
export type RunArguments<Tasks, Options> =
  NoKeys extends InitialOf<Tasks>
    ? [options?: (Options & ContextOption<InitialOf<Tasks>>) | undefined]
    : [options: Options & ContextOption<InitialOf<Tasks>>];
