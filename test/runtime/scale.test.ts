import test from 'ava';
import { type RunOptions, run } from 'tintype';
import { CompiledProgram } from '../../bench/child.ts';
import type { JobRow } from '../../bench/measure.ts';
import { type Measurement, makeTasks } from '../../bench/shapes.ts';

const TASKS = 100_000;

let compiled: CompiledProgram;

test.before('the measured program is compiled', async () => {
  compiled = await CompiledProgram.make('measure.ts');
});

test.after.always('the compiled program is removed', () => compiled[Symbol.asyncDispose]());

for (const [title, shape, timeouts] of [
  ['independent', 'independent', false],
  ['independent, each with a timeout', 'independent', true],
  ['in a chain, each with a timeout', 'chain', true],
  ['in 1,000 layers, each with 5 dependencies', 'layers', false],
] as const) {
  test.serial(`100,000 tasks complete in a heap of 2 GiB: ${title}`, async (t) => {
    const { state, states } = await measure({ shape, timeouts });
    t.is(state, 'completed');
    t.deepEqual(states, { completed: TASKS });
  });
}

test.serial('100,000 running tasks, each with a timeout, are cancelled in a heap of 2 GiB', async (t) => {
  const { state, states } = await measure({ shape: 'cancel', timeouts: true });
  t.is(state, 'cancelled');
  t.deepEqual(states, { cancelled: TASKS });
});

async function measure(job: Pick<Measurement, 'shape' | 'timeouts'>): Promise<JobRow> {
  return (await compiled.run(['job', { ...job, tasks: TASKS, warmUp: 0 }])) as JobRow;
}

for (const shape of ['independent', 'chain', 'layers'] as const) {
  test(`each further task takes as many steps of the machines as the one before: ${shape}`, async (t) => {
    const [first, second, third] = [await stepsOf(shape, 200), await stepsOf(shape, 300), await stepsOf(shape, 500)];
    t.true(first > 0);
    t.is(third - second, 2 * (second - first));
  });
}

/** How many events, transitions and actions XState tells an inspector of. */
async function stepsOf(shape: Measurement['shape'], tasks: number): Promise<number> {
  let steps = 0;
  const count: RunOptions['inspect'] = () => {
    steps += 1;
  };
  await run(
    makeTasks({ shape, tasks, timeouts: true }, () => {}),
    { inspect: count },
  );
  return steps;
}

test('the end of a task does not look at the timers of the others', async (t) => {
  const job = run(makeTasks({ shape: 'independent', tasks: 100, timeouts: true }, () => {}));
  const timers = { added: 0, listed: 0 };
  // XState makes a new table when it starts, before this event.
  job.on('job.running', () => watchTimers(job.actor.system, timers));
  await job;
  t.deepEqual(timers, { added: 100, listed: 1 }, 'only the end of the job goes through them');
});

/** Counts how often XState adds to its table of timers, and how often it goes through it. */
function watchTimers(system: object, counts: { added: number; listed: number }): void {
  const { _snapshot } = system as { _snapshot: { _scheduledEvents: object } };
  _snapshot._scheduledEvents = new Proxy(_snapshot._scheduledEvents, {
    set: (...args) => {
      counts.added += 1;
      return Reflect.set(...args);
    },
    ownKeys: (target) => {
      counts.listed += 1;
      return Reflect.ownKeys(target);
    },
  });
}

for (const interpreter of ['compiled', 'xstate'] as const) {
  test(`an actor is there only while its task is in motion: ${interpreter}`, async (t) => {
    const tasks = Array.from({ length: 50 }, (_, index) => ({
      name: `t${index}`,
      run: () => {},
      dependencies: index === 0 ? [] : [`t${index - 1}`],
    }));
    const job = run(tasks, { interpreter });
    const system = job.actor.system as unknown as Record<'_register' | '_unregister', (...given: unknown[]) => unknown>;
    const { _register: register, _unregister: unregister } = system;
    let actors = 0;
    let most = 0;
    system._register = (...given) => {
      actors += 1;
      most = Math.max(most, actors);
      return register(...given);
    };
    system._unregister = (...given) => {
      actors -= 1;
      return unregister(...given);
    };
    await job;
    t.true(most <= 3, `${most} actors at a time`);
    t.is(actors, 0);
  });
}
