/** Compares the cost of tasks with other libraries: `npm run bench -- --help`. */
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { compare, FULL, QUICK } from './compare/compare.ts';
import { plot } from './compare/plot.ts';
import { cpuTable } from './compare/tables.ts';
import { profile } from './details/details.ts';
import { checkBaseline, writeBaseline } from './guard/guard.ts';
import { figure, report } from './report.ts';

const HELP = `npm run bench                    measures everything, in about an hour, and prints tables
npm run bench -- --quick         measures 1,000 and 10,000 tasks that do nothing, in about a minute
  --json                         prints the rows as JSON
  --rounds N                     runs N processes per row; the default is 3, or 1 with --quick
  --write                        writes the tables to docs/performance.md, the chart next to it, and the figure in the README
npm run bench -- --check         fails if a task does more work, or allocates more memory, than in bench/guard/baseline.json
npm run bench -- --write-baseline   updates bench/guard/baseline.json
npm run bench -- --profile       writes a CPU profile of many chains of 1,000 tasks to the folder coverage`;

const ROOT = new URL('../', import.meta.url);
const [BEGIN, END] = ['<!-- npm run bench -- --write: begin -->', '<!-- end -->'];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    'write-baseline': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else if (values['write-baseline']) {
  await writeBaseline();
} else if (values.profile) {
  await profile();
} else if (values.check) {
  const grown = await checkBaseline();
  console.log(grown.length === 0 ? '\nNothing grew by more than 5%.' : `\n${grown.join('\n')}`);
  process.exitCode = grown.length === 0 ? 0 : 1;
} else {
  await measure();
}

async function measure(): Promise<void> {
  const plan = values.quick ? QUICK : FULL;
  const rows = await compare({ ...plan, rounds: values.rounds === undefined ? plan.rounds : Number(values.rounds) });
  if (values.json) {
    const json = values.quick ? rows.map(({ work: _, ...row }) => row) : rows;
    console.log(JSON.stringify(json, null, 2));
  } else if (values.quick) {
    console.log(`CPU µs per task, for tasks that do nothing:\n\n${cpuTable(rows)}`);
  } else {
    const text = await report(rows);
    console.log(text);
    if (values.write) {
      await write('docs/performance.md', `\n\n${text}\n\n`);
      await write('README.md', `\n${figure(rows)}\n`);
      await writeFile(new URL('docs/performance.svg', ROOT), plot(rows));
    }
  }
}

/** Replaces what is between the marks of a page. */
async function write(path: string, text: string): Promise<void> {
  const page = new URL(path, ROOT);
  const old = await readFile(page, 'utf8');
  const [before, after] = [old.split(BEGIN)[0], old.split(END)[1]];
  await writeFile(page, `${before}${BEGIN}${text}${END}${after}`);
}
