import { createLogUpdate } from 'log-update';
import type { Job } from '../runtime/job.ts';
import { endsJob } from './ends-job.ts';
import { eventLogger } from './event-logger.ts';
import { ProgressBoard } from './progress-board.ts';

/** The options of `progress`. */
export interface ProgressOptions {
  /**
   * The stream to write to. In a terminal, the lines are updated in place; elsewhere, each transition is a line, as with
   * `eventLogger` and its `causes`.
   * @default process.stdout
   */
  readonly stream?: NodeJS.WriteStream | undefined;
}

/** How often the display is updated, in milliseconds. */
const EVERY = 100;
/** For terminals that don't report their size. */
const ROWS = 24;

/**
 * Shows the progress of a job until it ends: what is running, for how long and in which attempt, what is backing off, and what
 * is done.
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
  // Only the job itself may keep the process alive.
  timer.unref();
  stream.on('resize', show);
  job.on('*', (event) => {
    board.note(event);
    if (endsJob(event)) {
      clearInterval(timer);
      stream.off('resize', show);
      update(board.summary(event.at));
      update.done();
    }
  });
}
