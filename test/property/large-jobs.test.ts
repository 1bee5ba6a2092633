import '../helpers/still-time.ts';
import test from 'ava';
import { SHAPES, scenarios } from './arbitraries.ts';
import { keepsItsWord } from './keeps-its-word.ts';

for (const shape of SHAPES) {
  test(`a random job of up to 300 ${shape} tasks keeps every invariant, and goes the same way with both interpreters`, async (t) => {
    await keepsItsWord(scenarios(shape, 300), 12);
    t.pass();
  });
}
