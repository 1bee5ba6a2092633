import { type Job, resume, run } from 'tintype';
import type { Resumer, Runner, TestPath, TestPathOptions } from 'tintype/check';
import { randomFrom } from '../../src/check/search/random-from.ts';

/** Starts and continues jobs in one way of interpreting machines. */
interface Mode {
  readonly start: Runner;
  readonly again: Resumer;
}

const records: Mode = { start: (tasks, options) => run(tasks, options) as Job, again: (...given) => resume(...given) as Job };

const actors: Mode = {
  start: (tasks, options) => run(tasks, { ...options, interpreter: 'xstate' }) as Job,
  again: (tasks, id, options) => resume(tasks, id, { ...options, interpreter: 'xstate' }) as Job,
};

/** Records, until someone looks at the job at a random moment; then its machines become actors. */
function lookedAt(seed: number): Mode & { readonly count: () => number } {
  const random = randomFrom(seed);
  let count = 0;
  const look = (make: (onEvent: () => void) => Job): Job => {
    let left = Math.floor(random() * 16);
    const job = make(() => {
      left -= 1;
      if (left === 0) {
        void job.actor;
        count += 1;
      }
    });
    return job;
  };
  return {
    count: () => count,
    start: (tasks, { onEvent, ...options }) =>
      look((tick) =>
        records.start(tasks, {
          ...options,
          onEvent(event) {
            tick();
            onEvent?.(event);
          },
        }),
      ),
    again: (tasks, id, { onEvent, ...options }) =>
      look((tick) =>
        records.again(tasks, id, {
          ...options,
          onEvent(event) {
            tick();
            onEvent?.(event);
          },
        }),
      ),
  };
}

/** Replays paths, each in all ways of interpreting machines, or in one after the other in turn. Returns how many jobs were looked at. */
export async function replayInAllModes(paths: readonly TestPath[], inTurn = false): Promise<number> {
  const looked = lookedAt(20261127);
  const modes = [records, actors, looked];
  for (const [index, path] of paths.entries()) {
    for (const { start, again } of inTurn ? modes.slice(index % 3, (index % 3) + 1) : modes) {
      await path.replay(start, again);
    }
  }
  return looked.count();
}

/** What can happen to a job from outside, besides what its functions do. */
export const FAULTS = {
  without: {},
  with: { crash: 'anywhere', delivery: 'at-least-once' },
  counted: { crash: 'anywhere', countInterrupted: true },
} as const satisfies Record<string, TestPathOptions>;
