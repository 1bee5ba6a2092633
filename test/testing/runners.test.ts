import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { start } from '../helpers/command.ts';

const RUNNERS = {
  'node:test': ['--import=tsx', '--test', '--test-reporter=tap', 'test/testing/fixtures/with-node.ts'],
  Vitest: ['node_modules/vitest/vitest.mjs', 'run', '--config=test/testing/fixtures/vitest.config.ts'],
};

const DIFFERENCE = [
  'Missing event after `charge backingOff`: `charge failed`',
  '· charge running',
  '  charge backingOff',
  '- charge failed',
  '- job.failed',
  '· charge ready',
];

for (const [runner, command] of Object.entries(RUNNERS)) {
  test.serial(`${runner} passes what holds, and shows the difference of what does not`, async (t) => {
    const { code, stdout, stderr } = await start(command);
    const lines = stripVTControlCharacters(`${stdout}\n${stderr}`)
      .split('\n')
      .map((line) => line.trim());
    t.is(code, 1);
    t.true(
      lines.some((line) => /^(ok 1 - |✓ )passes/.test(line)),
      stdout,
    );
    t.true(
      lines.some((line) => /^(not ok 2 - |× )fails/.test(line)),
      stdout,
    );
    const first = lines.findIndex((line) => line.endsWith(DIFFERENCE[0] as string));
    t.true(first > -1, stdout + stderr);
    for (const line of DIFFERENCE.slice(1)) {
      t.true(lines.indexOf(line.trim(), first) > first, line);
    }
  });
}
