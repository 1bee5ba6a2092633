/** Jobs on owners and workers while processes, clocks, Redis and the disk fail; `--help` explains it. It needs redis-server. */
import { parseArgs } from 'node:util';
import { chaosRun } from './chaos-run.ts';

const HELP = `Usage: npm run -s test:chaos -- [--minutes N] [--seconds N] [--faults N] [--seed N] [--json]

Runs jobs on two owners and a worker, saved in SQLite and in Redis, while at random:
owners and workers are killed, or stopped beyond their lease; clocks jump by two hours;
Redis is killed, paused, stopped or full; the disk is full or slow; the database is locked.
Then it compares what the processes saw with what is saved and with what had to happen.

  --minutes N  how long to do harm (default 5); fractions work
  --seconds N  instead of minutes
  --faults N   stop after N faults
  --seed N     repeats the faults and flows of a run (default random)
  --only TEXT  only faults whose name contains TEXT, such as 'Redis' or 'clock'
  --json       print the figures as JSON

Exits with 0 if nothing was lost, repeated, wrong, unfinished or blocked, and with 1 otherwise.`;

/** How many violations of a kind are printed; all of them are in the logs. */
const SHOWN = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seconds: { type: 'string' },
    faults: { type: 'string', default: 'Infinity' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function numberOf(option: 'minutes' | 'seconds' | 'faults' | 'seed'): number {
  const number = Number.parseFloat(values[option] ?? '');
  if (!(number >= 0)) {
    console.error(`--${option} must be a number of at least 0, got ${JSON.stringify(values[option])}`);
    process.exit(2);
  }
  return number;
}

async function main(): Promise<void> {
  const seconds = values.seconds === undefined ? numberOf('minutes') * 60 : numberOf('seconds');
  const [seed, faults] = [numberOf('seed'), numberOf('faults')];
  const limits = `--seconds ${seconds} --faults ${faults} --only ${JSON.stringify(values.only)}`;
  console.error(`Seed ${seed}. Repeat this run with: npm run -s test:chaos -- --seed ${seed} ${limits}`);
  const { figures, violations, logs, isDiskReal } = await chaosRun({ seed, faults, time: seconds * 1000, only: values.only });
  if (!isDiskReal) {
    console.error('The full disk was simulated, since mounting a file system is not permitted.');
  }
  const shown = new Map<string, number>();
  for (const violation of violations) {
    const kind = violation.split(':', 1)[0] as string;
    const before = shown.get(kind) ?? 0;
    shown.set(kind, before + 1);
    if (before < SHOWN) {
      console.error(violation);
    }
  }
  const list = Object.entries(figures).map(([name, value]) => `${name}: ${value}`);
  console.log(values.json ? JSON.stringify(figures) : list.join('\n'));
  if (logs !== undefined) {
    console.error(`The logs are in ${logs}`);
  }
  process.exitCode = violations.length === 0 ? 0 : 1;
}

if (values.help) {
  console.log(HELP);
} else {
  await main();
}
