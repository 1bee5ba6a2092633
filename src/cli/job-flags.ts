import { readFile } from 'node:fs/promises';
import type { OnFailure } from '../machines/messages.ts';
import type { run } from '../runtime/run.ts';
import { describeValue, isReadableObject } from '../values/describe-value.ts';
import type { Command } from './commander.ts';
import { checkContext } from './context-schema.ts';
import type { LoadedWorkflow } from './load-workflow.ts';
import { addLastingFlags, addLimitFlags } from './model-flags.ts';
import { addNumberFlag, MILLISECONDS } from './number-flag.ts';
import { addUndoFlags, type UndoFlags, undoOption } from './undo-flags.ts';
import { UsageError } from './usage-error.ts';

/** The flags for how a job runs. */
export interface JobFlags extends UndoFlags {
  readonly context?: string;
  readonly contextFile?: string;
  readonly maxConcurrency?: number;
  readonly retries?: number;
  readonly backoff?: number;
  readonly retryAll?: true;
  readonly onFailure?: OnFailure;
  readonly timeout?: number;
  readonly grace: number;
}

type Options = NonNullable<Parameters<typeof run>[1]>;

/** Adds the flags for how a job runs. */
export function addJobFlags(command: Command): Command {
  command
    .option('--context <json>', 'the initial context, as a JSON object')
    .option('--context-file <file>', 'a JSON file with the initial context');
  return addGraceFlag(addUndoFlags(addLastingFlags(addLimitFlags(command))));
}

/** Adds the flag for how long to wait for functions. */
export function addGraceFlag(command: Command): Command {
  const description = 'how long to wait for functions that are still running when the job has ended';
  return addNumberFlag(command, '--grace <ms>', description, { ...MILLISECONDS, default: 5000 });
}

/** The options of a job that the flags of `addLimitFlags` set. */
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
 * Combines flags with the options of the file, and checks the context against the file's schema.
 * @throws {UsageError}
 */
export async function jobOptions(loaded: LoadedWorkflow, flags: JobFlags): Promise<Options> {
  const { context: ofFile, ...options }: Options = loaded.options;
  const context = await checkContext(loaded, (await contextOf(flags)) ?? ofFile);
  return {
    ...options,
    ...(context !== undefined && { context: context as object }),
    ...limitOptions(flags),
    ...(flags.onFailure !== undefined && { onFailure: flags.onFailure }),
    ...(flags.timeout !== undefined && { timeout: flags.timeout }),
    ...undoOption(flags),
  };
}

async function contextOf({ context, contextFile }: JobFlags): Promise<object | undefined> {
  if (context !== undefined && contextFile !== undefined) {
    throw new UsageError("--context and --context-file can't be combined");
  }
  const source = context === undefined ? `--context-file ${contextFile}` : '--context';
  const text = context ?? (contextFile === undefined ? undefined : await readText(contextFile));
  if (text === undefined) {
    return undefined;
  }
  const value = parse(text, source);
  if (!isReadableObject(value)) {
    throw new UsageError(`${source} must be a JSON object, got ${describeValue(value)}`);
  }
  return value;
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source} isn't valid JSON: ${describeValue(error)}`);
  }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${describeValue(error)}`);
  }
}
