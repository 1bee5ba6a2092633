/**
 * Jobs on two owners and three workers, which are killed at random: `npm run -s test:distributed`, with ` -- --jobs N`, `--seed N` and `--json`.
 * Exits with 1 when something went wrong. It needs redis-server.
 */
import { parseArgs } from 'node:util';
import { distributedRun } from './distributed-run.ts';

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const figures = await distributedRun(Number(values.jobs), Number(values.seed));
const { jobs, tasks, workerKills, ownerKills, redisRestarts, repeated, lost, duplicated, stuck, wrong, seconds } = figures;
if (values.json) {
  console.log(JSON.stringify(figures));
} else {
  console.log(`${jobs} jobs of ${tasks / jobs} tasks in ${seconds} s`);
  console.log(`killed: workers ${workerKills} times, owners ${ownerKills} times, Redis ${redisRestarts} times`);
  console.log(`lost ${lost}, duplicated ${duplicated}, stuck ${stuck}, wrong ${wrong}; attempts run again ${repeated}`);
}
process.exitCode = lost + duplicated + stuck + wrong === 0 ? 0 : 1;
