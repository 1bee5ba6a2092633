/** What it costs to look at jobs of 1,000 tasks: `npm run build && npm run bench:inspect`. Exits with 1 when it is too much. */
import { CompiledProgram } from './child.ts';
import type { Inspection } from './inspection/measure-inspection.ts';
import { SHAPES, WAYS, type Way } from './inspection/ways.ts';
import { describeMachine } from './machine.ts';
import { median } from './statistics.ts';

const ROUNDS = 5;
/** With no viewer, as a multiple of the cost of a job that nobody inspects. */
const MOST_TIMES = 2.2;
const MOST_BYTES = 10e6;

await using program = await CompiledProgram.make('inspection/measure-inspection.ts');
const { date, node, cores, cpu: processor } = describeMachine();
console.log(`${date}, Node.js ${node}, ${cores} cores, ${processor}\n`);
console.log('| shape | | CPU µs per task | relative | MB sent |\n| --- | --- | --: | --: | --: |');
for (const shape of SHAPES) {
  const results = new Map((Object.keys(WAYS) as Way[]).map((way): [Way, Inspection[]] => [way, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [way, measured] of results) {
      measured.push((await program.run([shape, way])) as Inspection);
    }
  }
  const cpuOf = (way: Way) => median((results.get(way) ?? []).map(({ cpu }) => cpu));
  for (const [way, measured] of results) {
    const times = cpuOf(way) / cpuOf('alone');
    const bytes = Math.max(...measured.map((one) => one.bytes));
    const sent = way === 'viewed' ? (bytes / 1e6).toFixed(1) : '';
    console.log(`| ${shape} | ${WAYS[way]} | ${cpuOf(way).toFixed(1)} | ${times.toFixed(2)} | ${sent} |`);
    if ((way === 'recorded' && times > MOST_TIMES) || bytes > MOST_BYTES) {
      process.exitCode = 1;
    }
  }
}
