import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { COVERS, type Cover } from '../check/cover.ts';
import { type TestPath, testPaths } from '../check/test-paths.ts';
import { avaFile } from './ava-file.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addModelFlags, integer, type ModelFlags, modelOptions } from './model-flags.ts';
import { writeOutput } from './write-output.ts';

interface PathFlags extends ModelFlags {
  readonly cover: Cover;
  readonly maxPaths?: number;
  readonly format: 'text' | 'json' | 'ava';
  readonly output?: string;
}

const HELP = `
FILE is as for \`tintype check\`. With --format ava, the file that comes out is a test of AVA, which replays each path with the real
\`run\`; write it with --output, so that it finds FILE from where it is.

Exit codes: 0 paths were made, 2 the command was used wrongly, 70 the command itself failed.

Examples:
  tintype paths workflow.ts
  tintype paths workflow.ts --retries 1 --cover states --format json
  tintype paths workflow.ts --retries 1 --format ava --output test/workflow-paths.test.ts`;

/** Adds `tintype paths`. */
export function addPathsCommand(program: Command): void {
  addModelFlags(program.command('paths <file>'))
    .description('find courses of a job that together go through everything, to make tests of')
    .addOption(new Option('--cover <what>', 'what the paths go through').choices(COVERS).default('transitions'))
    .option('--max-paths <n>', 'make so many paths at most', integer)
    .addOption(new Option('--format <format>', 'how they are printed').choices(['text', 'json', 'ava']).default('text'))
    .option('--output <file>', 'write to a file')
    .addHelpText('after', HELP)
    .action(paths);
}

async function paths(file: string, flags: PathFlags): Promise<void> {
  const loaded = await loadWorkflow(file);
  const options = { ...modelOptions(flags, loaded), cover: flags.cover, maxPaths: flags.maxPaths };
  const found = testPaths(loaded.tasks, options);
  const text = textOf(found, flags.format, () => avaFile(found, options, { file, ...loaded }, dirname(flags.output ?? 'x')));
  await writeOutput(text, flags.output);
}

function textOf(found: readonly TestPath[], format: PathFlags['format'], ava: () => string): string {
  switch (format) {
    case 'text':
      return found.map(({ id, description }) => `${id}  ${description}`).join('\n');
    case 'json':
      return JSON.stringify(found);
    case 'ava':
      return ava();
  }
}
