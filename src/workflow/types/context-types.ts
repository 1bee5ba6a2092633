import type { NoKeys } from './loose-context.ts';
import type { SureKeys, TaskOutput } from './task-result.ts';

/** A key of a context: its type, and whether it is always present. Unions of these stay cheap to check; merged objects do not. */
export interface ContextEntry {
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly sure: boolean;
}

/** The entry of one key, in the `Sees` of a DefinedTask. */
export interface Entry<Key, Value, Sure> {
  readonly key: Key;
  readonly value: Value;
  readonly sure: Sure;
}

/**
 * What the type of a workflow remembers about one task. Contexts are put together from these where they are read. Merging a context at
 * each task instead nests one type in the next, and the compiler gives up (TS2589) after some 40 tasks.
 */
export interface TaskShape {
  readonly name: string;
  /** What it returns: a union of object types. */
  readonly output: unknown;
  /** The context entries that a dependent sees: the task's own, and those of the tasks it depends on. */
  // biome-ignore lint/suspicious/noExplicitAny: a ContextEntry, but the compiler would check that for each task
  readonly sees: any;
  /** The name again, or never if the task may be skipped, or fail, in a job that completes. */
  readonly certain: string;
}

/** The shape of a task. `Workflow<Initial, Tasks>` has a union of these as its `Tasks`. */
export interface DefinedTask<Name extends string = string, Output = unknown, Sees = unknown, Certain extends string = string> {
  readonly name: Name;
  readonly output: Output;
  readonly sees: Sees;
  readonly certain: Certain;
}

/** Stands for no tasks. It is not `never`, so that a workflow without tasks is assignable to `Workflow<any, any, any>` too. */
export interface NoTasks extends DefinedTask<never, never, never, never> {}

/** The name if no task has it yet, otherwise what is wrong. Names known only at run time can't be checked. */
export type FreeName<Name extends string, Used extends string> = Name extends Used
  ? string extends Used
    ? Name
    : IsLiteral<Name> extends true
      ? `There is already a task \`${Name}\``
      : Name
  : Name;

/** Whether a type of names has no `string` and no pattern in it, so that each member is one name. */
export type IsLiteral<Name extends string> = NoKeys extends Record<Name, unknown> ? false : true;

/** For each name, the entries that a task sees which requires the task of this name to complete. */
export type SeesByName<Tasks extends TaskShape> = { [Task in Tasks as Task['name']]: Task['sees'] };

/** The entries of what a task returns. They are unsure if its name stands for several tasks. */
export type EntriesOf<Output, Sure extends boolean = true> = EntriesByKey<Output, Sure>[keyof EntriesByKey<Output, Sure>];

type EntriesByKey<Output, Sure extends boolean> = {
  [Key in KeyOf<Output>]: Entry<Key, ValueOf<Output, Key>, Key extends SureKeys<Output> ? Sure : false>;
};

export type KeyOf<Output> = Output extends unknown ? keyof Output : never;

export type ValueOf<Output, Key> = Output extends unknown ? (Key extends keyof Output ? Required<Output>[Key] : never) : never;

/** The same entries, none of them sure. */
export type Unsure<Entries> = Entries extends Entry<infer Key, infer Value, boolean> ? Entry<Key, Value, false> : never;

/** The entries of all the tasks in an array: whatever their dependencies are, they see no more than these and all earlier tasks. */
export type ListedTask<Tasks extends TaskShape, Definition> = Definition extends {
  readonly name: infer Name extends string;
  readonly run: (...parameters: never[]) => infer Result;
}
  ? DefinedTask<
      Name,
      TaskOutput<Result>,
      EntriesOf<unknown extends Result ? Record<string, unknown> : TaskOutput<Result>, false> | Unsure<Tasks['sees']>,
      Name
    >
  : never;

/** The context of a task that is part of the workflow. A key that it returns itself is left only if other tasks return it too. */
export type ContextOfDefined<Initial, Tasks extends TaskShape, Task extends TaskShape> = Visible<
  EntriesOf<Initial>,
  Before<Task['sees'], KeyOf<Task['output']>, KeyOf<Exclude<Tasks, Task>['output']>>
>;

type Before<Entries, Own, Others> =
  Entries extends Entry<infer Key, infer Value, boolean>
    ? Key extends Own
      ? Key extends Others
        ? Entry<Key, Value, false>
        : never
      : Entries
    : never;

/** The context of a completed job. */
export type CompletedContext<Initial, Tasks extends TaskShape> = 0 extends 1 & Initial
  ? Initial
  : Visible<EntriesOf<Initial>, CompletedEntries<Tasks>>;

/** The usual case, all tasks certain, is the cheap one. */
type CompletedEntries<Tasks extends TaskShape> = [Exclude<Tasks['name'], Tasks['certain']>] extends [never]
  ? Tasks['sees']
  : Tasks extends TaskShape
    ? [Tasks['certain']] extends [never]
      ? Unsure<Tasks['sees']>
      : Tasks['sees']
    : never;

/** Initial entries give way to those that a task surely brings. The usual case, all entries sure, is the cheap one. */
export type Visible<Initial extends ContextEntry, Entries extends ContextEntry> = false extends
  | Entries['sure']
  | Initial['sure']
  ? Merged<Entries | Remaining<Initial, SureKeyOf<Entries>>>
  : { readonly [E in Entries | Remaining<Initial, Entries['key']> as E['key']]: E['value'] };

type Remaining<Initial extends ContextEntry, Taken> = Initial extends unknown
  ? Initial['key'] extends Taken
    ? never
    : Initial
  : never;

type Merged<Entries extends ContextEntry, Sure = SureKeyOf<Entries>, Others = OtherValues<Entries>> = Flat<
  {
    readonly [E in Entries as IfRequired<E['key'], Sure, E['key'], never>]: E['value'] | Others;
  } & {
    readonly [E in Entries as IfRequired<E['key'], Sure, never, E['key']>]?: E['value'] | Others;
  }
>;

/** Index signatures have no optional form. */
type IfRequired<Key, Sure, Yes, No> = Key extends Sure ? Yes : string extends Key ? Yes : No;

/** What an index signature may hold for the other keys too. One of `unknown` is omitted: it would erase all types. */
type OtherValues<Entries> =
  Entries extends Entry<infer Key, infer Value, boolean>
    ? string extends Key
      ? 0 extends 1 & Value
        ? Value
        : unknown extends Value
          ? never
          : Value
      : never
    : never;

export type SureKeyOf<Entries> = Entries extends Entry<infer Key, unknown, true> ? Key : never;

/** Shows an intersection as one object type; `& unknown` keeps the name of this type out of hovers and messages. */
export type Flat<Type> = { readonly [Key in keyof Type]: Type[Key] } & unknown;
