import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { UndoDetails } from '../../runtime/executor.ts';
import { func, optional, schema, text } from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import type { JobEnding, Outcomes, TaskExecution, UndoExecution } from '../../workflow/task-definition.ts';
import type { LooseContext, NoKeys } from '../../workflow/types/loose-context.ts';
import type { TaskResult } from '../../workflow/types/task-result.ts';
import { packDetails } from '../sent-details.ts';
import { NoWorkerThreadsError } from './errors/no-worker-threads-error.ts';
import { packThrown } from './sent-error.ts';
import { poolOfAttempt } from './thread-pool.ts';

/** A function called in a thread. Like a task function, or one that undoes a task, it receives the input and the execution of the attempt. */
// biome-ignore lint/suspicious/noExplicitAny: each function declares its own input, and the execution that it needs
export type ThreadFunction = (input: any, execution: any) => TaskResult;

/** The input of a thread function. */
export type ThreadInput<Work extends ThreadFunction> = 0 extends 1 & Parameters<Work>[0]
  ? LooseContext
  : Parameters<Work> extends [infer Input extends object, ...unknown[]]
    ? Input
    : NoKeys;

/** What all executions have, those of undos included. */
type AnyExecution = Pick<TaskExecution, keyof TaskExecution & keyof UndoExecution>;

/** The execution that a thread function takes. */
type ThreadExecution<Work extends ThreadFunction> =
  Parameters<Work> extends [unknown, infer Execution, ...unknown[]] ? Execution : AnyExecution;

/** What an execution has at run time. */
type CallExecution = TaskExecution<Outcomes> & { readonly ending?: JobEnding } & (object | UndoDetails);

interface FunctionPlace {
  /** The file that exports the function: a `file:` URL (also as a string) or an absolute path. */
  readonly module: URL | string;
  /**
   * The name of the export.
   * @default 'default'
   */
  readonly export?: string | undefined;
}

interface InputOption<Input, Context> {
  /**
   * Picks the data to send to the thread. It is called in the calling thread, before the attempt waits for a free one.
   * @default a copy of the whole context
   */
  readonly input: (context: Context) => Input;
}

/** The options of `inThread`. `input` is required if the function does not take the context itself. */
export type InThreadOptions<Work extends ThreadFunction, Context extends object = ThreadInput<Work>> = FunctionPlace &
  ([Context] extends [ThreadInput<Work>]
    ? { readonly [Key in keyof InputOption<never, never>]?: InputOption<ThreadInput<Work>, Context>[Key] | undefined }
    : InputOption<ThreadInput<Work>, Context>);

const MODULE = 'a file: URL or an absolute path';

/** An output is sent as it is. */
const PACKING = { error: packThrown, output: (output: object | undefined) => output };

const SCHEMAS = {
  module: schema(MODULE, (value) => urlOf(value) !== undefined),
  export: optional(text),
  input: optional(func),
};

/**
 * Makes the `run` of a task, or its `undo`, from a function in another file, which `workerThreads` calls in a thread. The first type
 * parameter is the type of that function; if you pass `input`, the second is the type of the context.
 * @throws {InvalidWorkflowError} if an option is invalid
 * @example
 * import type { count } from '../../worker-threads/count.ts';
 *
 * const primes = workflow('primes').context<{ limit: number }>().task({
 *   name: 'count',
 *   run: inThread<typeof count>({ module: new URL('../../worker-threads/count.ts', import.meta.url), export: 'count' }),
 * });
 */
export function inThread<Work extends ThreadFunction, Context extends object = ThreadInput<Work>>(
  options: InThreadOptions<Work, Context>,
): (context: Context, execution: ThreadExecution<Work>) => Promise<Awaited<ReturnType<Work>>> {
  const read = readOptions(options, SCHEMAS, '`inThread`') as unknown as FunctionPlace & Partial<InputOption<unknown, Context>>;
  const place = { module: urlOf(read.module) as string, export: read.export ?? 'default' };
  const { input } = read;
  return (context, execution) => {
    const { job, task, attempt, signal, outcomes, ending } = execution as CallExecution;
    const pool = poolOfAttempt.getStore();
    if (pool === undefined) {
      throw new NoWorkerThreadsError(task);
    }
    // The context itself is a view that can't be cloned.
    const sent = input === undefined ? { ...context } : input(context);
    const inputName = input === undefined ? 'context' : 'input';
    const undo = 'forwardKey' in (execution as CallExecution) ? (execution as UndoDetails) : undefined;
    const details = packDetails({ outcomes, ending, undo }, PACKING);
    const work = { ...place, job, task, attempt, input: sent, details };
    return pool.perform({ ...work, inputName, signal }) as Promise<Awaited<ReturnType<Work>>>;
  };
}

/** The URL of a file, in a form that can be sent to a thread. */
function urlOf(module: unknown): string | undefined {
  if (typeof module === 'string' && isAbsolute(module)) {
    return pathToFileURL(module).href;
  }
  const url = String(module instanceof URL || typeof module === 'string' ? module : '');
  return url.startsWith('file:') && URL.canParse(url) ? url : undefined;
}
