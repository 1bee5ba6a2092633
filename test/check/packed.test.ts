import test from 'ava';
import fc from 'fast-check';
import type { TaskDefinition } from 'tintype';
import { type CheckOptions, checkWorkflow, eventually, type StepProperty, step } from 'tintype/check';
import { jobMachine, taskMachine } from 'tintype/machines';
import { type AnyStateMachine, assign, sendTo } from 'xstate';
import { type CheckPlan, readCheckOptions } from '../../src/check/check-options.ts';
import { carryOut } from '../../src/check/check-workflow.ts';
import { explorePacked } from '../../src/check/packed/explore-packed.ts';
import { Ring } from '../../src/check/packed/ring.ts';
import type { EdgeGraph } from '../../src/check/search/edge-graph.ts';
import { explore } from '../../src/check/search/explore.ts';
import { Inspector } from '../../src/check/search/inspector.ts';
import { WordSet } from '../../src/check/search/word-set.ts';
import { WordStore } from '../../src/check/search/word-store.ts';
import { Suspicion } from '../../src/check/tables/suspicion.ts';
import { AT_ONCE, DAGS, task } from './dags.ts';
import { brokenJob, brokenTask, DEFECTS, type Machines } from './planted-defects.ts';

/** What a search has found: each edge of each state, and what was seen on the way. */
function findings(graph: EdgeGraph, { ends, transitions, endless, found }: Inspector) {
  const states = Array.from({ length: graph.size }, (_, state) => state);
  return {
    targets: states.map((state) => graph.targetsOf(state)),
    choices: states.map((state) => graph.targetsOf(state).map((_, edge) => graph.choice({ state, edge }))),
    depths: states.map((state) => graph.depthOf(state)),
    steps: states.map((state) => graph.stepsFrom(state)),
    ends: [...ends].map(([state, ways]) => [state, ways.size]),
    transitions: transitions.size,
    endless: [...endless].sort(),
    isPartial: graph.isPartial,
    found: found.map(({ property, message, path }) => [property, message, path()]),
  };
}

function bothFindings(tasks: readonly TaskDefinition[], options: CheckOptions) {
  const plan = readCheckOptions(tasks, options);
  const inspector = new Inspector(plan.model, plan);
  const graph = explore(inspector, plan.limits);
  const packed = explorePacked(plan);
  return { thorough: findings(graph, inspector), packed: packed && findings(packed.search, packed.inspector) };
}

const REDUCTIONS = [
  { finishedContext: false, symmetry: false },
  { finishedContext: true, symmetry: false },
  { finishedContext: true, symmetry: true },
];

for (const { name, tasks, options } of DAGS) {
  test(`a packed search finds the same states, steps and choices as one with objects: ${name}`, (t) => {
    for (const reduce of REDUCTIONS) {
      for (const more of [{}, { delivery: 'at-least-once' }, { maxConcurrency: 1, timers: 'idle' }] as const) {
        const { packed, thorough } = bothFindings(tasks, { ...options, ...more, reduce });
        t.deepEqual(packed, thorough);
      }
    }
  });
}

const workflows = fc.record({
  edges: fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 0, maxLength: 4 }),
  more: fc.array(
    fc.record({
      timeout: fc.constantFrom(undefined, undefined, 10),
      backoff: fc.constantFrom<TaskDefinition['backoff']>(0, 0, 5, () => 5, { initial: 5, jitter: true }),
      continueOnFailure: fc.boolean(),
    }),
    { minLength: 4, maxLength: 4 },
  ),
  options: fc.record({
    maxConcurrency: fc.constantFrom(1, 2, Infinity),
    maxRetries: fc.constantFrom(0, 1),
    timeout: fc.constantFrom(undefined, 100),
    cancel: fc.constantFrom('anywhere' as const, 'between-steps' as const, false as const),
    timers: fc.constantFrom('anytime' as const, 'idle' as const),
    delivery: fc.constantFrom('exactly-once' as const, 'at-least-once' as const),
    outcomes: fc.constantFrom<CheckOptions['outcomes']>(undefined, ['returns', 'throws'], ['returns', 'never'], ['never']),
    reduce: fc.constantFrom(...REDUCTIONS),
    retryIf: fc.constantFrom<CheckOptions['retryIf']>(true, undefined),
  }),
});

