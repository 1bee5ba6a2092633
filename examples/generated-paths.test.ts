/** AVA tests generated from a workflow: each replays one path of its job with the real `run`. */
import test from 'ava';
import { testPaths } from 'tintype/check';
import smoothie, { options } from './smoothie.ts';

for (const path of testPaths(smoothie, { maxRetries: 1, timeout: options.timeout })) {
  test(path.description, async (t) => {
    await t.notThrowsAsync(path.replay());
  });
}
