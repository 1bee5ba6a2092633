import type { NoKeys } from './loose-context.ts';
import type { SureKeys } from './task-result.ts';

/**
 * What the type of a workflow remembers of one task. Contexts are made from these when they are looked at; a context merged at
 * each task instead would nest one type in the next, and the compiler gives up (TS2589) after some 40 tasks.
 */
export interface TaskShape {
  readonly name: string;
  /** What it gives to the context: a union of object types. */
  readonly output: unknown;
  /** The names of its dependencies, direct and transitive. */
  readonly sees: string;
  /** The name again, or never if no task can depend on it because the job goes on when it fails. */
  readonly required: string;
}

/** The shape of the task that a call of `.task()` defines. */
export interface DefinedTask<Name extends string, Output, Sees extends string, Required extends string> {
  readonly name: Name;
  readonly output: Output;
  readonly sees: Sees;
  readonly required: Required;
}

/** What `dependencies` can be. */
export type Dependencies<Name extends string> = readonly Name[] | ReadonlySet<Name> | undefined;

/** The names in a list of dependencies. */
export type NameIn<List> = List extends readonly (infer Name extends string)[]
  ? Name
  : List extends ReadonlySet<infer Name extends string>
    ? Name
    : never;

/** The shapes of the tasks with the given names. */
export type Named<Tasks extends TaskShape, Name extends string> = Extract<Tasks, { readonly name: Name }>;

/**
 * The name if no task has it yet, otherwise what is wrong. Names that are known at run time only, the new one or an earlier one,
 * can't be judged.
 */
export type FreeName<Name extends string, Used extends string> = Name extends Used
  ? string extends Used
    ? Name
    : IsLiteral<Name> extends true
      ? 'There is already a task with this name'
      : Name
  : Name;

/** Whether a type of names has no `string` and no pattern in it, so that each member is one name. */
type IsLiteral<Name extends string> = NoKeys extends Record<Name, unknown> ? false : true;

/**
 * The names in a list of dependencies and those of all the tasks these depend on. It asks for the list first so that the
 * compiler leaves it alone until the list is inferred; otherwise it would go through all the tasks once more for each task.
 */
export type Closure<Tasks extends TaskShape, List> = [List] extends [undefined]
  ? never
  : NameIn<List> | Named<Tasks, NameIn<List>>['sees'];

/** The context of a task: the initial one, and what the tasks give that it depends on. It asks for the list first, as above. */
export type ContextOfTask<Initial, Tasks extends TaskShape, List> = [List] extends [undefined]
  ? VisibleContext<Initial, never, never>
  : VisibleContext<
      Initial,
      Named<Tasks, Closure<Tasks, List>>['output'],
      KeysGivenBy<Named<Tasks, SureNames<NameIn<List>, Closure<Tasks, List>>>>
    >;

/** The names that each surely stand for one task. */
type SureNames<Direct extends string, All extends string> =
  IsLiteral<All> extends true ? All : IsLiteral<Direct> extends true ? Direct : never;

/** The keys that at least one of the tasks surely gives. */
type KeysGivenBy<Tasks extends TaskShape> = Tasks extends TaskShape ? SureKeys<Tasks['output']> : never;

/** The context of a completed job: what tasks give that can fail without failing the job is not sure. */
export type CompletedContext<Initial, Tasks extends TaskShape> = VisibleContext<
  Initial,
  Tasks['output'],
  KeysGivenBy<Tasks extends { readonly required: never } ? never : Tasks>
>;

type VisibleContext<Initial, Output, Sure extends PropertyKey> = Flat<
  {
    [Key in keyof Initial as Exclude<Key, Sure>]: Initial[Key] | ValueOf<Output, Key>;
  } & {
    [Key in Sure]: ValueOf<Output, Key>;
  } & {
    [Key in Exclude<KeyOf<Output>, Sure | keyof Initial>]?: ValueOf<Output, Key>;
  }
>;

type KeyOf<Output> = Output extends unknown ? keyof Output : never;

/** The types a key has in the members of a union. An index signature stands for the keys of all the other members too. */
type ValueOf<Output, Key> = Output extends unknown
  ? Key extends keyof Output
    ? Required<Output>[Key]
    : string extends Key
      ? Output[keyof Output]
      : never
  : never;

/** Shows an intersection as one object type; `& unknown` keeps the name of this type out of hovers and messages. */
type Flat<Type> = { readonly [Key in keyof Type]: Type[Key] } & unknown;