test('a packed search finds the same as one with objects, in random workflows', (t) => {
  fc.assert(
    fc.property(workflows, ({ edges, more, options }) => {
      const tasks = edges.map((row, index) =>
        task(
          `t${index}`,
          edges.slice(0, index).flatMap((_, other) => (row[other] ? [`t${other}`] : [])),
          { ...more[index], continueOnFailure: index === edges.length - 1 && more[index]?.continueOnFailure },
        ),
      );
      const { packed, thorough } = bothFindings(tasks, { ...options, limits: { states: 400 } });
      t.deepEqual(packed, thorough);
    }),
    { numRuns: 40 },
  );
});

const tasks = [
  task('a'),
  task('b', ['a'], { timeout: 10 }),
  task('c', ['a'], { backoff: 5 }),
  task('d', ['b', 'c']),
  task('e', ['a'], { continueOnFailure: true }),
];

for (const { name, machines, options } of DEFECTS) {
  test(`a packed search proves nothing about a job in which a law is broken: ${name}`, (t) => {
    const plan = readCheckOptions(tasks, { backoff: 0, retryIf: true, maxRetries: 1, maxConcurrency: 2, ...options });
    t.truthy(explorePacked(plan));
    t.is(explorePacked({ ...plan, model: { ...plan.model, machines } }), undefined);
  });
}

const announced = (to: string) => ({ type: 'announce', params: { from: 'running', to } });

/** What machines could do that numbers do not stand for. */
const NOT_PACKED: Readonly<Record<string, Machines>> = {
  'a task acts before it gets a message': brokenTask(({ states }) => {
    states.unscheduled.entry = { type: 'startAttempt', params: { task: 'a', attempt: 1 } };
  }),
  'a job acts before it starts': brokenJob((config) => {
    config.entry = ['spawnTasks', 'scheduleRoots'];
  }),
  'the machine of a task ends': brokenTask(({ states }) => {
    states.completed.type = 'final';
  }),
  'a task grants a slot': brokenTask(({ states }) => {
    states.ready.entry = ['requestSlot', 'grantSlot'];
  }),
  'a job starts an attempt': brokenJob(({ states }) => {
    states.running.states.untimed.states.working.on['slot.requested'].actions.push('startAttempt');
  }),
  'a job sends a message': brokenJob(({ states }) => {
    states.running.states.untimed.states.working.on['slot.requested'].actions.push(
      sendTo((({ self }: { self: unknown }) => self) as never, { type: 'hello' } as never),
    );
  }),
  'a job queues another task than the one that asked': brokenJob(({ states }) => {
    states.running.states.untimed.states.working.on['slot.requested'].actions[1].params = () => ({ task: 'b' });
  }),
  'a job ends before it stops its tasks': brokenJob(({ states }) => {
    const { stopping } = states.running.states.cancelling.states;
    stopping.on['end.saved'] = states.running.states.cancelling.states.saving.on['end.saved'];
    states.running.states.untimed.states.working.on['job.cancel'].actions.unshift({
      type: 'saveEnd',
      params: { state: 'cancelled' },
    });
  }),
  'a job saves its end twice': brokenJob(({ states }) => {
    const { completing } = states.running.states;
    completing.entry = [completing.entry, completing.entry];
  }),
  'a job grants slots that it does not have': {
    job: jobMachine.provide({
      actions: { takeSlot: assign(({ context }) => ({ queued: context.queued - 1 })) },
    }) as AnyStateMachine,
    task: taskMachine,
  },
  'a task times out that does not run': brokenTask(({ states }) => {
    states.ready.entry = ['requestSlot', 'expireAttempt'];
  }),
  'a task has five timers': brokenTask(({ states }) => {
    states.ready.after = Object.fromEntries([1, 2, 3, 4, 5].map((delay) => [delay, { target: 'skipped' }]));
  }),
  'cancelled tasks complete': brokenTask(({ states }) => {
    const { on } = states.running;
    on['task.cancel'] = { target: 'completed', actions: [announced('completed'), on['task.cancel'].actions[1]] };
  }),
};

for (const [name, machines] of Object.entries(NOT_PACKED)) {
  test(`a packed search gives up where ${name}`, (t) => {
    const plan = readCheckOptions([task('a'), task('b')], { ...AT_ONCE, maxRetries: 1, maxConcurrency: 1 });
    t.truthy(explorePacked(plan));
    t.is(explorePacked({ ...plan, model: { ...plan.model, machines } }), undefined);
  });
}

