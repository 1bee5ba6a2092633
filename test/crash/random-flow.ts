import type { TaskDefinition } from 'tintype';
import { randomFrom } from '../../src/check/search/random-from.ts';

/** Between 10 and 60 tasks that depend on each other; some fail at first. `effect` is what a task does outside. */
export function randomFlow(seed: number, effect: (task: string) => void): TaskDefinition[] {
  const random = randomFrom(seed);
  const count = 10 + Math.floor(random() * 51);
  return Array.from({ length: count }, (_, index): TaskDefinition => {
    const name = `t${index}`;
    const dependencies = Array.from({ length: index }, (__, earlier) => `t${earlier}`).filter(
      () => random() < 2 / Math.max(index, 2),
    );
    const failures = random() < 0.2 ? 1 : 0;
    const delay = random() * 4;
    return {
      name,
      dependencies,
      backoff: random() < 0.5 ? 2 : 0,
      run: async (context: Record<string, { sum: number }>, { attempt }) => {
        await new Promise((resolve) => setTimeout(resolve, delay));
        effect(name);
        if (attempt <= failures) {
          throw new Error(`${name} fails at first`);
        }
        const sum = dependencies.reduce((total, dependency) => total + (context[dependency]?.sum ?? Number.NaN), index + 1);
        return { [name]: { sum, at: new Map([[name, BigInt(index)]]) } };
      },
    };
  });
}
