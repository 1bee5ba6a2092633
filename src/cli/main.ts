#!/usr/bin/env node
import { FAILED } from './exit-codes.ts';
import { printedEverything } from './print.ts';
import { makeProgram } from './program.ts';

process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(FAILED);
});

await makeProgram().parseAsync();

// Whatever the file left open, such as a server, must not keep the process alive; but everything printed must be written first.
const problem = await printedEverything();
if (problem !== undefined) {
  console.error(`The output can't be written: ${problem.message}`);
  process.exitCode ||= FAILED;
}
process.exit();
