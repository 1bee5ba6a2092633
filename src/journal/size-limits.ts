import { NotStorableError } from './errors/not-storable-error.ts';
import type { Codec } from './job-store.ts';

const MEBIBYTE = 2 ** 20;

/** The longest context, output or error that a store saves and loads, in bytes of UTF-8. */
export const MAX_VALUE = 64 * MEBIBYTE;

/** The most that a store loads of one job, in bytes. */
export const MAX_JOB = 512 * MEBIBYTE;

/** The longest name, version or retry policy of a job in a list, in bytes. */
export const MAX_NAME = MEBIBYTE / 16;

/** Describes a text that is too long, as in "it has 70000000 bytes, more than 67108864". */
export const tooLong = (size: number | bigint, limit: number): string => `it has ${size} bytes, more than ${limit}`;

/** A codec that refuses to write what the store would refuse to read. */
export function limitedCodec(codec: Codec): Codec {
  return {
    encode(value) {
      const text = codec.encode(value);
      const size = sizeOf(text);
      if (size > MAX_VALUE) {
        throw new NotStorableError('', `too large: ${tooLong(size, MAX_VALUE)}`);
      }
      return text;
    },
    encodeError(error) {
      const text = codec.encodeError(error);
      const size = sizeOf(text);
      return size > MAX_VALUE
        ? codec.encodeError(new Error(`An error too large to be saved: ${tooLong(size, MAX_VALUE)}`))
        : text;
    },
    decode: (text) => codec.decode(text),
  };
}

/** Exact only if it matters: a character has at most 3 bytes. */
const sizeOf = (text: string): number => (text.length * 3 <= MAX_VALUE ? text.length : new TextEncoder().encode(text).length);
