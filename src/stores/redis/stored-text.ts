import * as v from 'valibot';
import { JobStoreError } from '../../journal/errors/job-store-error.ts';
import { quote } from '../../values/describe-value.ts';

export const json = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      return JSON.parse(dataset.value) as unknown;
    } catch {
      addIssue({ message: 'must be JSON' });
      return NEVER;
    }
  }),
);

/** Made by `tell`. */
export const told = v.pipe(json, v.string());

/** Encodes any text uniquely in UTF-8, which can't represent half of a surrogate pair. */
export const tell = (text: string): string => JSON.stringify(text);

/** A hash as Redis returns it: keys and values in turn. */
export type FlatHash = readonly string[];

/** @throws {JobStoreError} `STORE_UNREADABLE` */
export function parse<Schema extends v.GenericSchema>(
  id: string,
  schema: Schema,
  value: unknown,
  name: string,
): v.InferOutput<Schema> {
  const { success, output, issues } = v.safeParse(schema, value);
  if (!success) {
    throw unreadable(id, `\`${v.getDotPath(issues[0]) ?? name}\` is not valid`);
  }
  return output;
}

/** @param told the id, encoded by `tell` if it isn't damaged */
export function nameOf(id: string): string {
  const { success, output } = v.safeParse(told, id);
  return success ? output : id;
}

export function unreadable(id: string, why: string): JobStoreError {
  return new JobStoreError('STORE_UNREADABLE', `The saved job ${quote(id)} can't be read: ${why}`);
}

export function pairs(flat: FlatHash): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] as string, flat[2 * index + 1] as string]);
}
