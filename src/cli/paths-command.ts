import { dirname } from 'node:path';
import { COVERS, type Cover } from '../check/paths/cover.ts';
import { testPaths } from '../check/paths/test-paths.ts';
import { type Command, Option } from './commander.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addModelFlags, type ModelFlags, modelOptions } from './model-flags.ts';
import { addNumberFlag } from './number-flag.ts';
import { RUNNER_NAMES, type Runner, testFile } from './test-file.ts';
import { writeOutput } from './write-output.ts';

interface PathFlags extends ModelFlags {
  readonly cover: Cover;
  readonly maxPaths?: number;
  readonly format: 'text' | 'json' | Runner;
  readonly output?: string;
}

const HELP = `
FILE is a module as for \`tintype check\`. With --format ava, vitest or node
(node:test), the output is a test file that replays each path with the real
\`run\`. Write it with --output, so it imports FILE from where it is.

Exit codes: 0 paths were found, 2 wrong usage, 70 the command itself failed.

Examples:
  tintype paths order.ts --retries 1
  tintype paths order.ts --retries 1 --cover states --format json
  tintype paths order.ts --retries 1 --format vitest --output test/order-paths.test.ts`;

/** Adds `tintype paths`. */
export function addPathsCommand(program: Command): void {
  const description = 'find paths through a job that together cover everything, as a list or as tests';
  const command = addModelFlags(program.command('paths <file>').description(description)).addOption(
    new Option('--cover <what>', 'what the paths cover').choices(COVERS).default('transitions'),
  );
  addNumberFlag(command, '--max-paths <n>', 'find at most this many paths', { min: 1 })
    .addOption(new Option('--format <format>', 'what to print').choices(['text', 'json', ...RUNNER_NAMES]).default('text'))
    .option('--output <file>', 'write to a file instead of stdout')
    .addHelpText('after', HELP)
    .action(paths);
}

async function paths(file: string, flags: PathFlags): Promise<void> {
  const loaded = await loadWorkflow(file);
  const options = { ...modelOptions(flags, loaded), cover: flags.cover, maxPaths: flags.maxPaths };
  const found = testPaths(loaded.tasks, options);
  const { format, output } = flags;
  if (format === 'text') {
    await writeOutput(found.map(({ id, description }) => `${id}  ${description}`).join('\n'), output);
  } else if (format === 'json') {
    await writeOutput(JSON.stringify(found), output);
  } else {
    await writeOutput(testFile(format, found, options, loaded, dirname(output ?? 'x')), output);
  }
}
