import test from 'ava';
import fc from 'fast-check';
import { InvalidWorkflowError, type TaskDefinition } from 'tintype';
import {
  always,
  CheckError,
  type CheckOptions,
  type Choice,
  checkWorkflow,
  eventually,
  type JobView,
  sometimes,
  step,
  testPaths,
} from 'tintype/check';
import { describeChoice } from '../../src/check/model/choice.ts';
import { TaskRecord } from '../../src/check/model/task-record.ts';
import { ReplayStore } from '../../src/check/replay/replay-store.ts';
import { parsesInMermaid } from '../helpers/mermaid.ts';
import { AT_ONCE, task } from './dags.ts';

const CRASH: CheckOptions = { ...AT_ONCE, crash: 'anywhere', maxRetries: 1 };
const LATE: CheckOptions = { ...AT_ONCE, delivery: 'at-least-once', maxRetries: 1 };

/** What is chosen, by what the job is before. */
function choicesBy(
  tasks: readonly TaskDefinition[],
  options: CheckOptions,
  describe: (before: JobView) => string,
): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const collect = step('collect', (before, choice) => {
    const key = describe(before);
    found.set(key, (found.get(key) ?? new Set()).add(describeChoice(choice)));
    return true;
  });
  checkWorkflow(tasks, { ...options, properties: [collect] });
  return found;
}

test('the process may die at any time, and with each thing on record that it has not told of', (t) => {
  const choices = choicesBy([task('a', [], { timeout: 10, backoff: 5 })], { ...CRASH, timeout: 9 }, (job) => {
    const { state, attempts } = job.task('a');
    return `${state} ${attempts}`;
  });
  const died = 'the process dies, and the job is resumed';
  const recorded = (what: string) => `the process dies right after saving that ${what}, and the job is resumed`;
  const lost = (what: string) => `${what}, and the store is lost`;
  const leaves = 'the job leaves its process';
  t.deepEqual(
    [...(choices.get('unscheduled 0') ?? [])],
    ['the job starts', 'the job is cancelled', died, leaves, lost('the job is cancelled')],
  );
  const ends = ['a returns', 'a throws', 'a returns an invalid result'];
  const stops = ['the job times out', 'the job is cancelled'];
  const whileSaving = (what: string) => [...ends, 'a times out'].map((end) => `${what} while the store is saving that ${end}`);
  t.deepEqual(
    [...(choices.get('running 1') ?? [])],
    [
      ...ends,
      'a times out',
      ...stops,
      leaves,
      ...whileSaving(leaves),
      ...stops.flatMap(whileSaving),
      ...stops.flatMap(whileSaving).map(lost),
      lost('a returns an invalid result'),
      ...stops.map(lost),
      lost('a returns'),
      'the worker running a dies, and the attempt runs again',
      died,
      ...[...ends, 'a times out', 'the job is cancelled'].map(recorded),
      ...[...ends, 'a times out'].map((end) => recorded(`the job is cancelled and that ${end}`)),
    ],
  );
  t.deepEqual(
    [...(choices.get('backingOff 1') ?? [])],
    ['the backoff of a ends', ...stops, leaves, ...stops.map(lost), died, recorded('the job is cancelled')],
  );
});

test('a process can die with two saved outcomes that have not taken effect', (t) => {
  const choices = choicesBy([task('a'), task('b')], { ...CRASH, outcomes: ['returns'] }, (job) => job.in('running').join());
  const both = 'the process dies right after saving that a returns and that b returns, and the job is resumed';
  t.true(choices.get('a,b')?.has(both));
});

test('a process can die while a failure and a timeout, or two timeouts, are being saved', (t) => {
  const tasks = [task('a', [], { timeout: 10 }), task('b', [], { timeout: 10 })];
  const choices = choicesBy(tasks, { ...CRASH, outcomes: ['throws'] }, (job) => job.in('running').join()).get('a,b');
  const died = (...what: string[]) =>
    `the process dies right after saving ${what.map((one) => `that ${one}`).join(' and ')}, and the job is resumed`;
  t.true(choices?.has(died('b throws', 'a times out')));
  t.true(choices?.has(died('a times out', 'b times out')));
});

