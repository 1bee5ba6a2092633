import test from 'ava';
import fc from 'fast-check';
import { criticalPath } from '../../inspector/src/page/timeline/critical-path.ts';
import type { Span, TimelineTask } from '../../inspector/src/page/timeline/timeline-task.ts';
import { type Plan, simulatedSpans } from './simulated-spans.ts';

const waiting = (from: number, to: number | undefined, attempt = 0): Span => ({ kind: 'waiting', from, to, attempt });
const running = (from: number, to: number | undefined, attempt = 1): Span => ({ kind: 'running', from, to, attempt });
const task = (name: string, dependencies: readonly string[], ...spans: Span[]): TimelineTask => ({
  name,
  dependencies,
  state: 'completed',
  spans,
});
const pathOf = (tasks: readonly TimelineTask[], now = 1_000): string[] =>
  criticalPath(tasks, now).map(({ name, from, to, after }) => `${name} ${from}–${to} after ${after}`);

test('it leads over the dependency that ended last', (t) => {
  const tasks = [
    task('short', [], waiting(0, 0), running(0, 5)),
    task('long', [], waiting(0, 0), running(0, 20)),
    task('join', ['short', 'long'], waiting(20, 20), running(20, 25)),
    task('aside', ['short'], waiting(5, 5), running(5, 24)),
  ];
  t.deepEqual(pathOf(tasks), ['long 0–20 after nothing', 'join 20–25 after dependency']);
});

test('it leads over the attempt that freed the slot, not over what its task did later', (t) => {
  const tasks = [
    task('flaky', [], waiting(0, 0), running(0, 10), { kind: 'backingOff', from: 10, to: 15, attempt: 1 }, running(40, 41, 2)),
    task('root', [], waiting(0, 0), running(0, 3)),
    task('patient', ['root'], waiting(3, 10), running(10, 50)),
  ];
  t.deepEqual(pathOf(tasks), ['flaky 0–10 after nothing', 'patient 10–50 after slot']);
});

test('of attempts that ended at once, the longest is on it', (t) => {
  const tasks = [
    task('long', [], running(0, 10)),
    task('short', [], running(0, 9), running(9, 10, 2)),
    task('patient', [], waiting(0, 10), running(10, 12)),
  ];
  t.deepEqual(pathOf(tasks), ['long 0–10 after nothing', 'patient 10–12 after slot']);
  t.deepEqual(pathOf([...tasks].reverse()), pathOf(tasks));
});

test('a wait that nobody ended leads over the dependency', (t) => {
  const tasks = [task('root', [], running(0, 3)), task('late', ['root'], waiting(3, 5), running(5, 9))];
  t.deepEqual(pathOf(tasks), ['root 0–3 after nothing', 'late 3–9 after dependency']);
});

test('a task is on it twice if others waited for it, and it for them', (t) => {
  const tasks = [
    task(
      'a',
      [],
      waiting(0, 0),
      running(0, 10),
      { kind: 'backingOff', from: 10, to: 11, attempt: 1 },
      waiting(11, 30, 1),
      running(30, 35, 2),
    ),
    task('b', [], waiting(0, 10), running(10, 30)),
  ];
  t.deepEqual(pathOf(tasks), ['a 0–10 after nothing', 'b 10–30 after slot', 'a 30–35 after slot']);
});

test('what still goes on ends now, and of several the first to begin is on it', (t) => {
  const tasks = [task('a', [], running(0, 4)), task('b', ['a'], running(4, undefined)), task('c', [], running(2, undefined))];
  t.deepEqual(pathOf(tasks, 9), ['c 2–9 after nothing']);
  t.deepEqual(pathOf(tasks.slice(0, 2), 9), ['a 0–4 after nothing', 'b 4–9 after dependency']);
});

test('a job in which nothing has begun has none', (t) => {
  t.deepEqual(pathOf([]), []);
  t.deepEqual(pathOf([task('a', []), task('b', ['a'])]), []);
});

test('it ends, also where times and dependencies are in a circle', (t) => {
  const tasks = [
    task('a', ['b'], waiting(0, 5), running(5, 5)),
    task('b', ['a'], waiting(0, 5), running(5, 5)),
    task('c', ['c', 'gone'], running(7, 3)),
  ];
  t.deepEqual(pathOf(tasks), ['c 7–7 after nothing']);
  t.true(criticalPath(tasks.slice(0, 2), 10).length <= 4);
});

const plans = fc.array(
  fc.record({ attempts: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }), backoff: fc.nat(4), links: fc.array(fc.nat()) }),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const jobs = plans.map((all): Plan[] =>
  all.map(({ links, ...plan }, index) => ({
    ...plan,
    name: `t${index}`,
    dependencies: index === 0 ? [] : [...new Set(links.slice(0, 3).map((link) => `t${link % index}`))],
  })),
);

test('of any job, it goes without a gap from a task that waited for nothing to the last end', (t) => {
  fc.assert(
    fc.property(jobs, fc.integer({ min: 1, max: 5 }), fc.nat(1_000), (job, slots, start) => {
      const tasks = simulatedSpans(job, slots, start);
      const path = criticalPath(tasks, Number.MAX_SAFE_INTEGER);
      const [first, last] = [path[0]!, path.at(-1)!];
      t.is(last.to, Math.max(...tasks.flatMap(({ spans }) => spans.map(({ to }) => to!))));
      t.is(first.from, tasks.find(({ name }) => name === first.name)!.spans[0]!.from);
      for (const [index, { from, to }] of path.entries()) {
        t.true(from <= to);
        t.is(path[index + 1]?.from ?? to, to);
      }
    }),
  );
});

test('of any job with a slot for all, it is as long as the longest chain of dependencies', (t) => {
  fc.assert(
    fc.property(jobs, (job) => {
      const path = criticalPath(simulatedSpans(job, job.length), 0);
      t.is(path[0]?.from, 0);
      t.is(path.at(-1)!.to - path[0]!.from, longestChain(job));
      t.true(path.slice(1).every(({ after }) => after === 'dependency'));
    }),
  );
});

function longestChain(job: readonly Plan[]): number {
  const ends = new Map<string, number>();
  for (const { name, dependencies, attempts, backoff } of job) {
    const start = Math.max(0, ...dependencies.map((one) => ends.get(one)!));
    ends.set(name, start + attempts.reduce((sum, one) => sum + one, 0) + (attempts.length - 1) * backoff);
  }
  return Math.max(...ends.values());
}
