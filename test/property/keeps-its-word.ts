import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { transcript, violationsIn } from './invariants.ts';
import { type Manner, play } from './play.ts';
import type { Scenario } from './scenario.ts';

/**
 * Plays random scenarios; fails with the smallest one found that breaks an invariant, or goes another way if XState steps the machines, or if
 * somebody looks at them from the start or from some event on.
 * The environment variable SEED repeats what an earlier run did.
 */
export async function keepsItsWord(scenarios: fc.Arbitrary<Scenario>, numRuns: number, playing = play): Promise<void> {
  const property = fc.asyncProperty(scenarios, fc.nat(), async (scenario, moment) => {
    const recording = await playing(scenario);
    const broken = violationsIn(recording).map(({ invariant, message }) => `${invariant}: ${message}`);
    if (broken.length > 0) {
      throw new Error(broken.slice(0, 10).join('\n'));
    }
    const events = recording.timeline.filter(({ kind }) => kind === 'event').length;
    const manners: Readonly<Record<string, Manner>> = {
      'by the interpreter of XState': { interpreter: 'xstate' },
      'inspected from the start': { inspect: () => {} },
      'looked at from an event on': { lookAt: 1 + (moment % Math.max(events, 1)) },
    };
    for (const [how, manner] of Object.entries(manners)) {
      if (!isDeepStrictEqual(transcript(recording), transcript(await playing(scenario, manner)))) {
        throw new Error(`a job ${how}${manner.lookAt === undefined ? '' : ` (${manner.lookAt})`} goes another way`);
      }
    }
  });
  const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
  await fc.assert(property, { numRuns, includeErrorInReport: true, ...seed });
}
