import { afterPause, isPausing } from '../../time/event-loop.ts';

/** Lets so many microtasks pass, and again after each pause that a job makes meanwhile. */
export async function passMicrotasks(count: number): Promise<void> {
  do {
    await (isPausing() ? new Promise<void>(afterPause) : undefined);
    for (let microtask = 0; microtask < count; microtask += 1) {
      await undefined;
    }
  } while (isPausing());
}
