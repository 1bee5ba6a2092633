import * as v from 'valibot';
import { NotStorableError } from '../../journal/errors/not-storable-error.ts';
import type { Codec } from '../../journal/job-store.ts';
import { readOutput } from '../../runtime/attempts/task-output.ts';
import { attachVerdict, type Verdict } from '../../runtime/attempts/verdict.ts';
import { InvalidResultError } from '../../runtime/errors/invalid-result-error.ts';
import { MAX_DELAY } from '../../time/max-delay.ts';
import { describeValue } from '../../values/describe-value.ts';
import { MAX_LENGTH } from './attempt-message.ts';

/** How an attempt ended, as text: the first letter determines what follows. */
const RETURNED = 'r';
/** A line with the verdict on the error, and the error. */
const THREW = 't';
/** The function returned something that can be neither merged nor sent. */
const INVALID = 'i';
/** The function returned something that can be merged but not sent. */
const NOT_STORABLE = 'n';
/** The result has its own key: BullMQ would copy it into its events. */
export const KEPT = 'k';

const PLACE = v.tuple([v.string(), v.string()]);
const VERDICT = v.object({
  retry: v.optional(v.boolean()),
  delay: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_DELAY))),
  /** The cause is encoded by the codec. */
  failure: v.optional(v.object({ option: v.picklist(['retryIf', 'backoff']), cause: v.string() })),
});

type Judge = (error: unknown) => Verdict;

export function packThrown(error: unknown, judge: Judge, codec: Codec): string {
  const { failure, ...decided } = judge(error);
  const packed = failure && { option: failure.option, cause: codec.encodeError(failure.cause) };
  return `${THREW}${JSON.stringify({ ...decided, failure: packed })}\n${codec.encodeError(error)}`;
}

/** Encodes a return value. Invalid results are sent too if possible, since the owner reports them. */
export function packReturned(task: string, value: unknown, judge: Judge, codec: Codec): string {
  try {
    const text = RETURNED + codec.encode(readOutput(task, value));
    return text.length <= MAX_LENGTH ? text : packUnsendable('', `longer than ${MAX_LENGTH} characters`, codec);
  } catch (error) {
    if (error instanceof NotStorableError) {
      return packUnsendable(error.path, error.problem, codec);
    }
    return error instanceof InvalidResultError ? packInvalid(value, codec) : packThrown(error, judge, codec);
  }
}

const packUnsendable = (path: string, problem: string, codec: Codec): string => NOT_STORABLE + codec.encode([path, problem]);

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
  text: unknown,
  codec: Codec,
): { readonly returned: unknown } | { readonly threw: unknown } {
  if (typeof text !== 'string') {
    throw new TypeError(`it is ${describeValue(text)}`);
  }
  if (text.length > MAX_LENGTH) {
    throw new RangeError(`it is longer than ${MAX_LENGTH} characters`);
  }
  const rest = text.slice(1);
  switch (text[0]) {
    case RETURNED:
      return { returned: codec.decode(rest) };
    case THREW:
      return { threw: unpackThrown(rest, codec) };
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

function unpackThrown(text: string, codec: Codec): unknown {
  const end = text.indexOf('\n');
  const { failure, ...decided } = v.parse(VERDICT, JSON.parse(text.slice(0, end)));
  const error = codec.decode(text.slice(end + 1));
  attachVerdict(error, { ...decided, failure: failure && { option: failure.option, cause: codec.decode(failure.cause) } });
  return error;
}
