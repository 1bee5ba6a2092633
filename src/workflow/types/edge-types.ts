import type { Dependency, DependencyOutcome } from '../task-definition.ts';
import type {
  ContextEntry,
  EntriesOf,
  Entry,
  Flat,
  IsLiteral,
  KeyOf,
  SeesByName,
  SureKeyOf,
  TaskShape,
  Unsure,
  ValueOf,
  Visible,
} from './context-types.ts';
import type { NoKeys } from './loose-context.ts';

/** What `dependencies` can be. The names in an inline `new Set(['a'])` are strings for the compiler. */
export type Dependencies<Name extends string> = readonly Dependency<Name>[] | ReadonlySet<Dependency> | undefined;

type ElementOf<List> = List extends readonly (infer Element)[]
  ? Element
  : List extends ReadonlySet<infer Element>
    ? Element
    : never;

/** The names in a list of dependencies. */
export type NameIn<List> = NameOf<ElementOf<List>>;

type NameOf<Element> = Element extends string ? Element : NeedNotComplete<Element>;

/** The names of dependencies that need not complete. */
type NeedNotComplete<Element> = Element extends { readonly settled: infer Name extends string }
  ? Name
  : Element extends { readonly anyOf: readonly (infer Name extends string)[] }
    ? Name
    : never;

/** The list itself, or a sentence in place of each name that no earlier task has. Names known only at run time can't be checked. */
export type Dependable<List, Tasks extends TaskShape> =
  string extends NameIn<List>
    ? List
    : [Exclude<NameIn<List>, Tasks['name']>] extends [never]
      ? List
      : List extends ReadonlySet<unknown>
        ? ReadonlySet<DependableElement<ElementOf<List>, Tasks>>
        : readonly DependableElement<ElementOf<List>, Tasks>[];

type DependableElement<Element, Tasks extends TaskShape> = Element extends string
  ? DependableName<Element, Tasks>
  : Element extends { readonly settled: infer Name extends string }
    ? { readonly settled: DependableName<Name, Tasks> }
    : Element extends { readonly anyOf: readonly (infer Name extends string)[] }
      ? { readonly anyOf: readonly DependableName<Name, Tasks>[] }
      : never;

type DependableName<Name extends string, Tasks extends TaskShape> = Name extends Tasks['name']
  ? Name
  : `There is no earlier task \`${Name}\``;

/**
 * The entries that a list of dependencies brings into a context. It checks the list first so that the compiler leaves the rest alone until
 * the list is inferred; otherwise it would go through all the tasks once more for each task.
 */
export type Sees<Tasks extends TaskShape, List> = [List] extends [undefined]
  ? never
  : IsLiteral<NameIn<List>> extends true
    ?
        | SeesByName<Tasks>[Extract<ElementOf<List>, string> & Tasks['name']]
        | UnsureEdges<SeesByName<Tasks>, Exclude<ElementOf<List>, string>>
    : Unsure<Tasks['sees']>;

/** The context of a task: the initial one, and what its dependencies bring. It checks the list first, like `Sees`. */
export type ContextOfTask<Initial, Tasks extends TaskShape, List> = 0 extends 1 & Initial
  ? Initial
  : [List] extends [undefined]
    ? Flat<Initial>
    : Sees<Tasks, List>[] extends (infer Entries extends ContextEntry)[]
      ? Visible<EntriesOf<Initial>, Entries>
      : never;

/** The entries of dependencies that need not complete. */
type UnsureEdges<ByName, Element> = Element extends { readonly settled: infer Name }
  ? Unsure<ByName[Name & keyof ByName]>
  : Element extends { readonly anyOf: readonly (infer Name)[] }
    ? EntriesOfAny<ByName[Name & keyof ByName], SureInAll<ByName, Name & keyof ByName>>
    : never;

/** The keys that each of several tasks brings. */
type SureInAll<ByName, Name extends keyof ByName> = Exclude<
  SureKeyOf<ByName[Name]>,
  MissingInOne<ByName, Name, SureKeyOf<ByName[Name]>>
>;

type MissingInOne<ByName, Name extends keyof ByName, Keys> = Name extends unknown
  ? Exclude<Keys, SureKeyOf<ByName[Name]>>
  : never;

type EntriesOfAny<Entries, Sure> =
  Entries extends Entry<infer Key, infer Value, boolean> ? Entry<Key, Value, Key extends Sure ? true : false> : never;

/** The name of a task, if it completes in every job that completes; otherwise never. Names known only at run time count as certain. */
export type CertainName<Tasks extends TaskShape, Name extends string, List, Option, Continue> = 'when' extends Option
  ? never
  : true extends Continue
    ? never
    : [List] extends [undefined]
      ? Name
      : IsLiteral<NameIn<List>> extends true
        ? [Doubtful<Tasks['certain'], ElementOf<List>>] extends [never]
          ? Name
          : never
        : Name;

/** The dependencies that may keep a task from running. */
type Doubtful<Certain, Element> = Element extends string
  ? Exclude<Element, Certain>
  : Element extends { readonly anyOf: readonly (infer Name)[] }
    ? [Name & Certain] extends [never]
      ? Element
      : never
    : never;

/** `execution.outcomes` of a task: one for each dependency that need not complete. */
export type OutcomesOf<List> = [List] extends [undefined]
  ? NoKeys
  : { readonly [Name in NeedNotComplete<ElementOf<List>>]: DependencyOutcome };

/** The `when` of a task: a function, or for each dependency the keys of its output and their values. */
export type TaskCondition<Initial, Tasks extends TaskShape, List> =
  | ((context: ContextOfTask<Initial, Tasks, List>) => boolean)
  | { readonly [Task in Tasks as Task['name'] & NameIn<List>]?: OutputCondition<Task['output']> };

type OutputCondition<Output> = {
  readonly [Key in KeyOf<Output>]?: OneOrMore<
    ValueOf<Output, Key> | (undefined extends ValueOf<Output, Key> ? undefined : never)
  >;
};

type OneOrMore<Value> = Value | readonly Value[];
