import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { transcript, violationsIn } from './invariants.ts';
import { play } from './play.ts';
import type { Scenario } from './scenario.ts';

/**
 * Plays random scenarios; fails with the smallest one found that breaks an invariant, or goes another way the second time, when XState
 * steps the machines instead of tables.
 * The environment variable SEED repeats what an earlier run did.
 */
export async function keepsItsWord(scenarios: fc.Arbitrary<Scenario>, numRuns: number, playing = play): Promise<void> {
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const recording = await playing(scenario);
    const broken = violationsIn(recording).map(({ invariant, message }) => `${invariant}: ${message}`);
    if (broken.length > 0) {
      throw new Error(broken.slice(0, 10).join('\n'));
    }
    if (!isDeepStrictEqual(transcript(recording), transcript(await playing(scenario, 'xstate')))) {
      throw new Error('the second run, by the interpreter of XState, differs from the first');
    }
  });
  const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };
  await fc.assert(property, { numRuns, includeErrorInReport: true, ...seed });
}
