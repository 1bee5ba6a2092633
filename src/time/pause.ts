import { during, type JobClock, systemClock } from './clock.ts';
import { afterPause } from './event-loop.ts';

/** Waits until the event loop has turned; a clock that skips time stands still meanwhile. */
export const pause = async (clock: JobClock = systemClock): Promise<void> => {
  await during(clock, () => new Promise<void>(afterPause));
};
