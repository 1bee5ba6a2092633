import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CompiledProgram } from '../child.ts';
import { median } from '../statistics.ts';
import { VARIANTS, type VariantName } from './variants.ts';

export interface Detail {
  readonly what: string;
  /** In the unit that `what` names, or in microseconds of CPU a task. */
  readonly value: number;
}

const ROUNDS = 3;

/** What single features of a job cost, each in fresh processes, in turns. */
export async function measureDetails(): Promise<Detail[]> {
  await using program = await CompiledProgram.make('details/measure-detail.ts');
  const names = [...(Object.keys(VARIANTS) as VariantName[]), 'cancel'] as const;
  const costs = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, values] of costs) {
      values.push((await program.run([name])) as number);
      process.stderr.write('.');
    }
  }
  process.stderr.write('\n');
  return [...costs].map(([what, values]) => ({ what, value: median(values) }));
}

/** Writes a CPU profile of the first variant. */
export async function profile(): Promise<void> {
  await using program = await CompiledProgram.make('details/measure-detail.ts');
  await program.run([Object.keys(VARIANTS)[0]], { flags: ['--cpu-prof', '--cpu-prof-dir=coverage'] });
}

/**
 * How long it takes to load the built library, and XState alone, and to run a first job of 10 tasks, in milliseconds of wall
 * time.
 */
export function measureStart(): Detail[] {
  const dist = new URL('../../dist/index.js', import.meta.url).href;
  const load = (module: string) =>
    `const t = performance.now(); await import('${module}'); console.log(performance.now() - t);`;
  const first = `const { run } = await import('${dist}'); const t = performance.now();
    await run(Array.from({ length: 10 }, (_, i) => ({ name: 't' + i, run() {} }))); console.log(performance.now() - t);`;
  return [
    { what: 'load xstate', value: medianOf(load('xstate')) },
    { what: 'load tintype with xstate', value: medianOf(load(dist)) },
    { what: 'first job of 10 tasks', value: medianOf(first) },
  ];
}

function medianOf(program: string): number {
  const cwd = fileURLToPath(new URL('../../', import.meta.url));
  const run = () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd, encoding: 'utf8' }));
  return median(Array.from({ length: 9 }, run));
}
