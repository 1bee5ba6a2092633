import { USED_WRONGLY } from './exit-codes.ts';
import { printError } from './print.ts';

/** Calls code of a file. If it waits for something that can never settle because the event loop is empty, prints a line and exits. */
export async function unlessStuck<T>(line: string, work: () => T): Promise<Awaited<T>> {
  const giveUp = () => {
    printError(line);
    process.exit(USED_WRONGLY);
  };
  process.once('beforeExit', giveUp);
  try {
    return await work();
  } finally {
    process.off('beforeExit', giveUp);
  }
}
