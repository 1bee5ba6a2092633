import type { DefinedTask, EntriesOf, IsLiteral, TaskShape, Unsure } from './context-types.ts';
import type { Doubtful, ElementOf, NameIn } from './edge-types.ts';
import type { TaskOutput } from './task-result.ts';

/** The entries of all the tasks in an array: whatever their dependencies are, they see no more than these and all earlier tasks. */
export type ListedTask<Tasks extends TaskShape, Definition, All = Definition> = Definition extends {
  readonly name: infer Name extends string;
  readonly run: (...parameters: never[]) => infer Result;
}
  ? DefinedTask<
      Name,
      TaskOutput<Result>,
      EntriesOf<unknown extends Result ? Record<string, unknown> : TaskOutput<Result>, false> | Unsure<Tasks['sees']>,
      ListedCertain<Tasks, Name, All>
    >
  : never;

/** The name of a task in an array, if nothing in the array may be skipped or fail in a job that completes; otherwise never. */
type ListedCertain<Tasks extends TaskShape, Name extends string, All> = [All] extends [Undoubted]
  ? IsLiteral<NameIn<DependenciesOf<All>>> extends true
    ? [Doubtful<Tasks['certain'] | All['name'], ElementOf<DependenciesOf<All>>>] extends [never]
      ? Name
      : never
    : Name
  : never;

/** A task that runs if its dependencies let it, and whose failure fails the job. */
interface Undoubted {
  readonly name: string;
  readonly when?: undefined;
  readonly continueOnFailure?: false | undefined;
}

type DependenciesOf<All> = All extends { readonly dependencies: infer List } ? List : never;