test('each crash is explored with each of the limits that a resume may have', (t) => {
  const limits = [{ maxConcurrency: 1 }, { maxConcurrency: Infinity, maxRetries: 0 }];
  const faulty: CheckOptions = { ...CRASH, outcomes: ['returns'], cancel: false, resumeLimits: limits };
  const choices = choicesBy([task('a')], faulty, (job) => job.task('a').state);
  const ways = ['', ' with maxConcurrency 1', ' with maxConcurrency Infinity and maxRetries 0'];
  const deaths = (state: string) => [...(choices.get(state) ?? [])].filter((choice) => choice.startsWith('the process dies'));
  t.deepEqual(
    deaths('unscheduled'),
    ways.map((limits) => `the process dies, and the job is resumed${limits}`),
  );
  const moments = ['', ' right after saving that a returns'];
  t.deepEqual(
    deaths('running'),
    ways.flatMap((limits) => moments.map((moment) => `the process dies${moment}, and the job is resumed${limits}`)),
  );
});

test('limits of a resume that change nothing, or come twice, add nothing', (t) => {
  const sizeOf = (resumeLimits: CheckOptions['resumeLimits']) =>
    checkWorkflow([task('a')], { ...CRASH, maxConcurrency: 2, resumeLimits }).transitions;
  t.is(sizeOf([{}, { maxConcurrency: 2 }, { maxRetries: 1 }]), sizeOf([]));
  t.is(sizeOf([{ maxRetries: 0 }, { maxRetries: 0, maxConcurrency: 2 }]), sizeOf([{ maxRetries: 0 }]));
  t.true(sizeOf([{ maxRetries: 0 }]) > sizeOf([]));
});

test('a resume may not have infinitely many retries', (t) => {
  const check = () => checkWorkflow([task('a')], { ...CRASH, resumeLimits: [{ maxRetries: Infinity }] });
  t.throws(check, { instanceOf: CheckError, message: /has unlimited retries/ });
});

test('a job has the limits it was last resumed with', (t) => {
  const tasks = [task('a'), task('b'), task('c')];
  const wide = sometimes('3 run', (job) => job.in('running').length === 3);
  const seldom = sometimes('a fails at once', (job) => job.task('a').state === 'failed' && job.task('a').attempts === 1);
  const often = sometimes('a runs 3 times', (job) => job.task('a').attempts === 3);
  const options: CheckOptions = {
    ...CRASH,
    outcomes: ['throws'],
    cancel: false,
    maxConcurrency: 2,
    reduce: { finishedContext: false },
    properties: [wide, seldom, often],
  };
  const unseen = (resumeLimits: CheckOptions['resumeLimits']) =>
    checkWorkflow(tasks, { ...options, resumeLimits }).violations.map(({ property }) => property);
  t.deepEqual(unseen([]), ['3 run', 'a fails at once', 'a runs 3 times']);
  t.deepEqual(unseen([{ maxConcurrency: 3 }]), ['a fails at once', 'a runs 3 times']);
  t.deepEqual(unseen([{ maxConcurrency: 3 }, { maxRetries: 0 }, { maxRetries: 2 }]), []);
});

test('a result may come of each attempt that is over', (t) => {
  const choices = choicesBy([task('a'), task('b', ['a'])], { ...LATE, cancel: false, outcomes: ['throws'] }, (job) =>
    String(job.task('a').attempts),
  );
  t.deepEqual([...(choices.get('0') ?? [])], ['the job starts']);
  t.deepEqual([...(choices.get('1') ?? [])], ['a throws']);
  t.deepEqual(
    [...(choices.get('2') ?? [])],
    ['a throws', 'attempt 1 of a returns after it has ended', 'attempt 1 of a throws after it has ended'],
  );
});

