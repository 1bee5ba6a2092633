import type { ModelOptions } from '../check/check-options.ts';
import { OUTCOMES, type Outcome } from '../check/model/choice.ts';
import type { OnFailure } from '../machines/messages.ts';
import { type Command, Option } from './commander.ts';
import type { LoadedWorkflow } from './load-workflow.ts';
import { addNumberFlag, COUNT, MILLISECONDS } from './number-flag.ts';
import { UsageError } from './usage-error.ts';

/** The flags for how a workflow is explored. */
export interface ModelFlags {
  readonly maxConcurrency?: number;
  readonly retries?: number;
  readonly backoff?: number;
  readonly retryAll?: true;
  readonly onFailure?: OnFailure;
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

function outcomeList(text: string): readonly Outcome[] {
  const outcomes = text.split(',').map((outcome) => outcome.trim());
  const unknown = outcomes.find((outcome) => !OUTCOMES.includes(outcome as Outcome));
  if (unknown !== undefined) {
    throw new UsageError(`--outcomes must be a list of ${OUTCOMES.join(', ')}, got ${JSON.stringify(unknown)}`);
  }
  return outcomes as Outcome[];
}

/** Adds the flags that `run`, `resume` and `check` share. */
export function addLimitFlags(command: Command): Command {
  addNumberFlag(command, '--max-concurrency <n>', 'how many attempts can run at the same time (default: no limit)', COUNT);
  addNumberFlag(command, '--retries <n>', 'how many times a failed task is retried (default: 5)', { min: 0 });
  addNumberFlag(
    command,
    '--backoff <ms>',
    'delay before each retry (default: 100, doubling up to 10000, with jitter)',
    MILLISECONDS,
  );
  return command.option('--retry-all', 'retry every error (default: all except programming errors)');
}

const POLICIES: readonly OnFailure[] = ['stop', 'finishRunning', 'keepGoing'];

/** Adds the flags for what a job keeps when it is resumed. */
export function addLastingFlags(command: Command): Command {
  const description = 'what to do when a task fails: stop, let running attempts finish, or keep going (default: stop)';
  command.addOption(new Option('--on-failure <policy>', description).choices(POLICIES));
  return addNumberFlag(command, '--timeout <ms>', 'the timeout of the job (default: none)', { ...MILLISECONDS, min: 1 });
}

const INTERCHANGEABLE = 'default for checks without crashes and properties';

/** Adds the flags for how a workflow is explored. */
export function addModelFlags(command: Command): Command {
  addLastingFlags(addLimitFlags(command))
    .option(
      '--outcomes <list>',
      `how attempts can end, separated by commas: ${OUTCOMES.join(', ')} (default: all)`,
      outcomeList,
    )
    .addOption(
      new Option('--cancel <where>', 'where the job can be cancelled')
        .choices(['anywhere', 'between-steps', 'never'])
        .default('anywhere'),
    )
    .addOption(new Option('--timers <when>', 'when timers can fire').choices(['anytime', 'idle']).default('anytime'))
    .addOption(
      new Option('--crash <where>', 'where the process of a saved job, or the worker of an attempt, can die')
        .choices(['anywhere', 'never'])
        .default('never'),
    )
    .option('--count-interrupted', 'count attempts interrupted by a crash as failed (needs --crash anywhere)')
    .addOption(
      new Option('--delivery <how>', 'whether the result of an attempt can arrive twice or late')
        .choices(['exactly-once', 'at-least-once'])
        .default('exactly-once'),
    )
    .option('--symmetry', `treat tasks that differ only in their names as interchangeable (${INTERCHANGEABLE})`)
    .option('--no-symmetry', 'distinguish tasks that differ only in their names')
    .option('--attempts', 'distinguish states by how many attempts settled tasks had');
  addNumberFlag(command, '--max-states <n>', 'stop after this many states (default: 1000000)', COUNT);
  addNumberFlag(command, '--max-depth <n>', 'stop this many steps from the start', COUNT);
  return addNumberFlag(command, '--max-ms <n>', 'stop after this many milliseconds', COUNT);
}

/**
 * Combines flags with the options of the file.
 * @throws {UsageError}
 */
export function modelOptions(flags: ModelFlags, { options }: LoadedWorkflow): ModelOptions {
  if (flags.symmetry && flags.crash !== 'never') {
    throw new UsageError(
      "--symmetry can't be combined with --crash: a resumed job starts its tasks in the order of definition",
    );
  }
  const onFailure = flags.onFailure ?? options.onFailure;
  return {
    ...(onFailure !== undefined && { onFailure }),
    undo: options.undo,
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
