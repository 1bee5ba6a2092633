import * as v from 'valibot';

const names = v.array(v.string());

/** The `tasks` of a saved job, as JSON. */
export const recordedTasksSchema = v.array(
  v.object({
    name: v.string(),
    dependencies: names,
    continueOnFailure: v.boolean(),
    settled: v.optional(names),
    anyOf: v.optional(v.array(names)),
    isConditional: v.optional(v.literal(true)),
    isFinal: v.optional(v.literal(true)),
    isUndoable: v.optional(v.literal(true)),
  }),
);
