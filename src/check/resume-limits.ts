import isPlainObject from 'is-plain-obj';
import { checkOptions, type OptionPlace, type OptionProblem } from '../workflow/options/check-options.ts';
import { count, optional, retries, schema } from '../workflow/options/option-schemas.ts';

/** What a process that resumes a job may allow, instead of what the job was started with. */
export interface ResumeLimits {
  /** Same as in `resume`. */
  readonly maxConcurrency?: number | undefined;
  /** Same as in `resume`. */
  readonly maxRetries?: number | undefined;
}

const EXPECTED = 'an array of { maxConcurrency, maxRetries }';

export const resumeLimitsOption = optional(schema(EXPECTED, (value) => Array.isArray(value) && value.every(isPlainObject)));

const SCHEMAS = { maxConcurrency: optional(count), maxRetries: optional(retries) };

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

interface CrashOptions {
  readonly crash?: unknown;
  readonly countInterrupted?: boolean | undefined;
  readonly resumeLimits?: readonly ResumeLimits[] | undefined;
}

/** Without crashes, nothing is resumed, so options for that would have no effect. */
export function reportWithoutCrash(
  { crash = false, countInterrupted = false, resumeLimits = [] }: CrashOptions,
  report: (problem: OptionProblem) => void,
): void {
  const refuse = (option: string, value: unknown, expected: string) => {
    const message = `The check: \`${option}\` must be ${expected} without \`crash\`: only a crashed job is resumed`;
    report({ code: 'invalidOption', option, value, expected, message });
  };
  if (crash === false && countInterrupted) {
    refuse('countInterrupted', countInterrupted, 'false');
  }
  if (crash === false && resumeLimits.length > 0) {
    refuse('resumeLimits', resumeLimits, 'empty');
  }
}
