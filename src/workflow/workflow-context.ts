import type { CompletedContext } from './context-types.ts';
import type { LooseContext, NoKeys } from './loose-context.ts';
import type { AnyWorkflow, Workflow } from './workflow.ts';

/**
 * The context a job of this workflow completes with. A key that only tasks with `continueOnFailure` give is optional; a key that
 * several tasks give has the union of their types.
 * @example
 * const hello = workflow('hello').task({ name: 'fetch', run: () => ({ page: 'hello' }) });
 * type Context = WorkflowContext<typeof hello>; // { readonly page: string }
 */
export type WorkflowContext<W extends AnyWorkflow> =
  W extends Workflow<infer Initial, infer Tasks> ? CompletedContext<Initial, Tasks> : LooseContext;

/**
 * The context a job of this workflow starts with.
 * @example
 * const greeting = workflow<{ who: string }>('greeting');
 * const context: InitialContext<typeof greeting> = { who: 'Ada' };
 */
export type InitialContext<W extends AnyWorkflow> = W extends Workflow<infer Initial, infer _Tasks> ? Initial : LooseContext;

/**
 * The names of the tasks of this workflow, as a union.
 * @example
 * const hello = workflow('hello').task({ name: 'fetch', run: () => ({ page: 'hello' }) });
 * const name: TaskNames<typeof hello> = 'fetch';
 */
export type TaskNames<W extends AnyWorkflow> = W extends Workflow<infer _Initial, infer Tasks> ? Tasks['name'] : string;

/** The option `context`, which must be given when the initial context has a required key. */
export type ContextOption<W extends AnyWorkflow> =
  NoKeys extends InitialContext<W>
    ? { readonly context?: InitialContext<W> | undefined }
    : { readonly context: InitialContext<W> };

/** The arguments that follow the workflow: the options, which can be left out when no initial context must be given. */
export type RunArguments<W extends AnyWorkflow, Options> =
  NoKeys extends InitialContext<W>
    ? [options?: (Options & ContextOption<W>) | undefined]
    : [options: Options & ContextOption<W>];
