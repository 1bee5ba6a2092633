/**
 * Measures the model checker, with and without each reduction: `npm run -s bench:check`, or `npm run -s bench:check -- '4 layers'` for the
 * workflows with such names. All figures of docs/model-checking.md are from here.
 */
import type { TaskDefinition } from 'tintype';
import { type CheckOptions, checkWorkflow } from 'tintype/check';
import type { TargetRow } from './check-target.ts';
import { CompiledProgram } from './child.ts';
import { layers } from './layers.ts';
import { describeMachine } from './machine.ts';
import { median } from './statistics.ts';

const [wanted = ''] = process.argv.slice(2);
const isWanted = ([name]: [string, unknown]) => name.includes(wanted);

const run = () => {};
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

const diamond = layers(1, 1).concat(
  numbers(3).map((place) => ({ name: `m${place}`, run, dependencies: ['t0.0'] })),
  { name: 'last', run, dependencies: numbers(3).map((place) => `m${place}`) },
);
const withTimeouts = (tasks: readonly TaskDefinition[]) => tasks.map((task) => ({ ...task, timeout: 10, backoff: 5 }));

const WORKFLOWS: Readonly<Record<string, [tasks: readonly TaskDefinition[], options: CheckOptions]>> = {
  'diamond of 5': [diamond, {}],
  'diamond of 5, timeouts and backoffs': [withTimeouts(diamond), { timeout: 100 }],
  '3 layers of 3': [layers(3, 3), { maxConcurrency: 3 }],
  '4 layers of 4': [layers(4, 4), { maxConcurrency: 4 }],
  '4 layers of 4, 2 slots': [layers(4, 4), { maxConcurrency: 2 }],
};

const REDUCTIONS = {
  none: { finishedContext: false, symmetry: false },
  finishedContext: { finishedContext: true, symmetry: false },
  symmetry: { finishedContext: false, symmetry: true },
  both: { finishedContext: true, symmetry: true },
};

const CHOICES = {
  'cancel anywhere': { cancel: 'anywhere' },
  'cancel between steps': { cancel: 'between-steps' },
  'default backoff and retryIf': { cancel: 'anywhere', backoff: undefined, retryIf: undefined },
  'crash anywhere': { crash: 'anywhere' },
  'crash, interrupted attempts count': { crash: 'anywhere', countInterrupted: true },
  'crash, duplicate results': { crash: 'anywhere', delivery: 'at-least-once' },
} as const satisfies Record<string, CheckOptions>;

/** With crashes, saved data is part of the state: larger workflows would take too long. */
const MAX_TASKS_WITH_CRASH = 9;

/** The retry policy adds no choices. */
const AT_ONCE = { backoff: 0, retryIf: true } as const;

/** Which reductions there are where these choices are. */
function reductionsOf(tasks: readonly TaskDefinition[], choices: CheckOptions): [string, CheckOptions['reduce']][] {
  if (choices.crash === undefined) {
    return Object.entries(REDUCTIONS);
  }
  const { none, finishedContext } = REDUCTIONS;
  return tasks.length > MAX_TASKS_WITH_CRASH ? [] : Object.entries({ none, finishedContext });
}

/** What a check must cope with: a shape, options besides `AT_ONCE`, and the most it may cost. */
const TARGETS: Readonly<Record<string, [depth: number, width: number, options: CheckOptions, atMost: string]>> = {
  '4 layers of 4': [4, 4, {}, ''],
  '4 layers of 4, without symmetry': [4, 4, { reduce: { symmetry: false } }, '400,000 steps/s'],
  '10 independent tasks, one retry': [1, 10, { maxRetries: 1 }, '10 s, 2 GiB'],
  '10 independent tasks, one retry, without symmetry': [1, 10, { maxRetries: 1, reduce: { symmetry: false } }, '10 s, 2 GiB'],
  '16 layers of 4': [16, 4, {}, '2 s'],
  '16 layers of 4, without symmetry': [16, 4, { reduce: { symmetry: false } }, ''],
  'chain of 120': [120, 1, {}, '0.5 s'],
};

const RUNS = 5;

/** Each in fresh processes, with default options apart from `AT_ONCE`. */
async function measureTargets(): Promise<void> {
  await using program = await CompiledProgram.make('check-target.ts');
  console.log('| workflow | states | steps | wall ms | CPU ms | steps/s of CPU | MiB | target |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --- |');
  for (const [name, [depth, width, options, target]] of Object.entries(TARGETS).filter(isWanted)) {
    const rows: TargetRow[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      rows.push((await program.run([depth, width, { ...AT_ONCE, ...options }])) as TargetRow);
    }
    const [{ ok, states, steps }] = rows as [TargetRow];
    if (!ok) {
      throw new Error(`${name}: a law is broken, or a limit was hit`);
    }
    const middle = (of: (row: TargetRow) => number) => Math.round(median(rows.map(of)));
    const figures = [states, steps, middle(({ wall }) => wall), middle(({ cpu }) => cpu)];
    const perSecond = middle((row) => (row.steps / row.cpu) * 1000);
    const all = [...figures, perSecond, middle(({ memory }) => memory)].map((figure) => figure.toLocaleString('en'));
    console.log(`| ${[name, ...all, target].join(' | ')} |`);
  }
  console.log(`\nFresh processes, the median of ${RUNS}. \`backoff: 0\`, \`retryIf: true\`, otherwise default options.\n`);
}

const { date, node, cores, cpu, memory } = describeMachine();
console.log(`${date}, Node.js ${node}, ${cores} cores, ${cpu}, ${memory}\n`);
await measureTargets();
console.log('| workflow | choices | reduction | states | steps | CPU ms | steps/s |');
console.log('| --- | --- | --- | --: | --: | --: | --: |');
checkWorkflow(diamond, { ...AT_ONCE, maxRetries: 1 });
for (const [name, [tasks, options]] of Object.entries(WORKFLOWS).filter(isWanted)) {
  for (const [what, choices] of Object.entries(CHOICES)) {
    for (const [reduction, reduce] of reductionsOf(tasks, choices)) {
      const before = process.cpuUsage();
      const { complete, states, transitions } = checkWorkflow(tasks, {
        ...AT_ONCE,
        maxRetries: 1,
        ...options,
        ...choices,
        reduce,
        limits: { ms: 60_000 },
      });
      const { user, system } = process.cpuUsage(before);
      const ms = (user + system) / 1000;
      const size = `${states.toLocaleString('en')}${complete ? '' : ', incomplete'}`;
      const figures = [transitions, Math.round(ms), Math.round((transitions / ms) * 1000)];
      console.log(`| ${[name, what, reduction, size, ...figures.map((figure) => figure.toLocaleString('en'))].join(' | ')} |`);
    }
  }
}
console.log(
  '\nOne process, one retry per task, `backoff: 0`, `retryIf: true`, all outcomes. A million states or 60 seconds make a row incomplete.',
);
