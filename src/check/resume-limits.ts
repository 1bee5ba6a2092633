import isPlainObject from 'is-plain-obj';
import * as v from 'valibot';
import { checkOptions, type OptionPlace, type OptionProblem } from '../workflow/check-options.ts';
import { count, retries } from '../workflow/option-schemas.ts';

/** What a process that resumes a job may allow, instead of what the job was started with. */
export interface ResumeLimits {
  /** Same as in `resume`. */
  readonly maxConcurrency?: number | undefined;
  /** Same as in `resume`. */
  readonly maxRetries?: number | undefined;
}

const EXPECTED = 'an array of { maxConcurrency, maxRetries }';

export const resumeLimitsOption = v.optional(v.array(v.custom(isPlainObject, EXPECTED), EXPECTED));

const SCHEMAS = { maxConcurrency: v.optional(count), maxRetries: v.optional(retries) };

/** Reads `resumeLimits`, without those that are the limits of the job, or that come twice. */
export function readResumeLimits(
  { resumeLimits = [], ...own }: ResumeLimits & { readonly resumeLimits?: readonly ResumeLimits[] | undefined },
  place: () => OptionPlace,
  report: (problem: OptionProblem) => void,
): ResumeLimits[] {
  const textOf = ({ maxConcurrency = own.maxConcurrency ?? Infinity, maxRetries = own.maxRetries ?? 5 }: ResumeLimits) =>
    [maxConcurrency, maxRetries].join();
  const byText = new Map<string, ResumeLimits>();
  for (const [index, given] of resumeLimits.entries()) {
    const limits: ResumeLimits = checkOptions(given, SCHEMAS, place, report, `resumeLimits[${index}].`);
    byText.set(textOf(limits), limits);
  }
  byText.delete(textOf({}));
  return [...byText.values()];
}
