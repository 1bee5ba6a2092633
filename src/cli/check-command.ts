import { readCheckOptions } from '../check/check-options.ts';
import { carryOut } from '../check/check-workflow.ts';
import { CheckReport } from '../check/report/check-report.ts';
import type { Command } from './commander.ts';
import { loadWorkflow } from './load-workflow.ts';
import { addModelFlags, type ModelFlags, modelOptions } from './model-flags.ts';
import { addNumberFlag } from './number-flag.ts';
import { print } from './print.ts';
import { SearchProgress } from './search-progress.ts';

interface CheckFlags extends ModelFlags {
  readonly walks?: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly mermaid?: boolean;
  readonly verbose?: boolean;
}

const HELP = `
FILE is a module as for \`tintype run\`. Its \`options\` are the defaults of
--max-concurrency, --retries, --backoff, --retry-all, --on-failure and
--timeout. It can also export
  properties   what must hold for every job, besides the built-in laws

A check runs no task. Each retry, task and way an attempt can end multiplies the
states: start with --retries 1.

Exit codes:
  0    every state was checked, and no property is violated
  1    a property is violated
  2    wrong usage
  3    no violation was found, but not every state was checked
  70   the command itself failed

Examples:
  tintype check order.ts --retries 1
  tintype check order.ts --retries 1 --max-concurrency 2 --symmetry
  tintype check order.ts --retries 1 --outcomes returns,throws --cancel never
  tintype check order.ts --retries 1 --crash anywhere --delivery at-least-once
  tintype check order.ts --walks 1000 --seed 1
  tintype check order.ts --retries 1 --json > report.json`;

/** Adds `tintype check`. */
export function addCheckCommand(program: Command): void {
  const description = 'explore everything that can happen to a job, and report what violates a property';
  const command = addModelFlags(program.command('check <file>').description(description));
  addNumberFlag(command, '--walks <n>', 'take this many random walks instead of checking every state', { min: 1 });
  addNumberFlag(command, '--seed <n>', 'the seed of the random walks', { default: 1 })
    .option('--json', 'print the report as one JSON object')
    .option('--mermaid', 'also print each counterexample as a Mermaid sequence diagram')
    .option('--verbose', 'also list the transitions that were never taken')
    .addHelpText('after', HELP)
    .action(check);
}

async function check(file: string, flags: CheckFlags): Promise<void> {
  const loaded = await loadWorkflow(file);
  const plan = readCheckOptions(loaded.tasks, {
    ...modelOptions(flags, loaded),
    properties: loaded.properties,
    search: flags.walks === undefined ? undefined : { walks: flags.walks, seed: flags.seed },
  });
  const progress = new SearchProgress(plan, flags);
  const report = carryOut({ ...plan, onProgress: (states, depth) => progress.note(states, depth) });
  progress.end();
  print(flags.json ? JSON.stringify(report) : textOf(report, flags));
  if (report.incompleteBecause.some((limit) => limit === 'states' || limit === 'ms')) {
    progress.advise();
  }
  process.exitCode = exitCodeOf(report);
}

function textOf(report: CheckReport, { mermaid, verbose }: CheckFlags): string {
  const diagrams = mermaid ? report.violations.map((violation) => `\n%% ${violation.property}\n${violation.toMermaid()}`) : [];
  return [String(verbose ? report : new CheckReport({ ...report, unreached: [] })), ...diagrams].join('\n');
}

function exitCodeOf({ violations, complete }: CheckReport): 0 | 1 | 3 {
  if (violations.length > 0) {
    return 1;
  }
  return complete ? 0 : 3;
}
