import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CompiledProgram } from '../child.ts';

/** For each job, what it does for each task. */
type Counts = Readonly<Record<string, Readonly<Record<string, number>>>>;

interface Baseline {
  /** The major version of Node.js; bytes are compared with those of the same only. */
  readonly node: number;
  readonly counts: Counts;
}

const FILE = fileURLToPath(new URL('baseline.json', import.meta.url));
const NODE = Number.parseInt(process.versions.node, 10);
const MOST = 1.05;

// Without a compiler and without threads the same program asks for the same memory.
const FLAGS = ['--jitless', '--single-threaded', '--predictable-gc-schedule', '--no-warnings'];

async function count(): Promise<Counts> {
  await using program = await CompiledProgram.make('guard/measure-counts.ts');
  return (await program.run([], { flags: FLAGS })) as Counts;
}

/** Saves the current counts as the baseline. */
export async function writeBaseline(): Promise<void> {
  const baseline: Baseline = { node: NODE, counts: await count() };
  await writeFile(FILE, `${JSON.stringify(baseline, null, 2)}\n`);
}

/** Compares the current counts with the baseline, prints both, and returns those that grew by more than 5%. */
export async function checkBaseline(): Promise<string[]> {
  const baseline = JSON.parse(await readFile(FILE, 'utf8')) as Baseline;
  const counts = await count();
  const grown: string[] = [];
  for (const [job, expected] of Object.entries(baseline.counts)) {
    for (const [what, before] of Object.entries(expected)) {
      const now = counts[job]?.[what] ?? Number.NaN;
      const isCompared = what !== 'bytes' || NODE === baseline.node;
      console.log(
        `${job}: ${what} per task: ${now}, was ${before}${isCompared ? '' : ' (different Node.js version, not compared)'}`,
      );
      if (isCompared && !(now <= before * MOST)) {
        grown.push(`${job}: ${what} per task grew from ${before} to ${now}`);
      }
    }
  }
  return grown;
}