test('a ring keeps its order, and gives up when it is full', (t) => {
  const ring = new Ring(3);
  for (let round = 0; round < 5; round += 1) {
    ring.push(round);
    ring.push(-1 - round);
    t.is(ring.at(1), -1 - round);
    t.deepEqual([ring.shift(), ring.shift(), ring.length], [round, -1 - round, 0]);
  }
  for (let value = 0; value < ring.capacity; value += 1) {
    ring.push(value);
  }
  t.throws(() => ring.push(9), { instanceOf: Suspicion });
});

test('a set of words tells words apart, whatever their hashes are', (t) => {
  const words = new WordSet();
  const store = new WordStore();
  const pairs = Array.from({ length: 3000 }, (_, number) => Uint16Array.of(number % 7, number));
  for (const [number, pair] of pairs.entries()) {
    t.is(words.find(pair, 2), -1);
    t.is(words.add(pair, 2), number);
    store.push(pair, 2);
  }
  t.deepEqual(
    pairs.map((pair) => words.find(pair, 2)),
    [...pairs.keys()],
  );
  t.is(words.find(Uint16Array.of(1), 1), -1);
  t.true(store.equals(8, Uint16Array.of(1, 8), 2));
  t.false(store.equals(8, Uint16Array.of(1, 9), 2));
  t.false(store.equals(8, Uint16Array.of(1, 8, 0), 3));
});

test('progress is reported while a state with many steps is expanded, and the search ends when its time is up', (t) => {
  const { now } = performance;
  let ms = 0;
  performance.now = () => {
    ms += 1;
    return ms;
  };
  try {
    const many = Array.from({ length: 100 }, (_, index) => task(`t${index}`));
    for (const crash of [false, 'anywhere'] as const) {
      const reports: number[] = [];
      const plan = readCheckOptions(many, { maxRetries: 0, crash, limits: { ms: 400 }, reduce: { symmetry: false } });
      const { incompleteBecause, transitions } = carryOut({ ...plan, onProgress: (states) => reports.push(states) });
      t.deepEqual(incompleteBecause, ['ms']);
      t.true(transitions > 300 && transitions <= 400, String(transitions));
      t.true(reports.length >= 6, String(reports.length));
    }
  } finally {
    performance.now = now;
  }
});

test('crashes are left to the search with objects', (t) => {
  t.is(explorePacked(readCheckOptions(tasks, { crash: 'anywhere' })), undefined);
});

test('properties of steps see the same, and have the same counterexamples', (t) => {
  const see = (explored: (plan: CheckPlan) => Inspector) => {
    const seen: string[] = [];
    const holds: StepProperty['holds'] = (before, choice, after, events) => {
      seen.push(JSON.stringify([before, choice, after, events]));
      return after.state === 'running' || choice.kind !== 'timer';
    };
    const properties = [step('seen', holds)];
    const reduce = { finishedContext: false, symmetry: false };
    const plan = readCheckOptions(tasks, { maxRetries: 1, maxConcurrency: 2, timeout: 100, properties, reduce });
    const { found } = explored(plan);
    return { seen, found: found.map(({ property, path }) => [property, path()]) };
  };
  const packed = see((plan) => explorePacked(plan)?.inspector as Inspector);
  const thorough = see((plan) => {
    const inspector = new Inspector(plan.model, plan);
    explore(inspector, plan.limits);
    return inspector;
  });
  t.true(packed.seen.length > 1000);
  t.is(packed.found.length, 1);
  t.deepEqual(packed, thorough);
});

test('the path of an eventually property is one that a job takes, where interchangeable tasks have traded places', async (t) => {
  const flat = [task('a'), task('b'), task('c')];
  const property = eventually('two are done', (job) => job.in('completed').length === 2 && job.in('running').length === 0);
  const options = { backoff: 0, retryIf: true, maxRetries: 1, outcomes: ['returns', 'throws'], cancel: false } as const;
  const { violations } = checkWorkflow(flat, {
    ...options,
    maxConcurrency: 2,
    reduce: { symmetry: true },
    properties: [property],
  });
  const [violation] = violations;
  t.is(violation?.kind, 'eventually');
  t.true((violation?.steps.length ?? 0) > 3);
  await t.notThrowsAsync(async () => violation?.replay());
});
