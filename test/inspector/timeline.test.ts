import test from 'ava';
import fc from 'fast-check';
import { axisTicks } from '../../inspector/src/page/timeline/axis-ticks.ts';
import { barsOf } from '../../inspector/src/page/timeline/bars.ts';
import { durationText } from '../../inspector/src/page/timeline/duration-text.ts';
import { inOrderOfStart, matches, onPath, visibleRows } from '../../inspector/src/page/timeline/rows.ts';
import { percentOf, sharesOf } from '../../inspector/src/page/timeline/shares.ts';
import { describeSpan, describeTask } from '../../inspector/src/page/timeline/span-texts.ts';
import { summaryOf, summaryTexts } from '../../inspector/src/page/timeline/summary.ts';
import type { Span, TimelineTask } from '../../inspector/src/page/timeline/timeline-task.ts';

const run = (from: number, to: number | undefined, attempt = 1, outcome?: Span['outcome']): Span => ({
  kind: 'running',
  from,
  to,
  attempt,
  ...(outcome && { outcome }),
});
const wait = (from: number, to: number | undefined): Span => ({ kind: 'waiting', from, to, attempt: 0 });
const task = (name: string, ...spans: Span[]): TimelineTask => ({ name, dependencies: [], state: 'completed', spans });

for (const [milliseconds, text] of [
  [0, '0 ms'],
  [0.4, '0 ms'],
  [999, '999 ms'],
  [999.9, '1 s'],
  [1_250, '1.25 s'],
  [12_345, '12.3 s'],
  [59_999, '59.9 s'],
  [60_000, '1 min'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h'],
  [11_520_000, '3 h 12 min'],
] as const) {
  test(`${milliseconds} milliseconds are ${text}`, (t) => {
    t.is(durationText(milliseconds), text);
  });
}

const texts = (from: number, to: number, beginning: number, most: number) =>
  axisTicks({ from, to }, beginning, most).map(({ text }) => text);

test('an axis has round times', (t) => {
  t.deepEqual(texts(0, 30, 0, 6), ['0', '5 ms', '10 ms', '15 ms', '20 ms', '25 ms', '30 ms']);
  t.deepEqual(texts(1_000, 5_000, 1_000, 4), ['0', '1 s', '2 s', '3 s', '4 s']);
  t.deepEqual(texts(0, 300_000, 0, 5), ['0', '1 min', '2 min', '3 min', '4 min', '5 min']);
  t.deepEqual(texts(1_700, 1_900, 1_000, 4), ['700 ms', '750 ms', '800 ms', '850 ms', '900 ms']);
  t.deepEqual(texts(5, 5, 5, 10), ['0']);
});

test('an axis never has many more ticks than there is room for', (t) => {
  fc.assert(
    fc.property(
      fc.nat(1e6),
      fc.double({ min: 0, max: 1e10, noNaN: true }),
      fc.integer({ min: 1, max: 40 }),
      (from, length, most) => {
        const ticks = axisTicks({ from, to: from + length }, 0, most);
        t.true(ticks.length <= most + 1);
        t.true(ticks.every(({ at }) => at >= from && at <= from + length));
      },
    ),
  );
});

test('rows stand in the order of the first start, and those that never started last', (t) => {
  const tasks = [task('never'), task('late', run(9, 10)), task('b', wait(2, 3)), task('also never'), task('a', run(2, 3))];
  t.deepEqual(
    inOrderOfStart(tasks).map(({ name }) => name),
    ['b', 'a', 'late', 'never', 'also never'],
  );
  t.deepEqual(onPath(tasks, ['late', 'gone', 'b']), [tasks[1], tasks[2]]);
  t.true(matches(task('Fetch Orders'), 'ORD'));
  t.false(matches(task('Fetch'), 'ORD'));
});

test('only the rows that can be seen are drawn, and some around them', (t) => {
  t.deepEqual(visibleRows(5_000, { top: 28_000, height: 280 }, 28), { first: 996, end: 1014 });
  t.deepEqual(visibleRows(3, { top: 0, height: 280 }, 28), { first: 0, end: 3 });
});

test('what a job comes to', (t) => {
  const tasks = [task('a', wait(0, 2), run(2, 12)), task('b', wait(0, 5), run(5, undefined))];
  const summary = summaryOf(tasks, 0, 20);
  t.deepEqual(summary, { wall: 20, run: 25, parallelism: 1.25, longestWait: { name: 'b', duration: 5 } });
  t.deepEqual(summaryTexts(summary)[3], ['longest wait for a slot', '5 ms (b)']);
  t.deepEqual(
    summaryTexts(summaryOf([], 7, 7)).map(([, text]) => text),
    ['0 ms', '0 ms', '–', 'none'],
  );
});

test('what a task has of the critical path', (t) => {
  const links = [
    { name: 'a', from: 0, to: 3, after: 'nothing' },
    { name: 'b', from: 3, to: 4, after: 'slot' },
    { name: 'a', from: 4, to: 9, after: 'slot' },
  ] as const;
  const shares = sharesOf(links);
  t.deepEqual([...shares.keys()], ['a', 'b']);
  t.deepEqual(shares.get('a'), { links: [links[0], links[2]], total: 8 });
  t.deepEqual([percentOf(1, 4), percentOf(1, 1_000), percentOf(0, 4), percentOf(0, 0)], ['25%', '<1%', '0%', '0%']);
});

const scale = { from: 100, pixelsPerMillisecond: 2 };
const everything = { left: 0, right: 10_000 };

test('bars lie at their time, and none is too small to be seen', (t) => {
  const bars = barsOf([wait(100, 110), run(110, 110, 1, 'failed'), run(140, undefined, 2)], scale, 200, everything);
  t.deepEqual(
    bars.map(({ left, width, text }) => [left, width, text]),
    [
      [0, 20, 'none'],
      [20, 2, 'after'],
      [80, 120, 'inside'],
    ],
  );
});

test('of many bars in one place, one is drawn, and an attempt rather than a wait', (t) => {
  const spans = Array.from({ length: 1_000 }, (_, index) =>
    index % 2 === 0 ? wait(150, 150) : run(150, 150, index, 'failed'),
  );
  const bars = barsOf(spans, scale, 200, everything);
  t.deepEqual(
    bars.map(({ span }) => span),
    [spans.at(-1)!],
  );
});

test('bars that can’t be seen are not drawn', (t) => {
  const spans = [run(100, 110), run(150, 400), run(500, 510)];
  t.deepEqual(
    barsOf(spans, scale, 600, { left: 200, right: 300 }).map(({ span }) => span),
    [spans[1]!],
  );
});

test('a span and a task are told exactly', (t) => {
  const began = Date.UTC(2026, 0, 2);
  t.is(
    describeSpan(run(began + 1_500, began + 2_750, 2, 'timedOut'), began, began + 9_000),
    'attempt 2: timed out\n1,500 ms – 2,750 ms (1.25 s)\n2026-01-02T00:00:01.500Z',
  );
  t.is(describeSpan(wait(3, undefined), 0, 9), 'waiting for a slot\n3 ms – now (6 ms)');
  t.is(
    describeSpan({ kind: 'backingOff', from: 1, to: 2, attempt: 3 }, 0, 9),
    'backing off after attempt 3\n1 ms – 2 ms (1 ms)',
  );
  t.is(describeTask(task('a', run(0, 4), run(5, 9, 2)), 0, 9), 'completed, 2 attempts, from 0 ms to 9 ms');
  t.is(describeTask(task('a'), 0, 9), 'completed');
});
