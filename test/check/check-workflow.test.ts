import test from 'ava';
import { defaultRetryIf, InvalidWorkflowError, workflow } from 'tintype';
import {
  always,
  CheckError,
  type CheckOptions,
  type CheckReport,
  checkWorkflow,
  eventually,
  type Property,
  sometimes,
  step,
} from 'tintype/check';
import { System } from '../../src/check/model/system.ts';
import { PackedSystem } from '../../src/check/packed/packed-system.ts';
import { parsesInMermaid } from '../helpers/mermaid.ts';
import { AT_ONCE, task } from './dags.ts';

const pair = [task('a'), task('b', ['a'])];
const diamond = [task('a'), task('b', ['a']), task('c', ['a']), task('d', ['a']), task('e', ['b', 'c', 'd'])];
const small: CheckOptions = { ...AT_ONCE, maxRetries: 1 };

const check = (property: Property, options: CheckOptions = small): CheckReport =>
  checkWorkflow(pair, { ...options, properties: [property] });

/** Calls while a millisecond passes whenever the clock is looked at. */
function withCountedClock<T>(call: () => T): T {
  const { now } = performance;
  let ms = 0;
  performance.now = () => {
    ms += 1;
    return ms;
  };
  try {
    return call();
  } finally {
    performance.now = now;
  }
}

test('a diamond of 5 is checked through all of its states', (t) => {
  const { ok, complete, states, transitions, depth, terminal } = checkWorkflow(diamond, {
    ...small,
    reduce: { finishedContext: false, symmetry: false },
  });
  t.true(ok);
  t.true(complete);
  t.deepEqual({ states, transitions, depth }, { states: 552, transitions: 1302, depth: 11 });
  t.deepEqual(terminal, { completed: 1, failed: 5, cancelled: 6 });
});

test('4 layers of 4 tasks are checked through all of their states', (t) => {
  const layers = [0, 1, 2, 3].flatMap((layer) =>
    [0, 1, 2, 3].map((place) => task(`${layer}.${place}`, layer === 0 ? [] : [0, 1, 2, 3].map((one) => `${layer - 1}.${one}`))),
  );
  const { ok, states, terminal } = checkWorkflow(layers, { ...small, maxConcurrency: 4, reduce: { symmetry: false } });
  t.true(ok);
  t.is(states, 511);
  t.deepEqual(terminal, { completed: 1, failed: 16, cancelled: 17 });
});

test('a workflow without tasks is checked', (t) => {
  const { ok, terminal, warnings } = checkWorkflow([]);
  t.true(ok);
  t.deepEqual(terminal, { completed: 1, cancelled: 1 });
  t.deepEqual(warnings, []);
});

test('a workflow of the builder is checked by its own names', (t) => {
  const built = workflow('two')
    .task({ name: 'a', run: () => {} })
    .task({ name: 'b', dependencies: ['a'], run: () => {} });
  const { terminal } = checkWorkflow(built, { outcomes: { a: ['returns'], b: ['returns'] }, cancel: false });
  t.deepEqual(terminal, { completed: 1 });
  // @ts-expect-error there is no task c
  t.throws(() => checkWorkflow(built, { outcomes: { c: ['returns'] } }), { instanceOf: InvalidWorkflowError });
});

test('an always property that does not hold has a shortest counterexample', (t) => {
  const report = check(always('b never runs', (job) => !job.in('running').includes('b') || 'b runs'));
  const [violation] = report.violations;
  t.false(report.ok);
  t.is(violation?.message, 'b runs');
  t.is(violation?.kind, 'always');
  t.deepEqual(
    violation?.steps.map(({ description }) => description),
    ['the job starts', 'a returns'],
  );
});

