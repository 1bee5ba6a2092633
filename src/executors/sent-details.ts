import * as v from 'valibot';
import type { AttemptDetails, ExecutionDetails } from '../runtime/attempts/execution-details.ts';
import type { UndoDetails } from '../runtime/executor.ts';
import type { DependencyOutcome, JobEnding, Outcomes, UndoneOutcome } from '../workflow/task-definition.ts';

/** Errors travel as texts. */
const failed = v.object({ state: v.literal('failed'), error: v.string() });

/** An array, since a task can have the name of any property. */
const outcomesSchema = v.array(
  v.variant('state', [
    v.object({ task: v.string(), state: v.picklist(['completed', 'skipped']) }),
    v.object({ task: v.string(), ...failed.entries }),
  ]),
);

const endingSchema = v.object({
  state: v.picklist(['completed', 'failed', 'cancelled', 'timedOut']),
  failure: v.optional(v.object({ task: v.string(), error: v.string() })),
});

const undoSchema = <Output extends v.GenericSchema>(output: Output) =>
  v.object({
    outcome: v.variant('state', [
      v.object({ state: v.literal('completed'), output }),
      failed,
      v.object({ state: v.literal('cancelled') }),
    ]),
    forwardKey: v.string(),
    idempotencyKey: v.string(),
    attemptKey: v.string(),
  });

/**
 * The entries of a schema for the details of an attempt, as they travel with it. What an attempt doesn't have is missing.
 * @param output how the output of a task to undo travels
 */
export const sentDetailsEntries = <Output extends v.GenericSchema>(output: Output) => ({
  outcomes: v.optional(outcomesSchema),
  ending: v.optional(endingSchema),
  undo: v.optional(undoSchema(output)),
});

type Sent<Schema extends v.GenericSchema> = v.InferOutput<Schema>;
type SentOutcomes = Sent<typeof outcomesSchema>;
type SentEnding = Sent<typeof endingSchema>;
type SentUndo<Output> = Omit<UndoDetails, 'outcome'> & {
  readonly outcome:
    | { readonly state: 'completed'; readonly output: Output }
    | Sent<typeof failed>
    | { readonly state: 'cancelled' };
};

/** The details of an attempt, as they travel with it. */
export interface SentDetails<Output> {
  readonly outcomes?: SentOutcomes | undefined;
  readonly ending?: SentEnding | undefined;
  readonly undo?: SentUndo<Output> | undefined;
}

type PackError = (error: unknown) => string;
type UnpackError = (text: string) => unknown;

interface Packing<Output> {
  readonly error: PackError;
  readonly output: (output: object | undefined) => Output;
}

export function packDetails<Output>(
  { outcomes, ending, undo }: AttemptDetails,
  { error: packError, output: packOutput }: Packing<Output>,
): SentDetails<Output> {
  const sent = Object.entries(outcomes).map(([task, { state, error }]) =>
    state === 'failed' ? { task, state, error: packError(error) } : { task, state },
  );
  return {
    ...(sent.length > 0 && { outcomes: sent }),
    ...(ending && { ending: packEnding(ending, packError) }),
    ...(undo && { undo: packUndo(undo, packError, packOutput) }),
  };
}

const packEnding = ({ state, failure }: JobEnding, packError: PackError): SentEnding => ({
  state,
  ...(failure && { failure: { task: failure.task, error: packError(failure.error) } }),
});

function packUndo<Output>(
  { outcome, forwardKey, idempotencyKey, attemptKey }: UndoDetails,
  packError: PackError,
  packOutput: Packing<Output>['output'],
): SentUndo<Output> {
  const keys = { forwardKey, idempotencyKey, attemptKey };
  switch (outcome.state) {
    case 'completed':
      return { ...keys, outcome: { state: 'completed', output: packOutput(outcome.output) } };
    case 'failed':
      return { ...keys, outcome: { state: 'failed', error: packError(outcome.error) } };
    case 'cancelled':
      return { ...keys, outcome: { state: 'cancelled' } };
  }
}

interface Unpacking<Output> {
  readonly error: UnpackError;
  readonly output: (output: Output) => object | undefined;
}

/** What the execution of the attempt has in addition. */
export function unpackDetails<Output>(
  { outcomes, ending, undo }: SentDetails<Output>,
  unpack: Unpacking<Output>,
): ExecutionDetails {
  if (undo !== undefined) {
    return { ...undo, outcome: Object.freeze(unpackUndone(undo.outcome, unpack)) };
  }
  return {
    ...(outcomes && { outcomes: unpackOutcomes(outcomes, unpack.error) }),
    ...(ending && { ending: unpackEnding(ending, unpack.error) }),
  };
}

function unpackOutcomes(sent: SentOutcomes, unpackError: UnpackError): Outcomes {
  const outcomes = sent.map((outcome): [string, DependencyOutcome] => {
    const { task, state } = outcome;
    return [task, state === 'failed' ? { state, error: unpackError(outcome.error) } : { state }];
  });
  return Object.freeze(Object.fromEntries(outcomes));
}

function unpackUndone<Output>(outcome: SentUndo<Output>['outcome'], unpack: Unpacking<Output>): UndoneOutcome {
  switch (outcome.state) {
    case 'completed':
      return { state: 'completed', output: unpack.output(outcome.output) };
    case 'failed':
      return { state: 'failed', error: unpack.error(outcome.error) };
    case 'cancelled':
      return { state: 'cancelled' };
  }
}

const unpackEnding = ({ state, failure }: SentEnding, unpackError: UnpackError): JobEnding =>
  Object.freeze({
    state,
    ...(failure && { failure: Object.freeze({ task: failure.task, error: unpackError(failure.error) }) }),
  });
