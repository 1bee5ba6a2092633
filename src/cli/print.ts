import { withoutEscapes } from '../values/describe-value.ts';

const STREAMS = [process.stdout, process.stderr];
const CLOSED: readonly unknown[] = ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

let problem: NodeJS.ErrnoException | undefined;

// A reader that exits, as `head -1` does, ends the output and nothing else.
for (const stream of STREAMS) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!CLOSED.includes(error.code)) {
      problem ??= error;
    }
  });
}

/** Waits until everything printed has been written. Returns the error if that failed, unless the reader has exited. */
export async function printedEverything(): Promise<Error | undefined> {
  for (const stream of STREAMS) {
    await new Promise((done) => stream.on('error', done).write('', done));
  }
  return problem;
}

/** Prints a text, which can contain names, values and errors from anywhere. */
export const print = (text: string): void => console.log(withoutEscapes(text));

/** `print` to standard error. */
export const printError = (text: string): void => console.error(withoutEscapes(text));
