/**
 * Measures one variant, or a cancel, and prints the CPU time of a task in microseconds. `details.ts` starts it in a fresh
 * process.
 */
import { run, type TaskDefinition } from 'tintype';
import { costOf, median } from '../statistics.ts';
import { open, TASKS, type VariantName } from './variants.ts';

const WARM_UP = 500;
const MEASURE = 1000;
const CANCELLED = 10_000;

async function measureVariant(name: VariantName): Promise<number> {
  const { play, close } = await open(name);
  const costs: number[] = [];
  const start = performance.now();
  while (performance.now() < start + WARM_UP + MEASURE) {
    const { cpu } = await costOf(play);
    if (performance.now() > start + WARM_UP) {
      costs.push(cpu);
    }
  }
  await close();
  return median(costs) / TASKS;
}

/** From the call of `cancel` until the result is there, of a job all of whose tasks run. */
async function measureCancel(): Promise<number> {
  const tasks = Array.from(
    { length: CANCELLED },
    (_, index): TaskDefinition => ({ name: `t${index}`, run: () => new Promise<undefined>(() => {}) }),
  );
  const costs: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const job = run(tasks);
    await new Promise((resolve) => setImmediate(resolve));
    const { cpu } = await costOf(() => {
      job.cancel();
      return job;
    });
    costs.push(cpu);
  }
  return median(costs) / CANCELLED;
}

const [what] = process.argv.slice(2).map((argument) => JSON.parse(argument));
console.log(JSON.stringify(what === 'cancel' ? await measureCancel() : await measureVariant(what)));