test('a step property is told what happens, and the events', (t) => {
  const kinds = new Set<string>();
  const report = check(
    step('an attempt that returns completes its task', (before, choice, after, events) => {
      kinds.add(choice.kind);
      if (choice.kind !== 'attempt' || choice.outcome !== 'returns' || choice.cancelAt !== undefined) return true;
      const { task: name } = choice;
      t.is(before.task(name).state, 'running');
      return after.task(name).state === 'completed' && events.some((event) => event.type === 'task.completed');
    }),
  );
  t.true(report.ok, String(report));
  t.deepEqual([...kinds].sort(), ['attempt', 'cancel', 'start']);
});

test('a step property that does not hold has a counterexample', (t) => {
  const report = check(
    step('nothing is repeated', (_before, _choice, _after, events) => events.every(({ from }) => from !== 'running')),
  );
  t.is(report.violations[0]?.kind, 'step');
  t.is(report.violations[0]?.message, 'it does not hold');
});

test('a sometimes property that never holds is a violation, and is listed', (t) => {
  const never = check(sometimes('both run', (job) => job.in('running').length === 2));
  t.deepEqual(
    never.violations.map(({ property, message, steps }) => ({ property, message, steps })),
    [{ property: 'both run', message: 'it never holds', steps: [] }],
  );
  t.true(never.neverHappened.includes('both run'));
  t.true(check(sometimes('one runs', (job) => job.in('running').length === 1)).ok);
});

test('an eventually property holds on all paths, or has a path on which it does not', (t) => {
  const ends = (): Property =>
    eventually('the job ends', ({ state }) => ['completed', 'failed', 'cancelled', 'timedOut'].includes(state));
  const endless = check(ends());
  t.is(endless.violations[0]?.message, "it never holds if the running functions don't return");
  t.true(check(ends(), { ...small, outcomes: ['returns', 'throws', 'garbage'] }).ok);
  t.true(check(ends(), { ...small, timeout: 10 }).ok);
  const early = check(
    eventually('b runs', (job) => job.in('running').includes('b')),
    { ...small, outcomes: ['returns', 'throws'] },
  );
  t.regex(String(early.violations[0]?.message), /^the job ends as (cancelled|failed) before it holds$/);
});

test('the path of an eventually property goes round the states in which it holds', (t) => {
  const report = check(
    eventually('a is repeated or done', (job) => job.task('a').attempts > 1 || job.in('completed').length > 0),
    { ...small, outcomes: ['returns', 'throws'], reduce: { finishedContext: false }, cancel: 'between-steps' },
  );
  const steps = report.violations[0]?.steps ?? [];
  t.is(steps.at(-1)?.after.job, 'cancelled');
  t.true(steps.every(({ choice }) => choice.kind === 'start' || choice.kind === 'cancel'));
});

test('a property that is broken is a violation, whatever kind it is of', (t) => {
  const broken = {
    always: always('p', () => undefined as never),
    sometimes: sometimes('p', () => {
      throw new Error('on purpose');
    }),
    eventually: eventually('p', () => 1 as never),
    step: step('p', (() => Promise.resolve(true)) as never),
  };
  for (const [kind, property] of Object.entries(broken)) {
    const { violations } = check(property as Property);
    t.is(violations[0]?.kind as string, kind);
    t.regex(
      violations[0]?.message ?? '',
      /^it (threw .*on purpose|must return a boolean or a string that describes the violation, got .+)/,
    );
  }
});

test('a property that does not hold does not hide what lies behind', (t) => {
  const properties = [
    always('a never completes', (job) => !job.in('completed').includes('a')),
    sometimes('b runs', (job) => job.in('running').includes('b')),
  ];
  const report = checkWorkflow(pair, { ...small, properties });
  t.deepEqual(
    report.violations.map(({ property }) => property),
    ['a never completes'],
  );
  t.is(report.states, checkWorkflow(pair, small).states);
  t.true(report.complete);
});

test('a property may have the name of a law', (t) => {
  const report = check(always('progress', () => 'nothing goes on'));
  t.deepEqual(
    report.violations.map(({ kind, message }) => [kind, message]),
    [['always', 'nothing goes on']],
  );
});

