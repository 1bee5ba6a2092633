import { readFile } from 'node:fs/promises';
import test from 'ava';
import { MACHINES_DOC, machinesDoc } from '../scripts/machines-doc.ts';

test('the drawings of the machines are of the machines as they are (`npm run docs` makes them)', async (t) => {
  t.is(await readFile(MACHINES_DOC, 'utf8'), machinesDoc());
});
