import { createRequire } from 'node:module';
import { CheckError } from '../check/check-error.ts';
import { JobStoreError } from '../journal/errors/job-store-error.ts';
import { withoutEscapes } from '../values/describe-value.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import { addCheckCommand } from './check-command.ts';
import { Command, CommanderError } from './commander.ts';
import { departureCode } from './departure.ts';
import { describeThrown } from './describe-context.ts';
import { FAILED, USED_WRONGLY } from './exit-codes.ts';
import { addGraphCommand } from './graph-command.ts';
import { addInspectCommand } from './inspect-command.ts';
import { addJobsCommand } from './jobs-command.ts';
import { addPathsCommand } from './paths-command.ts';
import { readPlaceFiles } from './place-variables.ts';
import { printError } from './print.ts';
import { addResumeCommand } from './resume-command.ts';
import { addRunCommand } from './run-command.ts';
import { UsageError } from './usage-error.ts';
import { addWorkerCommand } from './worker-command.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

/** The `tintype` command. Wrong usage throws a UsageError, which exits with 2. */
export function makeProgram(): { parseAsync(): Promise<void> } {
  const program = new Command('tintype')
    .description('Run, watch, check, test and draw workflows of tasks.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print help for a command')
    .showHelpAfterError('(see tintype --help, or tintype <command> --help)');
  addRunCommand(program);
  addResumeCommand(program);
  addJobsCommand(program);
  addWorkerCommand(program);
  addInspectCommand(program);
  addCheckCommand(program);
  addPathsCommand(program);
  addGraphCommand(program);
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: (text) => process.stderr.write(withoutEscapes(text)) });
  }
  return {
    async parseAsync() {
      try {
        readPlaceFiles();
        await program.parseAsync();
      } catch (error) {
        process.exitCode = codeOf(error);
      }
    },
  };
}

/** Prints an error, unless commander has, and returns its exit code. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? 0 : USED_WRONGLY;
  }
  if (error instanceof InvalidWorkflowError || error instanceof CheckError || error instanceof UsageError) {
    printError(error.message);
    return USED_WRONGLY;
  }
  if (error instanceof JobStoreError) {
    printError(error.message);
    return departureCode(error) as number;
  }
  printError(describeThrown(error));
  return FAILED;
}
