import test from 'ava';
import { start, TestFolder } from '../helpers/command.ts';

const folder = new TestFolder(test);

const tintype = (...args: string[]) => start(['--import=tsx', 'src/cli/main.ts', ...args]);

/** Everything but line breaks and tabs. */
const CONTROL = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u;
const CLEAR = '\\u001b[2J\\u009b31m\\u0007\\u202e';

const FILE = `
import { workflow } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)};
const name = 'n${CLEAR}';
export default workflow(name, { version: name })
  .task({ name, run: () => ({ ['k' + name]: name }) })
  .task({
    name: 'fail' + name,
    dependencies: [name],
    maxRetries: 1,
    backoff: 0,
    run: () => {
      throw Object.assign(new Error(name, { cause: name }), { name, code: name, [name]: name });
    },
  });
`;

for (const args of [
  ['run'],
  ['run', '--json'],
  ['run', '--events'],
  ['check'],
  ['check', '--json', '--verbose'],
  ['paths'],
  ['graph'],
  ['graph', '--format', 'dot'],
  ['run', '--task-\u001b[2J'],
  ['run', '--retries', '\u001b[2J'],
]) {
  const [command = '', ...flags] = args;
  test(`no escape sequence gets to the terminal: ${JSON.stringify(args)}`, async (t) => {
    const file = await folder.write('hostile.mts', FILE);
    const { stdout, stderr } = await tintype(command, file, ...flags);
    t.notRegex(stdout, CONTROL);
    t.notRegex(stderr, CONTROL);
    t.regex(stdout + stderr, /\\u001b|\\x1B/i);
  });
}

test('a file that throws escape sequences, and one whose name has them, are reported without them', async (t) => {
  const broken = await folder.write('broken.ts', `throw new Error('e${CLEAR}');`);
  for (const place of [broken, 'missing\u001b[2J.ts']) {
    const { stdout, stderr } = await tintype('run', place);
    t.notRegex(stdout + stderr, CONTROL);
    t.regex(stderr, /\\u001b/);
  }
});

test('a cancel whose reason has escape sequences is reported without them', async (t) => {
  const text = `${FILE}
const controller = new AbortController();
controller.abort(new Error('r${CLEAR}'));
export const options = { signal: controller.signal };`;
  const { stdout, stderr } = await tintype('run', await folder.write('cancelled.mts', text));
  t.regex(stderr, /cancelled.*\\u001b/);
  t.notRegex(stdout + stderr, CONTROL);
});
