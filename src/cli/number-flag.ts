import { MAX_DELAY } from '../time/max-delay.ts';
import type { Command } from './commander.ts';
import { UsageError } from './usage-error.ts';

/** The numbers that a flag takes. */
interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly infinity?: boolean;
  readonly default?: number;
}

/** A duration in milliseconds that timers can take. */
export const MILLISECONDS: Range = { min: 0, max: MAX_DELAY };
/** At least zero, or no limit. */
export const RETRIES: Range = { min: 0, infinity: true };
/** At least one, or no limit. */
export const COUNT: Range = { min: 1, infinity: true };

/**
 * Adds a flag that takes an integer, as in `--retries <n>`. Messages about its value name the flag.
 * @param range Any integer by default.
 */
export function addNumberFlag(command: Command, flag: string, description: string, range: Range = {}): Command {
  const name = flag.split(' ', 1)[0] as string;
  return command.option(flag, description, (text) => readNumber(name, text, range), range.default);
}

function readNumber(name: string, text: string, { min = -Infinity, max = Infinity, infinity = false }: Range): number {
  const number = Number(text);
  const isInteger = text.trim() !== '' && Number.isSafeInteger(number) && number >= min && number <= max;
  if (!isInteger && !(infinity && number === Infinity)) {
    throw new UsageError(
      `${name} must be ${describeRange(min, max)}${infinity ? ', or Infinity' : ''}, got ${JSON.stringify(text)}`,
    );
  }
  return number;
}

function describeRange(min: number, max: number): string {
  if (max < Infinity) {
    return `an integer from ${min} to ${max}`;
  }
  return min > -Infinity ? `an integer of at least ${min}` : 'an integer';
}
