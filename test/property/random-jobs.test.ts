import '../helpers/still-time.ts';
import test from 'ava';
import fc from 'fast-check';
import { SHAPES, scenarios } from './arbitraries.ts';
import { keepsItsWord } from './keeps-its-word.ts';

const sizes = (shape: (typeof SHAPES)[number]) =>
  fc.oneof(
    { withCrossShrink: true },
    { arbitrary: scenarios(shape, 8), weight: 6 },
    { arbitrary: scenarios(shape, 30), weight: 3 },
    { arbitrary: scenarios(shape, 100), weight: 1 },
  );

for (const shape of SHAPES) {
  test(`a random job of ${shape} tasks keeps every invariant, and goes the same way with both interpreters`, async (t) => {
    await keepsItsWord(sizes(shape), 120);
    t.pass();
  });
}
