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