test('without these options the choices are those of a job that is not saved', (t) => {
  const kinds = new Set<string>();
  const collect = step('collect', (_, { kind }) => kinds.add(kind).size > 0);
  checkWorkflow([task('a')], { ...AT_ONCE, crash: false, delivery: 'exactly-once', properties: [collect] });
  t.deepEqual([...kinds].sort(), ['attempt', 'cancel', 'start']);
});

test('a saved job is cancelled between steps, even before it starts', (t) => {
  const onRecord = checkWorkflow([task('a')], { ...CRASH, cancel: 'anywhere' });
  t.false(onRecord.unreached.includes('job: idle.waiting --job.cancel--> idle.cancelling'));
  t.is(onRecord.transitions, checkWorkflow([task('a')], { ...CRASH, cancel: 'between-steps' }).transitions);
  const cancels: Choice[] = [];
  const collect = step('collect', (_, choice) => choice.cancelAt === undefined || cancels.push(choice) < 0);
  t.true(checkWorkflow([task('a')], { ...CRASH, properties: [collect] }).ok);
});

test('the job ends, however often its process dies', (t) => {
  const end = eventually('the job ends', ({ state }) => state !== 'idle' && state !== 'running');
  const tasks = [task('a', [], { timeout: 10 }), task('b', ['a'], { timeout: 10, backoff: 5 })];
  const report = checkWorkflow(tasks, { ...CRASH, ...LATE, properties: [end] });
  t.true(report.ok, String(report));
});

test('where interrupted attempts count, crashes use up retries', (t) => {
  const failed = sometimes('a fails', (job) => job.in('failed').includes('a'));
  const only: CheckOptions = { ...CRASH, outcomes: ['returns', 'never'], cancel: false, properties: [failed] };
  t.false(checkWorkflow([task('a')], only).ok);
  t.true(checkWorkflow([task('a')], { ...only, countInterrupted: true }).ok);
});

test('a counterexample with a crash says so, and is replayed by a real job', async (t) => {
  const again = step('a backoff is not told twice', (_, { kind }, __, events) =>
    kind !== 'crash' || events.every(({ to }) => to !== 'backingOff') ? true : 'it is told again',
  );
  const report = checkWorkflow([task('a', [], { backoff: 5 })], { ...CRASH, properties: [again] });
  const [violation] = report.violations;
  t.deepEqual(
    violation?.steps.map(({ description }) => description),
    ['the job starts', 'the process dies right after saving that a throws, and the job is resumed'],
  );
  const diagram = violation?.toMermaid() ?? '';
  t.regex(diagram, /the process dies right after saving that a throws/);
  await parsesInMermaid(t, diagram);
  await t.notThrowsAsync(async () => violation?.replay());
});

test('test paths go through crashes, and are continued by another resume when one is given', async (t) => {
  const paths = testPaths([task('a'), task('b', ['a'])], { ...CRASH, ...LATE, cover: 'edges' });
  const kinds = new Set(paths.flatMap(({ steps }) => steps.map(({ choice }) => choice.kind)));
  t.deepEqual([...kinds].sort(), ['attempt', 'cancel', 'crash', 'detach', 'duplicate', 'start']);
  for (const path of paths) {
    await path.replay();
  }
  const crashed = paths.find(({ steps }) => steps.some(({ choice }) => choice.kind === 'crash' && choice.task === undefined));
  await t.throwsAsync(
    async () =>
      crashed?.replay(undefined, () => {
        throw new RangeError('no resume');
      }),
    { instanceOf: RangeError },
  );
});

test('random walks crash too, and are the same for the same seed', (t) => {
  const tasks = Array.from({ length: 8 }, (_, index) => task(`t${index}`, index === 0 ? [] : [`t${index - 1}`]));
  const crashes = () => {
    const seen: string[] = [];
    const collect = step('collect', (_, choice) => choice.kind !== 'crash' || seen.push(describeChoice(choice)) > 0);
    const report = checkWorkflow(tasks, { ...CRASH, ...LATE, properties: [collect], search: { walks: 40, seed: 3 } });
    t.deepEqual(report.violations, []);
    return seen;
  };
  const first = crashes();
  t.true(first.length > 0);
  t.deepEqual(crashes(), first);
});

