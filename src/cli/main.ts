#!/usr/bin/env node
// Loaded by itself, since only the command needs commander: whoever uses the library need not install it.
const program = await import('./program.ts').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes("'commander'")) {
    throw error;
  }
  console.error('The command needs commander: npm install --save-dev commander');
  process.exitCode = 2;
});
await program?.makeProgram().parseAsync();
