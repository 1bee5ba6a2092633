import { readFileSync } from 'node:fs';
import test from 'ava';
import { InvalidWorkflowError, run } from 'tintype';
import { bullmqExecutor, redisStore, startWorker } from 'tintype/bullmq';
import { checkWorkflow, LAWS } from 'tintype/check';
import { sqliteStore } from 'tintype/sqlite';
import { workerThreads } from 'tintype/worker-threads';
import { options, properties } from '../examples/check-smoothie.ts';
import smoothie from '../examples/smoothie.ts';

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const readme = read('README.md');

/** The names in the first column of the table under a heading. */
const optionsUnder = (heading: string): string[] => {
  const section = read('docs/options.md').split(`\n## ${heading}\n`)[1]?.split('\n#')[0] ?? '';
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

/** The names of the properties that an interface declares, without those it inherits. */
const declared = (file: string, name: string): string[] => {
  const body = read(file).split(`export interface ${name} `)[1]?.split('\n}')[0] ?? '';
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, property]) => property ?? '').sort();
};

test('the report in the docs is the one the checker prints', (t) => {
  const report = String(checkWorkflow(smoothie, { maxRetries: 1, timeout: options.timeout, properties }));
  const [, inDocs = 'nothing'] = /^```\n(Violated.*?)^```/ms.exec(read('docs/model-checking.md')) ?? [];
  t.true(report.includes(inDocs.trimEnd()), inDocs);
});

test('the docs name each law of the checker, and what it says', (t) => {
  const rows = [...read('docs/model-checking.md').matchAll(/^\| `(\w+)` \| (.+) \|$/gm)].map(([, name]) => name ?? '');
  for (const law of Object.keys(LAWS)) {
    t.true(rows.includes(law), law);
  }
});

test('docs/options.md lists each option of a task and of run', (t) => {
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

test('docs/options.md lists what resume and resumeAll take in addition to what run takes', (t) => {
  t.deepEqual(optionsUnder('Of `resume`'), declared('src/durable/resume.ts', 'ResumeOptions'));
  t.deepEqual(optionsUnder('Of `resumeAll`'), declared('src/durable/resume-all.ts', 'ResumeAllOptions'));
  t.true(optionsUnder('Of `resume`').includes('whenHeld') && optionsUnder('Of `resumeAll`').includes('maxJobs'));
});

const extra = { connection: 'redis://127.0.0.1', queue: 'albums', workflow: smoothie, unknown: 1 };
const { workflow: _, ...ofWorker } = extra;

for (const [heading, start] of Object.entries({
  sqliteStore: () => sqliteStore(':memory:', { unknown: 1 } as never),
  redisStore: () => redisStore({ unknown: 1 } as never),
  workerThreads: () => workerThreads({ unknown: 1 } as never),
  bullmqExecutor: () => bullmqExecutor(extra as never),
  startWorker: () => startWorker(smoothie, ofWorker as never),
})) {
  test(`docs/options.md lists each option of ${heading}`, (t) => {
    const known = knownOptions(start);
    t.true(known.length > 1);
    t.deepEqual(optionsUnder(`Of \`${heading}\``), known);
  });
}

test('the scripts the README and CONTRIBUTING name exist', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const [, script] of `${readme}${read('CONTRIBUTING.md')}`.matchAll(/npm run (?:-s )?([a-z:]+)/g)) {
    t.true(script !== undefined && script in scripts, script);
  }
});