const shapes = fc.record({
  edges: fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 4 }),
  more: fc.array(
    fc.record({
      timeout: fc.constantFrom(undefined, undefined, 10),
      backoff: fc.constantFrom<TaskDefinition['backoff']>(0, 0, 5, () => 5, { initial: 5, jitter: true }),
      retryIf: fc.constantFrom<TaskDefinition['retryIf']>(undefined, undefined, () => true),
    }),
    { minLength: 4, maxLength: 4 },
  ),
  countInterrupted: fc.boolean(),
  maxRetries: fc.constantFrom(0, 1),
  maxConcurrency: fc.constantFrom(1, 2, Infinity),
  timeout: fc.constantFrom(undefined, 100),
});

const tasksOf = ({ edges, more }: { edges: boolean[][]; more: Partial<TaskDefinition>[] }): TaskDefinition[] =>
  edges.map((row, index) =>
    task(
      `t${index}`,
      edges.slice(0, index).flatMap((_, other) => (row[other] ? [`t${other}`] : [])),
      more[index],
    ),
  );

test('what holds of every job holds with crashes, and a resumed job does what was checked, in random workflows', async (t) => {
  let replayed = 0;
  await fc.assert(
    fc.asyncProperty(shapes, async ({ edges, more, ...options }) => {
      const tasks = tasksOf({ edges, more });
      const faulty: CheckOptions = {
        ...options,
        crash: 'anywhere',
        delivery: 'at-least-once',
        outcomes: ['returns', 'throws'],
      };
      const report = checkWorkflow(tasks, faulty);
      t.true(report.ok, String(report));
      const full = checkWorkflow(tasks, { ...faulty, reduce: { finishedContext: false } });
      t.deepEqual({ ...full.terminal }, { ...report.terminal });
      t.true(full.states >= report.states);
      for (const path of testPaths(tasks, { ...faulty, cover: 'edges', maxPaths: 60 })) {
        await path.replay();
        replayed += 1;
      }
    }),
    { numRuns: 25 },
  );
  t.true(replayed > 25);
});

test('where no task waits for a slot, a resumed job is what it was', (t) => {
  fc.assert(
    fc.property(shapes, ({ edges, more, timeout, maxRetries }) => {
      const same = step('it is what it was', (before, choice, after) => {
        const text = (job: JobView) => [job.state, ...job.tasks.map(({ state, attempts }) => `${state} ${attempts}`)].join();
        const isPlain = choice.kind === 'crash' && choice.recorded === undefined && before.state !== 'idle';
        return !isPlain || text(before) === text(after) || `${text(before)} became ${text(after)}`;
      });
      const options: CheckOptions = { timeout, maxRetries, crash: 'anywhere', properties: [same] };
      const report = checkWorkflow(tasksOf({ edges: edges.slice(0, 3), more }), {
        ...options,
        reduce: { finishedContext: false },
      });
      t.true(report.ok, String(report));
    }),
    { numRuns: 25 },
  );
});

const invalid: Readonly<Record<string, [options: object, message: RegExp]>> = {
  'an unknown place': [{ crash: 'sometimes' }, /`crash` must be 'anywhere' or false, got/],
  'an unknown delivery': [{ delivery: 'twice' }, /`delivery` must be 'exactly-once' or 'at-least-once', got/],
  'a count that is none': [{ countInterrupted: 1 }, /`countInterrupted` must be true or false, got/],
  'limits that are none': [
    { resumeLimits: { maxRetries: 1 } },
    /`resumeLimits` must be an array of \{ maxConcurrency, maxRetries \}, got/,
  ],
  'a limit of a resume that is none': [
    { resumeLimits: [{}, { maxConcurrency: 0 }] },
    /`resumeLimits\[1\].maxConcurrency` must be an integer from 1/,
  ],
  'an unknown limit': [{ resumeLimits: [{ timeout: 1 }] }, /there is no option `resumeLimits\[0\].timeout`/],
  'a count without crashes': [
    { countInterrupted: true },
    /`countInterrupted` must be false without `crash`: only a crashed job/,
  ],
  'limits without crashes': [
    { resumeLimits: [{ maxRetries: 1 }] },
    /`resumeLimits` must be empty without `crash`: only a crashed/,
  ],
  symmetry: [{ crash: 'anywhere', reduce: { symmetry: true } }, /`reduce.symmetry` must be false with `crash`: a resumed job/],
};

