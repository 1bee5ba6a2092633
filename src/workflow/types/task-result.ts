import type { LooseContext, NoKeys } from './loose-context.ts';

/**
 * An object whose keys can be merged into the context. It is written with `object` and not as a `Record`, which would reject
 * results typed by an interface.
 */
export type PlainObject = object & NoBuiltIn;

/** What arrays, Sets, Maps, promises, functions, Dates and RegExps have and plain objects don't. */
interface NoBuiltIn {
  readonly [Symbol.match]?: never;
  readonly [Symbol.iterator]?: never;
  readonly [Symbol.toStringTag]?: never;
  readonly [Symbol.toPrimitive]?: never;
  readonly [Symbol.hasInstance]?: never;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a function without a return statement has the type void
type TaskValue = PlainObject | undefined | void;

/**
 * What a task function can return: a plain object, whose keys are merged into the context, or nothing, or a promise of either.
 * A job is such a promise: the task then returns the context of that job.
 */
export type TaskResult = TaskValue | PromiseLike<TaskValue>;

/**
 * The result itself, or the sentence the compiler shows instead. It isn't distributive, so that generic results compile: the compiler then needs
 * only their constraint. Instances of classes look like plain objects and are only detected at run time.
 */
export type CheckedResult<Result> = [Result] extends [TaskResult]
  ? Result
  : // Another mistake in the task leaves the result unknown: one message is enough.
    unknown extends Result
    ? TaskResult
    : NotPlain;

type NotPlain = 'A task returns a plain object or nothing';

/** How the type of a job's result is recognized when a task returns one. */
interface SettledJob {
  readonly state: 'completed' | 'failed' | 'cancelled' | 'timedOut' | 'detached';
  readonly context: object;
  readonly tasks: ReadonlyMap<string, unknown>;
}

/**
 * The object types that a task function adds to the context, as a union: a promise is awaited, nothing is an object without
 * keys, and a job is the context it completes with.
 */
export type TaskOutput<Result> = unknown extends Result
  ? LooseContext
  : [Result] extends [never]
    ? NoKeys
    : OutputOf<Awaited<Result>>;

type OutputOf<Value> = Value extends SettledJob
  ? Value extends { readonly state: 'completed'; readonly context: infer Context }
    ? Context
    : never
  : Value extends object
    ? Value
    : NoKeys;

/** The keys that every member of a union of object types surely has. */
export type SureKeys<Output, Key = RequiredKeys<Output>> = Exclude<
  Key,
  Output extends unknown ? Exclude<Key, RequiredKeys<Output>> : never
>;

type RequiredKeys<Output> = Output extends unknown
  ? keyof { [Key in keyof Output as NoKeys extends Pick<Output, Key> ? never : Key]: unknown }
  : never;
