import type { Codec } from '../../../journal/job-store.ts';
import type { ExecutionDetails } from '../../../runtime/attempts/execution-details.ts';
import { viewOf } from '../../../runtime/context/readonly-view.ts';
import { undoTask } from '../../../runtime/undo/undo-task.ts';
import { copyKeys } from '../../../values/copy-keys.ts';
import { describeValue, isReadableObject, quote } from '../../../values/describe-value.ts';
import type { TaskSpec } from '../../../workflow/task-spec.ts';
import { unpackDetails } from '../../sent-details.ts';
import type { AttemptMessage, Workload } from '../attempt-message.ts';

/**
 * The task of an attempt, or its undo.
 * @throws if the workflow has none
 */
export function taskOf({ tasks }: Workload, { task, undo }: AttemptMessage): TaskSpec {
  const spec = tasks.get(task);
  if (spec === undefined) {
    throw invalid(`there is no task ${quote(task)}`);
  }
  if (undo === undefined) {
    return spec;
  }
  if (spec.undo === undefined) {
    throw invalid(`task ${quote(task)} has no \`undo\``);
  }
  return undoTask(task, spec.undo);
}

/**
 * What the function of an attempt gets.
 * @throws if it can't be read
 */
export function inputOf(
  message: AttemptMessage,
  codec: Codec,
): { readonly context: object; readonly details: ExecutionDetails } {
  return { context: viewOf(readContext(message.context, codec)), details: readDetails(message, codec) };
}

function readContext(text: string, codec: Codec): object {
  let context: unknown;
  try {
    context = codec.decode(text);
  } catch (cause) {
    throw invalid("its context can't be read", { cause });
  }
  if (!isReadableObject(context)) {
    throw invalid(`its context must be an object, got ${describeValue(context)}`);
  }
  return copyKeys(context);
}

function readDetails(message: AttemptMessage, codec: Codec): ExecutionDetails {
  const error = (text: string) => codec.decode(text);
  try {
    return unpackDetails(message, { error, output: (text) => readOutput(text, codec) });
  } catch (cause) {
    throw invalid("an error or output in it can't be read", { cause });
  }
}

function readOutput(text: string, codec: Codec): object | undefined {
  const output = codec.decode(text);
  if (output !== undefined && !isReadableObject(output)) {
    throw new TypeError(`Expected an object or nothing, got ${describeValue(output)}`);
  }
  return output;
}

const invalid = (why: string, options?: ErrorOptions): Error => new Error(`The attempt data is invalid: ${why}`, options);
