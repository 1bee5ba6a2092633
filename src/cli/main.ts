#!/usr/bin/env node
import { UsageError } from './usage-error.ts';

/** The command needs more than the library does; whoever only uses the library need not install it. */
async function start(): Promise<void> {
  const { makeProgram } = await import('./program.ts').catch((error) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes("'commander'")) {
      throw new UsageError('The command needs commander: npm install --save-dev commander');
    }
    throw error;
  });
  await makeProgram().parseAsync();
}

try {
  await start();
} catch (error) {
  if (!(error instanceof UsageError)) {
    throw error;
  }
  console.error(error.message);
  process.exitCode = 2;
}
