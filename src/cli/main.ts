#!/usr/bin/env node
import { describeThrown } from './describe-context.ts';
import { FAILED } from './exit-codes.ts';
import { printError, printedEverything } from './print.ts';
import { makeProgram } from './program.ts';

process.on('uncaughtException', (error) => {
  printError(describeThrown(error));
  process.exit(FAILED);
});

await makeProgram().parseAsync();

// Whatever the file left open, such as a server, must not keep the process alive; but everything printed must be written first.
const problem = await printedEverything();
if (problem !== undefined) {
  printError(`The output can't be written: ${problem.message}`);
  process.exitCode ||= FAILED;
}
process.exit();
