import test from 'ava';
import { criticalPath } from '../../inspector/src/page/timeline/critical-path.ts';
import { jobPath } from '../../inspector/src/page/timeline/job-path.ts';
import type { Span, TimelineTask } from '../../inspector/src/page/timeline/timeline-task.ts';

const running = (from: number, to: number | undefined): Span => ({ kind: 'running', from, to, attempt: 1 });
const undo = (from: number, to: number | undefined): Span => ({ ...running(from, to), isUndo: true });
const task = (name: string, dependencies: readonly string[], ...spans: Span[]): TimelineTask => ({
  name,
  dependencies,
  state: 'completed',
  spans,
});
const last = (name: string, dependencies: readonly string[], ...spans: Span[]): TimelineTask => ({
  ...task(name, dependencies, ...spans),
  isFinally: true,
});
const pathOf = (tasks: readonly TimelineTask[], now = 1_000): string[] =>
  jobPath(tasks, now).map(({ name, from, to }) => `${name} ${from}–${to}`);

test('it leads back through finally tasks, undos in order, and the task that ended last', (t) => {
  const tasks = [
    task('reserve', [], running(0, 10), undo(60, 80)),
    task('quote', ['reserve'], running(10, 12)),
    task('charge', ['quote'], running(12, 30), undo(40, 60)),
    task('aside', [], running(0, 5), undo(40, 45)),
    task('ship', ['charge'], running(30, 40)),
    last('close', [], running(80, 90)),
    last('letter', ['close'], running(90, 95)),
  ];
  t.deepEqual(pathOf(tasks), [
    'reserve 0–10',
    'quote 10–12',
    'charge 12–30',
    'ship 30–40',
    'charge 40–60',
    'reserve 60–80',
    'close 80–90',
    'letter 90–95',
  ]);
});

test('without undos, finally tasks follow the task that ended last', (t) => {
  const tasks = [task('a', [], running(0, 10)), task('b', [], running(0, 20)), last('end', [], running(20, undefined))];
  t.deepEqual(pathOf(tasks, 50), ['b 0–20', 'end 20–50']);
});

test('an undo that lasts is the end of the path', (t) => {
  const tasks = [task('a', [], running(0, 10), undo(30, undefined)), task('b', ['a'], running(10, 30))];
  t.deepEqual(pathOf(tasks, 70), ['a 0–10', 'b 10–30', 'a 30–70']);
});

test('for any other job it is the critical path of its tasks', (t) => {
  const tasks = [task('a', [], running(0, 10)), task('b', ['a'], running(10, 30)), task('c', [], running(0, 25))];
  t.deepEqual(jobPath(tasks, 50), criticalPath(tasks, 50));
});
