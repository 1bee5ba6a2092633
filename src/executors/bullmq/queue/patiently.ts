import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '../../../stores/redis/is-transient.ts';

export interface Patience {
  /** How long to try, in milliseconds. */
  readonly limit: number;
  readonly onRefused: (error: unknown) => void;
  /** Whether another try still makes sense. */
  readonly isWanted: () => boolean;
}

/** The pause after Redis refused a command for now, in milliseconds; it doubles. */
const PAUSE = { first: 50, longest: 1000 };

/** Retries what Redis refuses for now. */
export async function patiently(call: () => Promise<unknown>, { limit, onRefused, isWanted }: Patience): Promise<void> {
  let waited = 0;
  for (let pause = PAUSE.first; ; pause = Math.min(2 * pause, PAUSE.longest)) {
    try {
      await call();
      return;
    } catch (error) {
      waited += pause;
      if (!isTransient(error) || waited > limit || !isWanted()) {
        throw error;
      }
      onRefused(error);
      await sleep(pause);
    }
  }
}
