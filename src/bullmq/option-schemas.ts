import * as v from 'valibot';

const NAME = 'a string of at least 1 character, without a colon';

/** The name of a queue. */
export const name = v.pipe(v.string(NAME), v.regex(/^[^:]+$/, NAME));
