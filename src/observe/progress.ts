import { createLogUpdate } from 'log-update';
import type { Job } from '../runtime/job.ts';
import { eventLogger } from './event-logger.ts';
import { ProgressBoard } from './progress-board.ts';

/** Where progress is shown. */
export interface ProgressOptions {
  /**
   * The stream that it is written to. In a terminal the lines are written anew all the time; elsewhere there is a line for each
   * transition, as `eventLogger` has it.
   * @default process.stdout
   */
  readonly stream?: NodeJS.WriteStream | undefined;
}

/** How often the times are written anew, in milliseconds. */
const EVERY = 100;
/** Where a terminal does not say it. */
const ROWS = 24;

/**
 * Shows how a job goes on, until it ends: what runs, for how long and in which attempt, what waits to be repeated, and how much is done.
 * @example
 * const job = run(smoothie, { context });
 * progress(job);
 */
export function progress(job: Job, { stream = process.stdout }: ProgressOptions = {}): void {
  if (!stream.isTTY) {
    job.on(
      '*',
      eventLogger((line) => stream.write(`${line}\n`), { causes: true }),
    );
    return;
  }
  const board = new ProgressBoard(job.snapshot().tasks.keys());
  const update = createLogUpdate(stream, { showCursor: true });
  const show = () => update(board.lines(Date.now(), { rows: stream.rows ?? ROWS }).join('\n'));
  const timer = setInterval(show, EVERY);
  // What the job itself does keeps the process; this must not.
  timer.unref();
  stream.on('resize', show);
  job.on('*', (event) => {
    board.note(event);
    if (!('task' in event) && event.to !== 'running') {
      clearInterval(timer);
      stream.off('resize', show);
      update(board.summary(event.at));
      update.done();
    }
  });
}
