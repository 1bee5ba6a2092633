/** The context of a job whose tasks are known only at run time: every key can be read, as `any`. */
// biome-ignore lint/suspicious/noExplicitAny: such a context is known only at run time
export type LooseContext = Record<string, any>;

/** An object type without keys: the initial context of a workflow that needs none, and the output of a task that returns nothing. */
export type NoKeys = Record<never, never>;
