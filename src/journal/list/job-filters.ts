import isPlainObject from 'is-plain-obj';
import { describeValue } from '../../values/describe-value.ts';
import { InvalidArgumentError } from '../../values/invalid-argument-error.ts';
import type { OptionSchemas } from '../../workflow/options/check-options.ts';
import { integer, oneOf, optional, schema, text } from '../../workflow/options/option-schemas.ts';
import { readOptions } from '../../workflow/options/read-options.ts';
import type { DeletionFilter, ListFilter } from '../job-store.ts';
import { MAX_LIMIT } from './job-page.ts';
import { SAVED_STATES } from './saved-states.ts';

const TIME = 'a finite number (milliseconds since 1970-01-01 UTC)';
const BOTH = {
  state: oneOf(SAVED_STATES, `one of ${SAVED_STATES.map((state) => `'${state}'`).join(', ')}`),
  workflow: text,
};
const LIST = {
  ...BOTH,
  after: schema('the `next` of another page', (value) => typeof value === 'string'),
  limit: integer(1, MAX_LIMIT, `an integer from 1 to ${MAX_LIMIT}`),
};
const DELETION = { ...BOTH, id: text, before: schema(TIME, Number.isFinite) };

/** @throws {InvalidArgumentError} that names all unknown options and invalid values */
export const readListFilter = (filter: unknown): ListFilter => readFilter('`listJobs`', filter, LIST, () => true);

/**
 * An option that is present but undefined is invalid: a missing parameter of a request must not select more jobs.
 * @throws {InvalidArgumentError} that names all unknown options and invalid values
 */
export const readDeletionFilter = (filter: unknown): DeletionFilter =>
  readFilter('`deleteJobs`', filter, DELETION, (option, given) => !(option in given));

function readFilter(
  subject: string,
  filter: unknown,
  schemas: OptionSchemas,
  isOptional: (option: string, given: object) => boolean,
): Record<string, unknown> {
  // Other objects, such as a Date or a promise, have no options, and would select all jobs.
  if (!isPlainObject(filter)) {
    throw new InvalidArgumentError(`${subject}: the filter must be a plain object, got ${describeValue(filter)}`);
  }
  try {
    const options = Object.entries(schemas).map(([name, schema]) => [
      name,
      isOptional(name, filter) ? optional(schema) : schema,
    ]);
    return readOptions(filter, Object.fromEntries(options), subject);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
