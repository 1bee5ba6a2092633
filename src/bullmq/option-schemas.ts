import * as v from 'valibot';

const NAME = 'a non-empty string without colons';

/** The name of a queue. */
export const name = v.pipe(v.string(NAME), v.regex(/^[^:]+$/, NAME));
