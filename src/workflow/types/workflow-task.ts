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
   * What must be done before this task runs, as an array or a Set: the name of a task that must complete, `{ settled: name }` for one that must
   * complete, fail or be skipped, or `{ anyOf: names }` for several that must all settle, and of which at least one must complete.
   */
  readonly dependencies?: Dependable<List, Tasks>;
  /**
   * Decides whether the task runs, once its dependencies let it; otherwise it is skipped. Either a function of the context, or for each
   * dependency the keys of its output and the value, or values, that each must have, by `Object.is`.
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
   * Reverses what the task did, if the job doesn't complete: a function that gets the context the task had, or an object with such a function
   * `run` and options. What it returns is ignored.
   * @default the task isn't undone
   */
  readonly undo?: Undo<NoInfer<ContextOfTask<Initial, Tasks, List>>, NoInfer<TaskOutput<Result>>> | undefined;
}

/** A finally task sees what any task returned, if it completed. */
type ContextFor<Initial, Tasks extends TaskShape, List, Final> = true extends Final
  ? (Unsure<Tasks['sees']> | Sees<Tasks, List>)[] extends (infer Entries extends ContextEntry)[]
    ? Visible<EntriesOf<Initial>, Entries>
    : never
  : ContextOfTask<Initial, Tasks, List>;

/** What the execution of a finally task has besides. */
type EndingOf<Final> = true extends Final ? { readonly ending: JobEnding } : unknown;

type Undo<Context, Output> = UndoFunction<Context, Output> | ({ readonly run: UndoFunction<Context, Output> } & UndoOptions);
