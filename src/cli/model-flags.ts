import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ModelOptions } from '../check/check-options.ts';
import { OUTCOMES, type Outcome } from '../check/choice.ts';
import { MAX_DELAY } from '../workflow/max-delay.ts';
import type { LoadedWorkflow } from './load-workflow.ts';

/** The flags that say how a workflow is explored. */
export interface ModelFlags {
  readonly maxConcurrency?: number;
  readonly retries?: number;
  readonly backoff?: number;
  readonly retryAll?: true;
  readonly timeout?: number;
  readonly outcomes?: readonly Outcome[];
  readonly cancel: string;
  readonly timers: 'anytime' | 'idle';
  readonly crash: string;
  readonly countInterrupted?: boolean;
  readonly delivery: 'exactly-once' | 'at-least-once';
  readonly symmetry?: boolean;
  readonly attempts?: boolean;
  readonly maxStates?: number;
  readonly maxDepth?: number;
  readonly maxMs?: number;
}

/** Reads an integer; the library says whether it is allowed. */
export function integer(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || (!Number.isInteger(number) && number !== Infinity)) {
    throw new InvalidArgumentError('It must be an integer.');
  }
  return number;
}

/** Reads a time in milliseconds that Node.js can wait for. */
export function milliseconds(text: string): number {
  const number = integer(text);
  if (number < 0 || number > MAX_DELAY) {
    throw new InvalidArgumentError(`It must be an integer from 0 to ${MAX_DELAY}.`);
  }
  return number;
}

function outcomeList(text: string): readonly Outcome[] {
  const outcomes = text.split(',').map((outcome) => outcome.trim());
  const unknown = outcomes.find((outcome) => !OUTCOMES.includes(outcome as Outcome));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`It must be a list of ${OUTCOMES.join(', ')}.`);
  }
  return outcomes as Outcome[];
}

/** Adds the flags that a job has in common with a model of it. */
export function addLimitFlags(command: Command): Command {
  return command
    .option(
      '--max-concurrency <n>',
      'how many attempts may run at the same time (default: as the file says, or Infinity)',
      integer,
    )
    .option('--retries <n>', 'maxRetries of the job (default: as the file says, or 5)', integer)
    .option(
      '--backoff <ms>',
      'wait this long before a retry (default: as the file says, or 100, doubling up to 10000, with jitter)',
      milliseconds,
    )
    .option('--retry-all', 'retry every error (default: as the file says, or all but programming errors)');
}

/** Adds the flags that say how a workflow is explored. */
export function addModelFlags(command: Command): Command {
  return addLimitFlags(command)
    .option('--timeout <ms>', 'the job has a timeout (default: as the file says, or none)', integer)
    .option(
      '--outcomes <list>',
      `how attempts may end, separated by commas: ${OUTCOMES.join(', ')} (default: all)`,
      outcomeList,
    )
    .addOption(
      new Option('--cancel <where>', 'where the job may be cancelled')
        .choices(['anywhere', 'between-steps', 'never'])
        .default('anywhere'),
    )
    .addOption(new Option('--timers <when>', 'when timers may go off').choices(['anytime', 'idle']).default('anytime'))
    .addOption(
      new Option('--crash <where>', 'where the process of a job on record, or the worker of an attempt, may die')
        .choices(['anywhere', 'never'])
        .default('never'),
    )
    .option('--count-interrupted', 'an attempt that a crash interrupted counts as a failed one')
    .addOption(
      new Option('--delivery <how>', 'whether results of attempts may come twice and late')
        .choices(['exactly-once', 'at-least-once'])
        .default('exactly-once'),
    )
    .option('--symmetry', 'take states as one in which interchangeable tasks have changed places')
    .option('--attempts', 'tell states apart by how many attempts settled tasks had')
    .option('--max-states <n>', 'stop after so many states', integer)
    .option('--max-depth <n>', 'go so many steps from the start', integer)
    .option('--max-ms <n>', 'stop after so many milliseconds', integer);
}

/** The options for the library that flags and file say together. */
export function modelOptions(flags: ModelFlags, { options }: LoadedWorkflow): ModelOptions {
  return {
    maxConcurrency: flags.maxConcurrency ?? options.maxConcurrency,
    maxRetries: flags.retries ?? options.maxRetries,
    backoff: flags.backoff ?? options.backoff,
    retryIf: flags.retryAll ?? options.retryIf,
    timeout: flags.timeout ?? options.timeout,
    outcomes: flags.outcomes,
    cancel: flags.cancel === 'never' ? false : (flags.cancel as 'anywhere' | 'between-steps'),
    timers: flags.timers,
    crash: flags.crash === 'never' ? false : (flags.crash as 'anywhere'),
    countInterrupted: flags.countInterrupted,
    delivery: flags.delivery,
    reduce: { finishedContext: flags.attempts !== true, symmetry: flags.symmetry },
    limits: { states: flags.maxStates, depth: flags.maxDepth, ms: flags.maxMs },
  };
}