test('random walks look at eventually properties too', (t) => {
  const property = eventually('b completes', (job) => job.in('completed').includes('b'));
  const report = check(property, { ...small, search: { walks: 20, seed: 1 } });
  t.regex(report.violations[0]?.message ?? '', /^the job ends as \w+ before it holds$/);
  const broken = eventually('broken', () => {
    throw new Error('on purpose');
  });
  const { violations } = check(broken, { ...small, search: { walks: 20, seed: 1 } });
  t.deepEqual(
    violations.map(({ kind, message, steps }) => [kind, message, steps.length]),
    [['eventually', 'it threw Error: on purpose', 0]],
  );
  t.is(
    check(
      always('never idle', ({ state }) => state !== 'idle'),
      { ...small, search: { walks: 1, seed: 1 } },
    ).violations.length,
    1,
  );
});

test('more tasks or retries than can be kept apart are refused', (t) => {
  const many = Array.from({ length: 10_001 }, (_, index) => task(`t${index}`));
  t.throws(() => checkWorkflow(many), {
    instanceOf: CheckError,
    message: 'The workflow has 10001 tasks; the checker supports at most 10000',
  });
  t.throws(() => checkWorkflow([task('a')], { maxRetries: 100_000, cancel: false, limits: { states: Infinity } }), {
    instanceOf: CheckError,
    message: /^The machine of a has more than 65535 states/,
  });
});

test('a property that asks for a task that is not there is told so', (t) => {
  t.throws(() => check(always('typo', (job) => job.task('bb').state !== 'failed')), {
    instanceOf: CheckError,
    message: 'The workflow has no task `bb`',
  });
});

test('the attempts of a settled task can be read only when states are told apart by them', (t) => {
  const property = always('no more than two', (job) => job.tasks.every(({ attempts }) => attempts <= 2));
  t.throws(() => check(property), { instanceOf: CheckError, message: /reduce: \{ finishedContext: false \}/ });
  t.true(check(property, { ...small, reduce: { finishedContext: false } }).ok);
});

test('a view has the queue in the order of the slots', (t) => {
  const queues = new Set<string>();
  const report = checkWorkflow([task('a'), task('b'), task('c')], {
    ...small,
    maxConcurrency: 1,
    properties: [always('collect', (job) => queues.add(job.queue.join()).size > 0)],
  });
  t.true(report.ok);
  t.deepEqual([...queues].sort(), ['', 'a', 'a,b', 'b', 'b,c', 'c', 'c,a']);
});

test('a task that may run for ever is named in a warning', (t) => {
  const tasks = [task('a', [], { timeout: 10 }), task('b', ['a'])];
  const { ok, warnings } = checkWorkflow(tasks, small);
  t.true(ok);
  t.deepEqual(warnings, [
    {
      task: 'b',
      message: 'b may run forever: neither the task nor the job has a timeout, and the function may never return',
    },
  ]);
  t.deepEqual(checkWorkflow(tasks, { ...small, timeout: 100 }).warnings, []);
  t.deepEqual(checkWorkflow(tasks, { ...small, outcomes: { b: ['returns'] } }).warnings, []);
});

test('a job that only its timeout can end is stalled, and one that nothing can end is in a deadlock', (t) => {
  const violationsOf = (more: CheckOptions) =>
    checkWorkflow(pair, { ...small, ...more }).violations.map(({ property, message }) => [property, message]);
  const unsettled = '(a is running, b is unscheduled)';
  t.deepEqual(violationsOf({ outcomes: ['never'], timeout: 5 }), [
    ['progress', `stalled: only the job timeout can move the job forward ${unsettled}`],
  ]);
  t.deepEqual(violationsOf({ outcomes: ['never'], cancel: false }), [
    ['progress', `deadlock: only a cancellation can move the job forward ${unsettled}`],
  ]);
  t.deepEqual(violationsOf({ outcomes: ['returns', 'never'] }), []);
  const timed = [task('a', [], { timeout: 10 })];
  t.true(checkWorkflow(timed, { ...small, outcomes: ['never'] }).ok);
  const warned = checkWorkflow(pair, { ...small, outcomes: ['never'], cancel: false, builtins: false });
  t.deepEqual(
    warned.warnings.map(({ task: name }) => name),
    ['a'],
  );
  t.regex(String(warned), /^no violations found, but the job can never end: 2 states/);
});

