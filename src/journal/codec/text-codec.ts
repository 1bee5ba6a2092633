import { DevalueError, parse, stringify } from 'devalue';
import { describeValue } from '../../values/describe-value.ts';
import { isError } from '../../values/is-error.ts';
import { isInstance } from '../../values/is-instance.ts';
import { JobStoreError } from '../errors/job-store-error.ts';
import { NotStorableError } from '../errors/not-storable-error.ts';
import type { Codec } from '../job-store.ts';
import { PackedError, unpackError } from './packed-error.ts';
import { toPortable } from './portable.ts';

/** The prefix of all texts: the version of the format. */
const FORMAT = '1 ';

/** The longest text, in characters: a longer one would block the process for seconds. */
const MAX_LENGTH = 2 ** 26;

const reducers = {
  Error(value: unknown) {
    const packed = isError(value) ? toPortable(value) : value;
    return isInstance(packed, PackedError) && packed.parts;
  },
};
const revivers = { Error: unpackError };

/** Sets a property. An assignment would throw for a key such as `toString` if `Object.prototype` is frozen. */
function set(target: object, key: PropertyKey, value: unknown): void {
  if (key in Object.prototype) {
    Object.defineProperty(target, key, { value, configurable: true, enumerable: true, writable: true });
  } else {
    (target as Record<PropertyKey, unknown>)[key] = value;
  }
}

/**
 * Encodes everything JSON can, plus dates, maps, sets, bigints, `undefined`, NaN, infinities, binary data, regular expressions,
 * URLs, errors, and cyclic or shared references. A Buffer comes back as a Uint8Array. Functions, symbols, promises and class
 * instances can't be stored. Errors keep their name, message, stack, `code`, `cause`, `errors` and own properties, within
 * limits: 100 levels and about 100,000 characters each. Texts are limited to 67,108,864 characters.
 */
export const textCodec: Codec = {
  encode(value) {
    const text = FORMAT + stringifyOrRefuse(value);
    if (text.length > MAX_LENGTH) {
      throw new NotStorableError('', `larger than ${MAX_LENGTH} characters when stored`);
    }
    return text;
  },

  encodeError(error) {
    const portable = toPortable(error);
    const isDescription = typeof portable === 'string' && typeof error !== 'string';
    return this.encode(isDescription ? new Error(portable) : portable);
  },

  decode(text) {
    if (!text.startsWith(FORMAT)) {
      throw new JobStoreError('STORE_UNREADABLE', "A value in the store has a format that this version can't read");
    }
    if (text.length > MAX_LENGTH) {
      throw new JobStoreError('STORE_UNREADABLE', `A value in the store is longer than ${MAX_LENGTH} characters`);
    }
    try {
      return parse(text.slice(FORMAT.length), revivers, { operations: { set } });
    } catch (cause) {
      throw new JobStoreError('STORE_UNREADABLE', 'A value in the store is damaged', { cause });
    }
  },
};

function stringifyOrRefuse(value: unknown): string {
  try {
    return stringify(value, reducers);
  } catch (error) {
    if (error instanceof DevalueError) {
      throw new NotStorableError(error.path, describeValue(error.value), { cause: error });
    }
    const problem = error instanceof RangeError ? 'nested too deeply' : 'an object that threw when it was read';
    throw new NotStorableError('', problem, { cause: error });
  }
}
