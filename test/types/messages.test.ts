import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';

const root = new URL('../../', import.meta.url);
const project = 'test/types/mistakes/tsconfig.json';
const source = readFileSync(new URL('test/types/mistakes/mistakes.ts', root), 'utf8').split('\n');

interface Message {
  readonly line: number;
  /** Without the lines that say more. */
  readonly text: string;
}

/** What is expected of each statement that has a comment above it. */
const expected: Message[] = source.flatMap((text, index) =>
  text.startsWith('// ') && /^(base|run|workflow)\b/.test(source[index + 1] ?? '') && !/^\/\/ Instances/.test(text)
    ? [{ line: index + 2, text: text.slice(3) }]
    : [],
);

function compile(compiler: string): Promise<Message[]> {
  return new Promise((resolve) => {
    const args = [fileURLToPath(new URL(`node_modules/${compiler}/bin/tsc`, root)), '-p', project, '--pretty', 'false'];
    execFile(process.execPath, args, { cwd: fileURLToPath(root) }, (_error, stdout) => {
      const found = stdout.matchAll(/^test\/types\/mistakes\/mistakes\.ts\((\d+),\d+\): error TS\d+: (.*)$/gm);
      resolve([...found].map(([, line, text = '']) => ({ line: Number(line), text })));
    });
  });
}

/** The order of keys and of the members of a union differs between compilers. */
const sorted = (text: string): string =>
  text
    .replace(
      /\{ (readonly .*?;) \}/g,
      (_, keys: string) =>
        `{ ${keys
          .split('; ')
          .map((key) => key.replace(';', ''))
          .sort()
          .join('; ')}; }`,
    )
    .replace(/"\w+"( \| "\w+")+/g, (union) => union.split(' | ').sort().join(' | '));

const shorten = ({ line, text }: Message, index: number): Message => ({
  line,
  // The type of a whole workflow comes first there.
  text: expected[index]?.text.startsWith('…')
    ? `…${text.slice(text.indexOf(' is not assignable to parameter'))}`
    : sorted(text),
});

for (const compiler of ['typescript', 'typescript-5.9']) {
  test(`each mistake has one message, where it is, with ${compiler}`, async (t) => {
    const messages = await compile(compiler);
    t.true(expected.length > 30);
    t.deepEqual(
      messages.map(shorten),
      expected.map(({ line, text }) => ({ line, text: sorted(text) })),
    );
  });
}