test('states in which the job can not end are listed', (t) => {
  const { neverHappened } = checkWorkflow(pair, { ...small, cancel: false, outcomes: ['returns'] });
  t.deepEqual(neverHappened, ['the job ends as failed', 'the job ends as cancelled', 'the job ends as timedOut']);
});

test('transitions of the machines that were never taken are listed', (t) => {
  const { unreached } = checkWorkflow(pair, small);
  t.true(unreached.includes('task: backingOff --after backoff--> ready'));
  t.deepEqual(
    unreached.filter((name) => /undoing|finishing|planning|draining|detach/.test(name)),
    [],
  );
  t.false(unreached.includes('task: running --attempt.failed [isCurrentAttempt]--> failed'));
});

/** Each step reads the clock once, and the check does so once or twice. */
const isAbout20 = (steps: number): boolean => steps > 17 && steps <= 20;

/** A check is packed unless there are crashes; both ways must keep the limits. */
for (const crash of [false, 'anywhere'] as const) {
  const how = crash === false ? 'without crashes' : 'with crashes';

  test(`a check that hits a limit is incomplete, and not ok, ${how}`, (t) => {
    for (const [limit, limits] of Object.entries({ states: { states: 10 }, depth: { depth: 2 }, ms: { ms: 1 } })) {
      const big = Array.from({ length: 4 }, (_, index) => task(`t${index}`));
      const check = () => checkWorkflow(big, { ...small, crash, limits });
      const report = limit === 'ms' ? withCountedClock(check) : check();
      t.deepEqual(report.incompleteBecause, [limit as 'states']);
      t.false(report.complete);
      t.false(report.ok);
      t.deepEqual(report.violations, []);
      t.regex(String(report), /^no violations found \(search incomplete: /);
    }
  });

  test(`limits are looked at after each step, however many steps a state has, ${how}`, (t) => {
    const many = Array.from({ length: 12 }, (_, index) => task(`t${index}`));
    const byStates = checkWorkflow(many, { crash, maxConcurrency: 4, limits: { states: 3 } });
    t.deepEqual(byStates.incompleteBecause, ['states']);
    t.is(byStates.states, 3);
    const wide = checkWorkflow(many, { crash, limits: { depth: 1 } });
    t.true(byStates.transitions < wide.transitions, 'the second state is left half done');
    const byTime = withCountedClock(() => checkWorkflow(many, { crash, limits: { ms: 20 } }));
    t.deepEqual(byTime.incompleteBecause, ['ms']);
    t.true(isAbout20(byTime.transitions), String(byTime.transitions));
  });

  test(`a counterexample that is found before a limit is hit takes no more steps than the check, ${how}`, (t) => {
    const taker: { take: (...choice: never[]) => unknown } = crash === false ? PackedSystem.prototype : System.prototype;
    const { take } = taker;
    let taken = 0;
    taker.take = function (...choice) {
      taken += 1;
      return take.apply(this, choice);
    };
    try {
      const many = Array.from({ length: 12 }, (_, index) => task(`t${index}`));
      const properties = [always('idle', ({ state }) => state !== 'running')];
      const report = withCountedClock(() => checkWorkflow(many, { crash, properties, limits: { ms: 20 } }));
      t.is(report.violations[0]?.steps.length, 1);
      t.true(isAbout20(report.transitions), String(report.transitions));
      t.true(taken >= report.transitions && taken <= 2 * report.transitions + 1, String(taken));
    } finally {
      taker.take = take;
    }
  });
}

test('limits cut a random walk short, and are told', (t) => {
  const search = { walks: 100, seed: 1 };
  const chain = Array.from({ length: 20 }, (_, index) => task(`t${index}`, index === 0 ? [] : [`t${index - 1}`]));
  const byStates = checkWorkflow(chain, { search, limits: { states: 3 } });
  t.is(byStates.states, 3);
  t.deepEqual(byStates.incompleteBecause, ['walks', 'states']);
  const byTime = withCountedClock(() => checkWorkflow(chain, { search, limits: { ms: 5 } }));
  t.deepEqual(byTime.incompleteBecause, ['walks', 'ms']);
  t.true(byTime.transitions <= 5);
  const byDepth = checkWorkflow(chain, { search, limits: { depth: 4 } });
  t.is(byDepth.depth, 4);
  t.deepEqual(byDepth.incompleteBecause, ['walks', 'depth']);
});

test('random walks find what is wrong, the same for the same seed, and are never complete', (t) => {
  const property = always('b never completes', (job) => !job.in('completed').includes('b'));
  const walk = (seed: number) => check(property, { ...small, search: { walks: 50, seed } });
  const report = walk(7);
  t.false(report.complete);
  t.is(report.violations[0]?.property, 'b never completes');
  t.deepEqual(walk(7).violations.map(String), report.violations.map(String));
  t.deepEqual(report.incompleteBecause, ['walks']);
});

test('random walks go far', (t) => {
  const tasks = Array.from({ length: 20 }, (_, index) => task(`t${index}`, index === 0 ? [] : [`t${index - 1}`]));
  t.true(checkWorkflow(tasks, { ...AT_ONCE, search: { walks: 20, seed: 3 } }).depth > 20);
});

test('builtins can be chosen by name, or left out', (t) => {
  t.true(checkWorkflow(pair, { ...small, builtins: false }).ok);
  t.true(checkWorkflow(pair, { ...small, builtins: ['slotsAreKept'] }).ok);
});

test('timers that go off only when nothing else could happen leave fewer states', (t) => {
  const tasks = [task('a', [], { timeout: 10 }), task('b', ['a'], { timeout: 10 })];
  const idle = checkWorkflow(tasks, { ...small, timers: 'idle', outcomes: ['returns'] });
  t.deepEqual(idle.terminal, { completed: 1, cancelled: 3 });
  t.deepEqual(checkWorkflow(tasks, { ...small, outcomes: ['returns'] }).terminal, { completed: 1, cancelled: 3, failed: 2 });
});

test('timers that are held back go off while all that runs may never end', (t) => {
  const tasks = [task('a', [], { timeout: 10 }), task('b', [], { timeout: 10 })];
  const timersIn = (outcomes: NonNullable<CheckOptions['outcomes']>) => {
    const seen = new Set<string>();
    const collect = step('collect', (before, choice) => {
      const running = before.in('running').join('+');
      return choice.kind !== 'timer' || seen.add(`${choice.task} times out while ${running} run`).size > 0;
    });
    const limits = { ...small, maxRetries: 0, timers: 'idle', cancel: 'between-steps' } as const;
    const report = checkWorkflow(tasks, { ...limits, outcomes, properties: [collect] });
    t.true(report.ok, String(report));
    return [...seen].sort();
  };
  t.deepEqual(timersIn(['returns']), []);
  t.deepEqual(timersIn({ a: ['returns', 'never'], b: ['returns'] }), ['a times out while a run']);
  t.deepEqual(timersIn(['returns', 'never']), [
    'a times out while a run',
    'a times out while a+b run',
    'b times out while a+b run',
    'b times out while b run',
  ]);
});

test('what the retry policy may say depends on the options of the task', (t) => {
  const choices = (more: Parameters<typeof task>[2]) => {
    const seen = new Set<string>();
    const property = step('collect', (_before, choice, after) => {
      if (choice.kind === 'attempt' && choice.outcome === 'throws' && choice.cancelAt === undefined) {
        seen.add(`${choice.policy ?? 'only'} ${after.task('a').state}`);
      }
      return true;
    });
    checkWorkflow([task('a', [], more)], { ...small, cancel: false, properties: [property] });
    return [...seen].sort();
  };
  t.deepEqual(choices({}), ['only failed', 'only running']);
  t.deepEqual(choices({ backoff: 5 }), ['only backingOff', 'only failed']);
  t.deepEqual(choices({ retryIf: () => true }), ['giveUp failed', 'only failed', 'retry running']);
  t.deepEqual(choices({ backoff: () => 5 }), ['backOff backingOff', 'giveUp failed', 'only failed', 'retry running']);
  t.deepEqual(choices({ backoff: { initial: 5, jitter: true } }), ['backOff backingOff', 'only failed', 'retry running']);
  t.deepEqual(choices({ backoff: { initial: 5 } }), ['only backingOff', 'only failed']);
});

test('`backoff` and `retryIf` of the job are choices for tasks without their own, and so are the defaults', (t) => {
  const choices = (options: CheckOptions, more: Parameters<typeof task>[2] = {}) => {
    const seen: Record<string, Set<string>> = { throws: new Set(), timer: new Set() };
    const property = step('collect', (before, choice) => {
      const attempts = before.state === 'running' ? before.task('a').attempts : 0;
      if (attempts === 1 && (choice.kind === 'attempt' || choice.kind === 'timer') && 'policy' in choice) {
        seen[choice.kind === 'timer' ? 'timer' : choice.outcome]?.add(String(choice.policy));
      }
      return true;
    });
    const tasks = [task('a', [], { timeout: 10, ...more })];
    t.true(checkWorkflow(tasks, { maxRetries: 1, cancel: false, ...options, properties: [property] }).ok);
    return [seen.throws, seen.timer].map((policies) => [...policies!].sort().join());
  };
  const all = 'backOff,giveUp,retry';
  t.deepEqual(choices({}), [all, 'backOff,retry']);
  t.deepEqual(choices({ retryIf: defaultRetryIf }), [all, 'backOff,retry']);
  t.deepEqual(choices({ retryIf: () => true }), [all, all]);
  t.deepEqual(choices({ retryIf: true }), ['backOff,retry', 'backOff,retry']);
  t.deepEqual(choices({ backoff: 0 }), ['giveUp,retry', '']);
  t.deepEqual(choices({ backoff: { initial: 5 } }), ['backOff,giveUp', '']);
  t.deepEqual(choices({ ...AT_ONCE }), ['', '']);
  t.deepEqual(choices({ ...AT_ONCE }, { retryIf: () => true }), ['giveUp,retry', 'giveUp,retry']);
  t.deepEqual(choices({ retryIf: () => true, backoff: () => 5 }, { ...AT_ONCE }), ['', '']);
});

test('a report is text for people, and one object as JSON', (t) => {
  const report = check(always('b never runs', (job) => !job.in('running').includes('b')));
  const text = String(report);
  t.regex(text, /^1 violation: \d+ states, \d+ steps, depth \d+, \d+ ms\nThe job can end as: cancelled \(3 ways\)/);
  t.regex(
    text,
    /Violated: b never runs: it does not hold\n {2}1\. the job starts\n {7}job receives job\.start: idle\.waiting -> running\.untimed/,
  );
  t.regex(text, / {2}2\. a returns\n {7}a receives attempt\.succeeded: running\.untimed -> completed\n/);
  const data = JSON.parse(JSON.stringify(report));
  t.deepEqual(Object.keys(data), [
    'ok',
    'complete',
    'incompleteBecause',
    'states',
    'transitions',
    'depth',
    'terminal',
    'ms',
    'violations',
    'warnings',
    'neverHappened',
    'unreached',
  ]);
  t.is(data.violations[0].steps.length, 2);
  t.deepEqual(data.violations[0].steps[1].choice, { kind: 'attempt', task: 'a', outcome: 'returns' });
});

test('a counterexample is a sequence diagram too, and is replayed by a real job', async (t) => {
  const names = [task('a'), task('b; #"<:\n', ['a'])];
  const property = always('never', (job) => job.in('completed').length < 2);
  const [violation] = checkWorkflow(names, { ...small, properties: [property] }).violations;
  const diagram = violation?.toMermaid() ?? '';
  const lines = diagram.split('\n');
  t.is(lines[0], 'sequenceDiagram');
  t.true(lines.includes('  participant task1 as b#59; #35;#34;#60;#58;#10;'));
  t.true(lines.includes('  job->>task1: slot.granted'));
  t.true(lines.includes('  task0->>job: task.settled'));
  await parsesInMermaid(t, diagram);
  await t.notThrowsAsync(async () => violation?.replay());
});

const invalid: Readonly<Record<string, [options: object, message: RegExp]>> = {
  'an unknown option': [{ maxRetry: 1 }, /there is no option `maxRetry`/],
  'outcomes that are none': [
    { outcomes: [] },
    /`outcomes` must be an array of at least one of returns, throws, garbage, never/,
  ],
  'an unknown outcome': [{ outcomes: ['explodes'] }, /`outcomes` must be/],
  'outcomes of an unknown task': [{ outcomes: { zz: ['returns'] } }, /there is no option `outcomes.zz`/],
  'outcomes of a task that are wrong': [{ outcomes: { a: 'returns' } }, /`outcomes.a` must be/],
  'an unknown place of cancels': [{ cancel: 'sometimes' }, /`cancel` must be 'anywhere', 'between-steps' or false/],
  'unknown timers': [{ timers: 'never' }, /`timers` must be 'anytime' or 'idle'/],
  'a reduction that is none': [{ reduce: { symmetry: 1 } }, /`reduce.symmetry` must be true or false/],
  'a limit of 0': [{ limits: { states: 0 } }, /`limits.states` must be/],
  'a search that is none': [{ search: 'random' }, /`search` must be/],
  'walks without a seed': [{ search: { walks: 5 } }, /`search.seed` must be an integer/],
  'properties of the same name': [
    { properties: [always('x', () => true), always('x', () => true)] },
    /`properties` must be .* each with a unique name \(`x` appears twice\), got an array/,
  ],
  'a property without a kind': [
    { properties: [{ name: 'x', holds: () => false }] },
    /`properties` must be an array of properties made by always, sometimes, eventually or step, each with a unique name, got/,
  ],
  'a property of an unknown kind': [{ properties: [{ kind: 'never', name: 'x', holds: () => false }] }, /`properties` must be/],
  'a property that is a function': [{ properties: [() => true] }, /`properties` must be/],
  'a builtin that is not there': [{ builtins: ['gravity'] }, /`builtins` must be/],
  'no concurrency': [{ maxConcurrency: 0 }, /`maxConcurrency` must be/],
  'a retryIf that is false': [{ retryIf: false }, /The check: `retryIf` must be `true` or a function, got false/],
  'a backoff with wrong terms': [{ backoff: { initial: -1 } }, /The check: `backoff.initial` must be an integer from 0/],
};

for (const [name, [options, message]] of Object.entries(invalid)) {
  test(`options of a check are refused: ${name}`, (t) => {
    const error = t.throws(() => checkWorkflow(pair, options as CheckOptions), { instanceOf: InvalidWorkflowError });
    t.regex(error?.message ?? '', message);
    t.is(error?.problems.length, 1);
  });
}

test('options that are no object, and tasks that are invalid, are refused together', (t) => {
  const error = t.throws(() => checkWorkflow([task('a', ['b'])], null as never), { instanceOf: InvalidWorkflowError });
  t.deepEqual(
    error?.problems.map(({ code }) => code),
    ['missingDependency', 'invalidOption'],
  );
});
