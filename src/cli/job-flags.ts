import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { run } from '../runtime/run.ts';
import { describeValue } from '../workflow/describe-value.ts';
import type { LoadedWorkflow } from './load-workflow.ts';
import { addLimitFlags, integer, milliseconds } from './model-flags.ts';
import { UsageError } from './usage-error.ts';

/** The flags that say how a job is run. */
export interface JobFlags {
  readonly context?: string;
  readonly contextFile?: string;
  readonly maxConcurrency?: number;
  readonly retries?: number;
  readonly backoff?: number;
  readonly retryAll?: true;
  readonly timeout?: number;
  readonly grace: number;
}

/** Adds the flags that say how a job is run. */
export function addJobFlags(command: Command): Command {
  const withContext = command
    .option('--context <json>', 'the initial context (default: as the file says)')
    .option('--context-file <file>', 'a JSON file with the initial context');
  const withTimeout = addLimitFlags(withContext).option(
    '--timeout <ms>',
    'the timeout of the job (default: as the file says, or none)',
    integer,
  );
  return addGraceFlag(withTimeout);
}

/** Adds the flag that says how long functions are waited for. */
export function addGraceFlag(command: Command): Command {
  return command.option(
    '--grace <ms>',
    'how long functions have to return when the job has ended by itself',
    milliseconds,
    5000,
  );
}

/** The options of a job that the flags of `addLimitFlags` give. */
export const limitOptions = ({
  maxConcurrency,
  retries,
  backoff,
  retryAll,
}: Pick<JobFlags, 'maxConcurrency' | 'retries' | 'backoff' | 'retryAll'>) => ({
  ...(maxConcurrency !== undefined && { maxConcurrency }),
  ...(retries !== undefined && { maxRetries: retries }),
  ...(backoff !== undefined && { backoff }),
  ...(retryAll !== undefined && { retryIf: retryAll }),
});

/**
 * The options of `run` that flags and file say together.
 * @throws {UsageError}
 */
export async function jobOptions(
  { options }: LoadedWorkflow,
  flags: JobFlags,
): Promise<NonNullable<Parameters<typeof run>[1]>> {
  const context = await contextOf(flags);
  return {
    ...options,
    ...(context !== undefined && { context }),
    ...limitOptions(flags),
    ...(flags.timeout !== undefined && { timeout: flags.timeout }),
  };
}

async function contextOf({ context, contextFile }: JobFlags): Promise<object | undefined> {
  if (context !== undefined && contextFile !== undefined) {
    throw new UsageError('Only one of --context and --context-file can be given');
  }
  const source = context === undefined ? `--context-file ${contextFile}` : '--context';
  const text = context ?? (contextFile === undefined ? undefined : await readText(contextFile));
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source} is no JSON: ${describeValue(error)}`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${describeValue(error)}`);
  }
}
