/**
 * Measures how long `tsc` needs for workflows of many tasks: `npm run bench:types [number of tasks]...`
 * Fails if TypeScript 7 spends more than 3 seconds of CPU on a chain of 400 tasks.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chain, fanIn } from './generate.ts';

const LIMIT = { tasks: 400, seconds: 3 };
const COMPILERS = { '7': 'typescript', '5.9': 'typescript-5.9' };

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'node_modules', '.cache', 'tintype-types-bench');
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [150, LIMIT.tasks];

interface Measured {
  readonly program: string;
  readonly compiler: string;
  /** User and system time of all threads of the compiler, with the start and the library files: compare with one task. */
  readonly cpuSeconds: number;
  readonly instantiations: string;
  readonly memory: string;
}

/** Compiles a program; throws if it doesn't compile within five minutes. */
function measure(program: string, text: string, compiler: keyof typeof COMPILERS): Measured {
  const file = join(folder, `${program.replaceAll(' ', '-')}.ts`);
  writeFileSync(file, text);
  const config = `${file}.tsconfig.json`;
  const settings = { extends: join(root, 'tsconfig.json'), compilerOptions: { paths: {} }, include: [file], files: [file] };
  writeFileSync(config, JSON.stringify(settings));
  const tsc = join(root, 'node_modules', COMPILERS[compiler], 'bin', 'tsc');
  // The shell's `times` counts the processes it waited for, and theirs.
  const script = `"$0" "$1" -p "$2" --extendedDiagnostics || exit 1; times`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script, process.execPath, tsc, config], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0) {
    throw new Error(`${program} does not compile:\n${stdout}${stderr}`);
  }
  const [, ...times] = /(\d+)m([\d.]+)s (\d+)m([\d.]+)s\n*$/.exec(stdout) ?? [];
  const [userMinutes = NaN, user = NaN, systemMinutes = NaN, system = NaN] = times.map(Number);
  const figure = (label: string) => new RegExp(`${label}:\\s+(\\S+)`).exec(stdout)?.[1] ?? '?';
  return {
    program,
    compiler,
    cpuSeconds: Number((60 * (userMinutes + systemMinutes) + user + system).toFixed(2)),
    instantiations: figure('Instantiations'),
    memory: figure('Memory used'),
  };
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
try {
  const rows: Measured[] = [];
  for (const compiler of ['7', '5.9'] as const) {
    rows.push(measure('1 task', chain(1), compiler));
    for (const size of sizes) {
      rows.push(measure(`chain of ${size}`, chain(size), compiler), measure(`fan-in of ${size}`, fanIn(size), compiler));
    }
  }
  console.table(rows);
  const judged = rows.find(({ program, compiler }) => compiler === '7' && program === `chain of ${LIMIT.tasks}`);
  if (judged !== undefined && judged.cpuSeconds > LIMIT.seconds) {
    console.error(`A chain of ${LIMIT.tasks} tasks took ${judged.cpuSeconds} s of CPU; the limit is ${LIMIT.seconds} s`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
