/** Kills jobs and continues them: `npm run -s test:crash`, with ` -- --rounds N`, `--seed N` and `--json`. Exits with 1 when something went wrong. */
import { parseArgs } from 'node:util';
import { crashRounds } from './crash-rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const started = Date.now();
const figures = await crashRounds(Number(values.rounds), Number(values.seed));
const { rounds, kills, lost, runTwice, wrongContext, corrupt } = figures;
if (values.json) {
  console.log(JSON.stringify(figures));
} else {
  console.log(`${rounds} jobs, killed ${kills} times, in ${Math.round((Date.now() - started) / 1000)} s`);
  console.log(`lost ${lost}, run twice ${runTwice}, wrong context ${wrongContext}, corrupt ${corrupt}`);
}
process.exitCode = lost + runTwice + wrongContext + corrupt === 0 ? 0 : 1;
