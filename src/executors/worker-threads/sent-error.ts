import { toPortable } from '../../journal/codec/portable.ts';
import { textCodec } from '../../journal/codec/text-codec.ts';

/** A thrown value as a text, so that it arrives just as it does from a queue or a store. */
export const packThrown = (thrown: unknown): string => textCodec.encode(toPortable(thrown));

/** @throws {JobStoreError} if the text is not from `packThrown` */
export const unpackThrown = (text: string): unknown => textCodec.decode(text);
