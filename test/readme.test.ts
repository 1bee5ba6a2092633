import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { InvalidWorkflowError, run } from 'tintype';
import { checkWorkflow, LAWS } from 'tintype/check';
import { options, properties } from '../examples/check-smoothie.ts';
import smoothie from '../examples/smoothie.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'gms'))].map(([, block]) => block ?? '');

/** The names in the first column of the table under a heading. */
const optionsUnder = (heading: string): string[] => {
  const section = readme.split(`\n### ${heading}\n`)[1]?.split('\n#')[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name ?? '').sort();
};

/** The names of the options that validation knows, from what it says about one that it does not know. */
const knownOptions = (start: () => unknown): string[] => {
  try {
    start();
  } catch (error) {
    const message = error instanceof InvalidWorkflowError ? error.problems[0]?.message : undefined;
    return (message?.split('the options are ')[1] ?? '').split(', ').sort();
  }
  return [];
};

test('each TypeScript snippet of the README is a part of a file in examples', (t) => {
  const examples = readdirSync(new URL('../examples/', import.meta.url), { encoding: 'utf8', recursive: true }).filter((file) =>
    file.endsWith('.ts'),
  );
  const sources = examples.map((file) => read(`examples/${file}`));
  const snippets = blocks('ts');
  t.true(snippets.length > 3);
  for (const snippet of snippets) {
    t.true(
      sources.some((source) => source.includes(snippet)),
      snippet,
    );
  }
});

test('what the README and the docs show of a report is what is reported', (t) => {
  const report = String(checkWorkflow(smoothie, { maxRetries: 1, timeout: options.timeout, properties }));
  const [, inReadme = 'nothing'] = /^```\n( {2}\d\. .*?)^```/ms.exec(readme) ?? [];
  const [, inDocs = 'nothing'] = /^```\n(Violation.*?)^```/ms.exec(read('docs/model-checking.md')) ?? [];
  for (const block of [inReadme, inDocs]) {
    t.true(report.includes(block.trimEnd()), block);
  }
});

test('the docs name each law of the checker, and what it says', (t) => {
  const rows = [...read('docs/model-checking.md').matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, name]) => name ?? '');
  for (const law of Object.keys(LAWS)) {
    t.true(rows.includes(law), law);
  }
});

test('each file the README and the docs link to is there', (t) => {
  for (const [file, folder] of [
    ['README.md', '.'],
    ['CONTRIBUTING.md', '.'],
    ['docs/architecture.md', 'docs'],
    ['docs/events.md', 'docs'],
    ['docs/model-checking.md', 'docs'],
    ['docs/performance.md', 'docs'],
    ['docs/traces.md', 'docs'],
    ['docs/worker-threads.md', 'docs'],
    ['docs/durable-jobs.md', 'docs'],
    ['docs/distribution.md', 'docs'],
    ['docs/testing.md', 'docs'],
  ] as const) {
    for (const [, link] of read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      t.true(existsSync(new URL(`../${folder}/${link}`, import.meta.url)), `${file} links to ${link}`);
    }
  }
});

test('the README has each option of a task and of run in its tables', (t) => {
  const task = { name: 'a', run: () => {} };
  t.deepEqual(
    optionsUnder('Of a task'),
    knownOptions(() => run([{ ...task, unknown: 1 } as never])),
  );
  t.deepEqual(
    optionsUnder('Of `run`'),
    knownOptions(() => run([task], { unknown: 1 } as never)),
  );
});

test('the scripts the README and CONTRIBUTING name exist', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, script] of `${readme}${read('CONTRIBUTING.md')}`.matchAll(/npm run (?:-s )?([a-z:]+)/g)) {
    t.true(script !== undefined && script in scripts, script);
  }
});
