import * as v from 'valibot';
import { InvalidResultError } from '../runtime/errors/invalid-result-error.ts';
import { NotStorableError } from '../runtime/errors/not-storable-error.ts';
import type { Codec } from '../runtime/journal/job-store.ts';
import { readOutput } from '../runtime/task-output.ts';
import { describeValue } from '../workflow/describe-value.ts';

/** How an attempt ended, as text: the first letter determines what follows. */
const RETURNED = 'r';
const THREW = 't';
/** The function returned something that can be neither merged nor sent. */
const INVALID = 'i';
/** The function returned something that can be merged but not sent. */
const NOT_STORABLE = 'n';

const PLACE = v.tuple([v.string(), v.string()]);

export const packThrown = (error: unknown, codec: Codec): string => THREW + codec.encodeError(error);

/** Encodes a return value. Invalid results are sent too if possible, since the owner reports them. */
export function packReturned(task: string, value: unknown, codec: Codec): string {
  try {
    return RETURNED + codec.encode(readOutput(task, value));
  } catch (error) {
    if (error instanceof NotStorableError) {
      return NOT_STORABLE + codec.encode([error.path, error.problem]);
    }
    return error instanceof InvalidResultError ? packInvalid(value, codec) : packThrown(error, codec);
  }
}

function packInvalid(value: unknown, codec: Codec): string {
  try {
    const text = codec.encode(value);
    codec.decode(text);
    return RETURNED + text;
  } catch {
    return INVALID + describeValue(value);
  }
}

/**
 * Decodes what the function returned or threw.
 * @throws if the text was not made by this file
 */
export function unpackResult(
  task: string,
  text: string,
  codec: Codec,
): { readonly returned: unknown } | { readonly threw: unknown } {
  const rest = text.slice(1);
  switch (text[0]) {
    case RETURNED:
      return { returned: codec.decode(rest) };
    case THREW:
      return { threw: codec.decode(rest) };
    case NOT_STORABLE: {
      const [path, problem] = v.parse(PLACE, codec.decode(rest));
      return { threw: new InvalidResultError(task, undefined, { cause: new NotStorableError(path, problem) }) };
    }
    case INVALID:
      return { returned: rest };
    default:
      throw new SyntaxError('it does not start with a known letter');
  }
}
