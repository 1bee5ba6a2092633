import { schema } from '../../workflow/options/option-schemas.ts';

/** The name of a queue. */
export const name = schema('a non-empty string without colons', (value) => typeof value === 'string' && /^[^:]+$/.test(value));
