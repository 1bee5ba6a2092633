#!/usr/bin/env node
import { FAILED, USED_WRONGLY } from './exit-codes.ts';

process.on('uncaughtException', (error) => {
  console.error(error);
  process.exit(FAILED);
});

// Loaded by itself, since only the command needs commander: whoever uses the library need not install it.
const program = await import('./program.ts').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes("'commander'")) {
    throw error;
  }
  console.error('The command needs commander: npm install --save-dev commander');
  process.exitCode = USED_WRONGLY;
});
await program?.makeProgram().parseAsync();

// What the file has left open, such as a server, must not keep the process; what has been printed must come out first.
for (const stream of [process.stdout, process.stderr]) {
  await new Promise((done) => stream.on('error', done).write('', done));
}
process.exit();
