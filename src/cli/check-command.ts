import type { Command } from 'commander';
import type { CheckReport } from '../check/check-report.ts';
import { checkWorkflow } from '../check/check-workflow.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addModelFlags, integer, type ModelFlags, modelOptions } from './model-flags.ts';

interface CheckFlags extends ModelFlags {
  readonly walks?: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly mermaid?: boolean;
}

const HELP = `
FILE is a module of TypeScript or JavaScript. Its default export, or its only one, is a workflow or an array of tasks.
What it exports as \`options\` are the defaults of --max-concurrency, --retries and --timeout; what it exports as
\`properties\` is checked too.

Exit codes: 0 nothing is wrong, 1 something is, 2 the command was used wrongly, 3 nothing wrong was found, but not all was seen,
70 the command itself failed.

Examples:
  tintype check workflow.ts
  tintype check workflow.ts --max-concurrency 2 --retries 1
  tintype check workflow.ts --outcomes returns,throws --cancel never
  tintype check workflow.ts --crash anywhere --delivery at-least-once
  tintype check workflow.ts --walks 1000 --seed 1
  tintype check workflow.ts --json > report.json`;

/** Adds `tintype check`. */
export function addCheckCommand(program: Command): void {
  addModelFlags(program.command('check <file>'))
    .description('go through everything that can happen to a job of a workflow, and tell what is wrong')
    .option('--walks <n>', 'take so many random walks instead of going through all', integer)
    .option('--seed <n>', 'the seed of the random walks', integer, 1)
    .option('--json', 'print the report as one JSON object')
    .option('--mermaid', 'print each counterexample as a sequence diagram for Mermaid too')
    .addHelpText('after', HELP)
    .action(check);
}

async function check(file: string, flags: CheckFlags): Promise<void> {
  const loaded = await loadWorkflow(file);
  const report = checkWorkflow(loaded.tasks, {
    ...modelOptions(flags, loaded),
    properties: loaded.properties,
    search: flags.walks === undefined ? undefined : { walks: flags.walks, seed: flags.seed },
  });
  console.log(flags.json ? JSON.stringify(report) : textOf(report, flags));
  process.exitCode = exitCodeOf(report);
}

function textOf(report: CheckReport, { mermaid }: CheckFlags): string {
  const diagrams = mermaid ? report.violations.map((violation) => `\n%% ${violation.property}\n${violation.toMermaid()}`) : [];
  return [String(report), ...diagrams].join('\n');
}

function exitCodeOf({ violations, complete }: CheckReport): 0 | 1 | 3 {
  if (violations.length > 0) {
    return 1;
  }
  return complete ? 0 : 3;
}
