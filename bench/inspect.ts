/** What it costs to look at jobs of 1,000 tasks: `npm run bench:inspect`, after `npm run build`. */
import { CompiledProgram } from './child.ts';
import type { InspectionReport } from './inspection/measure-inspection.ts';
import { describeMachine } from './machine.ts';

/** With no viewer, as a multiple of the cost of a job that nobody inspects. */
const MOST_TIMES = 2.2;
const MOST_BYTES = 10e6;

await using program = await CompiledProgram.make('inspection/measure-inspection.ts');
const { rows, bytes } = (await program.run([])) as InspectionReport;
const { date, node, cores, cpu: processor } = describeMachine();
const timesOf = ({ shape, cpu }: InspectionReport['rows'][number]) =>
  cpu / (rows.find((one) => one.shape === shape)?.cpu ?? cpu);

console.log(`${date}, Node.js ${node}, ${cores} cores, ${processor}\n`);
console.log('| shape | | CPU µs a task | times |\n| --- | --- | --: | --: |');
for (const row of rows) {
  console.log(`| ${row.shape} | ${row.way} | ${row.cpu.toFixed(1)} | ${timesOf(row).toFixed(2)} |`);
}
console.log(`\nA viewer is sent ${(bytes / 1e6).toFixed(1)} MB of a job of 1,000 tasks.`);

const isDear = rows.some((row) => row.way.endsWith('no viewer') && timesOf(row) > MOST_TIMES);
if (isDear || bytes > MOST_BYTES) {
  console.log(`More than ${MOST_TIMES} times with no viewer, or than ${MOST_BYTES / 1e6} MB.`);
  process.exitCode = 1;
}
