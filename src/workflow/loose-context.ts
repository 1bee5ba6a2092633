/** The context of a job whose tasks are known at run time only: every key can be read, as `any`. */
// biome-ignore lint/suspicious/noExplicitAny: what is in such a context is known at run time only
export type LooseContext = Record<string, any>;

/** An object type without keys: the initial context of a workflow that needs none, and what a task gives that returns nothing. */
export type NoKeys = Record<never, never>;
