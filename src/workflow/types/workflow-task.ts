import type { JobEnding, TaskExecution, TaskOptions, UndoFunction, UndoOptions } from '../task-definition.ts';
import type { ContextEntry, EntriesOf, FreeName, TaskShape, Unsure, Visible } from './context-types.ts';
import type { ContextOfTask, DataCondition, Dependable, Dependencies, NameIn, OutcomesOf, Sees } from './edge-types.ts';
import type { CheckedResult, TaskOutput } from './task-result.ts';

/** A task that is added to a workflow with `.task()`. */
export interface WorkflowTask<
  Initial extends object,
  Tasks extends TaskShape,
  Name extends string,
  Result,
  List extends Dependencies<string>,
  Continue extends boolean | undefined,
  Final extends boolean | undefined,
> extends TaskOptions {
  /** The name of the task: unique in its workflow, at least one character. */
  readonly name: FreeName<Name, Tasks['name']>;
  /**
   * What must happen before this task runs, as an array or a Set: the name of a task that must complete, `{ settled: name }` for a task that must
   * complete, fail or be skipped, or `{ anyOf: names }` for tasks that must all settle, and at least one of which must complete.
   */
  readonly dependencies?: Dependable<List, Tasks>;
  /**
   * Decides whether the task runs, once its dependencies allow it. If not, it is skipped. Pass a function of the context, or an object that maps
   * dependencies to keys of their outputs, and each key to a value or a list of values (compared by `Object.is`).
   * @default it runs
   */
  // No alias here: messages would write it out.
  readonly when?:
    | NoInfer<((context: ContextFor<Initial, Tasks, List, Final>) => boolean) | DataCondition<Tasks, NameIn<List>>>
    | undefined;
  readonly continueOnFailure?: Continue;
  readonly finally?: Final;
  /** Does the work. Return a plain object, which is merged into the context, or nothing, or a promise of either. */
  // Without NoInfer the compiler would try to infer the list from this parameter too, which is quadratic in the tasks.
  readonly run: (
    context: NoInfer<ContextFor<Initial, Tasks, List, Final>>,
    execution: TaskExecution<OutcomesOf<List>> & EndingOf<Final>,
  ) => CheckedResult<Result>;
  /**
   * Reverses what the task did if the job doesn't complete: a function that receives the context the task had, or an object with a function
   * `run` and options. The return value is ignored.
   * @default the task isn't undone
   */
  readonly undo?: Undo<NoInfer<ContextOfTask<Initial, Tasks, List>>, NoInfer<TaskOutput<Result>>> | undefined;
}

/** A finally task sees the output of every ordinary task that completed. */
type ContextFor<Initial, Tasks extends TaskShape, List, Final> = true extends Final
  ? (Unsure<Tasks['sees']> | Sees<Tasks, List>)[] extends (infer Entries extends ContextEntry)[]
    ? Visible<EntriesOf<Initial>, Entries>
    : never
  : ContextOfTask<Initial, Tasks, List>;

/** What only the execution of a finally task has. */
type EndingOf<Final> = true extends Final ? { readonly ending: JobEnding } : unknown;

type Undo<Context, Output> = UndoFunction<Context, Output> | ({ readonly run: UndoFunction<Context, Output> } & UndoOptions);