for (const [name, [options, message]] of Object.entries(invalid)) {
  test(`options of crashes are refused: ${name}`, (t) => {
    t.throws(() => checkWorkflow([task('a')], options), { instanceOf: InvalidWorkflowError, message });
    t.throws(() => testPaths([task('a')], options), { instanceOf: InvalidWorkflowError, message });
  });
}

test('a saved attempt has one outcome, and a backoff ends once', (t) => {
  const record = new TaskRecord('a');
  record.add(1, { reason: 'exception', policy: 'backOff' });
  record.add(1, 'succeeded');
  t.deepEqual(record.decisions, ['backOff']);
  const waiting = record.save();
  record.endBackoff(1);
  record.add(2, 'succeeded');
  t.deepEqual(record.decisions, ['retry', 'succeeded']);
  t.true(record.hasSucceeded);
  record.load(waiting);
  t.deepEqual(record.decisions, ['backOff']);
  t.is(record.save(), waiting);
  t.is(record.outcomeOf(2), undefined);
});

test('more records than can be kept apart are refused', (t) => {
  const record = new TaskRecord('a');
  const saveAll = () => {
    for (let begun = 0; begun <= 0xffff + 1; begun += 1) {
      record.begun = begun;
      record.save();
    }
  };
  t.throws(saveAll, { instanceOf: CheckError, message: /^The record of a has more than 65535 states/ });
});

test('a store whose process has died takes how attempts end and cancels, and answers no more', async (t) => {
  const store = new ReplayStore();
  const job = { id: 'one', workflow: 'w', version: undefined, tasks: [], context: store.codec.encode({}), createdAt: 0 };
  await store.create({ ...job, deadline: undefined, maxConcurrency: undefined, maxRetries: 1 });
  await store.append('one', 'me', { type: 'attempt.started', task: 'a', attempt: 1, at: 0 });
  await store.renew();
  store.cut();
  const answers: string[] = [];
  const outcome = {
    type: 'attempt.failed',
    task: 'a',
    attempt: 1,
    at: 0,
    reason: 'exception',
    error: '0',
    retryAt: 7,
  } as const;
  const calls = [
    store.append('one', 'me', outcome),
    store.append('one', 'me', { ...outcome, type: 'attempt.succeeded', output: undefined }),
    store.append('one', 'me', { type: 'attempt.started', task: 'a', attempt: 2, at: 0 }),
    store.append('one', 'me', { type: 'job.cancelled', at: 0, reason: '0' }),
    store.append('one', 'me', { type: 'job.ended', at: 0, state: 'cancelled' }),
  ];
  for (const call of calls) {
    call.then(() => answers.push('answered'));
  }
  const next = store.reopen();
  const found = await next.acquire();
  t.deepEqual(answers, []);
  t.is(found.state, 'running');
  t.is(found.cancelled?.reason, '0');
  t.deepEqual(found.attempts, [{ task: 'a', attempt: 1, startedAt: 0, outcome }]);
  next.endBackoff('a', 1);
  await next.append('one', 'me', { type: 'job.ended', at: 1, state: 'cancelled' });
  await next.release();
  t.like(await next.list(), { jobs: [{ state: 'cancelled' }], next: undefined });
  t.is((await next.read())?.state, 'cancelled');
  t.like((await next.read())?.attempts[0]?.outcome, { type: 'attempt.failed', retryAt: 0 });
  t.is(await next.delete(), 0);
});

test('always properties are looked at after a resume', (t) => {
  const property = always('at most one attempt', (job) => job.task('a').attempts < 2);
  const options = { ...CRASH, reduce: { finishedContext: false }, properties: [property] };
  t.false(checkWorkflow([task('a')], options).ok);
});
