import { DevalueError, parse, stringify } from 'devalue';
import { JobStoreError } from '../runtime/errors/job-store-error.ts';
import { NotStorableError } from '../runtime/errors/not-storable-error.ts';
import type { Codec } from '../runtime/journal/job-store.ts';
import { describeValue } from '../workflow/describe-value.ts';
import { packError, unpackError } from './packed-error.ts';

/** The prefix of all texts: the version of the format. */
const FORMAT = '1 ';

const reducers = { Error: (value: unknown) => isError(value) && packError(value) };
const revivers = { Error: unpackError };

/** A revoked proxy throws on every access. */
function isError(value: unknown): value is Error {
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
  } catch {
    return false;
  }
}

/**
 * Encodes everything JSON can, plus dates, maps, sets, bigints, `undefined`, NaN, infinities, binary data, regular expressions,
 * URLs, errors, and cyclic or shared references. A Buffer comes back as a Uint8Array; errors keep their name, message, stack,
 * `code`, `cause` and `errors`. Functions, symbols, promises and class instances can't be stored.
 */
export const textCodec: Codec = {
  encode(value) {
    try {
      return FORMAT + stringify(value, reducers);
    } catch (error) {
      if (error instanceof DevalueError) {
        throw new NotStorableError(error.path, describeValue(error.value), { cause: error });
      }
      const problem = error instanceof RangeError ? 'nested too deeply' : 'an object that threw when it was read';
      throw new NotStorableError('', problem, { cause: error });
    }
  },

  encodeError(error) {
    try {
      return this.encode(error);
    } catch {
      return this.encode(isError(error) ? describedError(error) : new Error(describeValue(error)));
    }
  },

  decode(text) {
    try {
      if (text.startsWith(FORMAT)) {
        return parse(text.slice(FORMAT.length), revivers);
      }
    } catch (cause) {
      throw new JobStoreError('STORE_UNREADABLE', 'A value in the store is damaged', { cause });
    }
    throw new JobStoreError('STORE_UNREADABLE', "A value in the store has a format that this version can't read");
  },
};

/** The same error, with a description in place of what can't be stored. */
function describedError(error: Error): Error {
  try {
    const { cause, errors: _, ...packed } = packError(error);
    return unpackError(cause === undefined ? packed : { ...packed, cause: describeValue(cause) });
  } catch {
    return new Error(describeValue(error));
  }
}
