import test from 'ava';
import fc from 'fast-check';
import { jobMachine, taskMachine } from 'tintype/machines';
import { createMachine } from 'xstate';
import { activeStates, nameOfValue } from '../../inspector/src/page/statechart/active-states.ts';
import { type Chart, type ChartState, chartOf } from '../../inspector/src/page/statechart/chart.ts';
import { chartDot, hasFrame } from '../../inspector/src/page/statechart/chart-dot.ts';
import { findLayout } from '../../inspector/src/page/statechart/find-layout.ts';
import type { Box } from '../../inspector/src/page/statechart/layout.ts';
import { shownLines, shownText } from '../../inspector/src/page/statechart/shown-text.ts';
import { estimate } from '../../inspector/src/page/statechart/text-size.ts';
import { labelOfEvent } from '../../inspector/src/page/statechart/transitions.ts';
import { machineFrom, machineOfFour } from './machine-of-four.ts';

const statesIn = (state: ChartState): ChartState[] => [state, ...state.states.flatMap(statesIn)];
const stateNamed = (chart: Chart, name: string) => statesIn(chart.root).find((state) => state.name === name)!;
const charted = (config: object): Chart => chartOf(machineOfFour(createMachine(config as never)));

const upload = () =>
  charted({
    id: 'upload',
    type: 'parallel',
    states: {
      transfer: {
        initial: 'idle',
        invoke: { id: 'fetch', src: 'fetcher', onDone: '.done', onError: '.failed' },
        on: { RESET: '.idle' },
        entry: ['log', 'beep'],
        exit: 'hush',
        states: {
          idle: {
            on: {
              START: { guard: 'isOnline', target: 'busy', actions: 'note' },
              NOOP: {},
              AGAIN: { target: 'idle', reenter: true },
            },
          },
          busy: {
            initial: 'one',
            after: { 1500: 'failed', patience: 'failed' },
            onDone: 'done',
            states: {
              one: { always: { guard: 'isShort', target: 'two' } },
              two: { type: 'final' },
              past: { type: 'history', history: 'deep' },
            },
          },
          failed: { on: { '*': 'busy.past' }, tags: ['bad'], description: 'It did not work' },
          done: { type: 'final' },
        },
      },
      light: { initial: 'on', states: { on: {}, off: {} } },
    },
  });

test('a chart has what a state does, and what it takes where it is', (t) => {
  const chart = upload();
  t.deepEqual(stateNamed(chart, 'transfer').lines, [
    'invokes fetcher',
    'entry / log, beep',
    'exit / hush',
    'RESET → idle',
    'done of fetch → done',
    'error of fetch → failed',
  ]);
  t.deepEqual(stateNamed(chart, 'idle').lines, ['NOOP', 'AGAIN ↺']);
  t.is(stateNamed(chart, 'failed').title, 'transfer › failed\nIt did not work\ntags: bad');
  t.deepEqual(
    statesIn(chart.root).map(({ name, kind, isInitial }) => `${isInitial ? '→ ' : ''}${name}: ${kind}`),
    [
      'upload: parallel',
      'transfer: compound',
      '→ idle: atomic',
      'busy: compound',
      '→ one: atomic',
      'two: final',
      'past: deep history',
      'failed: atomic',
      'done: final',
      'light: compound',
      '→ on: atomic',
      'off: atomic',
    ],
  );
});

test('an arrow has all that leads from a state to another', (t) => {
  const { arrows, root } = upload();
  const names = new Map(statesIn(root).map(({ id, name }) => [id, name]));
  t.deepEqual(
    arrows.map(({ from, to, labels }) => `${names.get(from)} → ${names.get(to)}: ${labels.join(' | ')}`),
    [
      'idle → busy: START [isOnline]',
      'busy → done: done of busy',
      'busy → failed: after 1500 ms | after patience',
      'one → two: always [isShort]',
      'failed → past: any event',
    ],
  );
  t.is(arrows[0]?.title, 'idle → busy\nSTART [isOnline] – actions: note');
});

for (const [event, label] of [
  ['', 'always'],
  ['*', 'any event'],
  ['slot.granted', 'slot.granted'],
  ['xstate.after(backoff)#task.backingOff', 'after backoff'],
  ['xstate.after.backoff.task.backingOff', 'after backoff'],
  ['xstate.after(20)#a', 'after 20 ms'],
  ['done.invoke.fetch', 'done of fetch'],
  ['error.platform.fetch', 'error of fetch'],
  ['done.state.a', 'done of a'],
  ['xstate.done.actor.fetch', 'done of fetch'],
  ['xstate.error.actor.0.a', 'error of the actor of a'],
  ['xstate.snapshot.feed', 'snapshot of feed'],
] as const) {
  test(`the event '${event}' is called '${label}'`, (t) => {
    t.is(labelOfEvent(event), label);
  });
}

test('the states of a value are found, and it has a name', (t) => {
  const chart = upload();
  const value = { transfer: { busy: 'one' }, light: 'off' };
  const active = activeStates(chart, value);
  t.deepEqual(
    statesIn(chart.root)
      .filter(({ id }) => active.has(id))
      .map(({ name }) => name),
    ['transfer', 'busy', 'one', 'light', 'off'],
  );
  t.is(nameOfValue(value), 'transfer › busy › one, light › off');
  t.is(nameOfValue('idle'), 'idle');
  t.is(activeStates(chart, 'no such state').size, 0);
});

test('a text is shown in lines that can be read', (t) => {
  t.is(shownText('a\nb\0\tc'), 'a␊b␀␉c');
  t.is([...shownText('😀'.repeat(60))].length, 48);
  t.deepEqual(shownLines('attempt.failed [isCurrentAttempt and hasRetriesLeft]'), [
    'attempt.failed',
    '[isCurrentAttempt and',
    'hasRetriesLeft]',
  ]);
  t.is(shownLines('word '.repeat(100)).length, 6);
});

for (const [name, machine] of Object.entries({ job: jobMachine, task: taskMachine })) {
  test(`the machine of a ${name} is laid out`, async (t) => {
    await placesAreRight(t, chartOf(machineOfFour(machine)));
  });
}

test('nested, parallel and history states are laid out', async (t) => {
  await placesAreRight(t, upload());
});

test('machines that look the same are laid out once', async (t) => {
  const [one, other] = [upload(), upload()];
  t.is(findLayout(one, estimate), findLayout(other, estimate));
  t.not(findLayout(one, estimate), findLayout(chartOf(machineOfFour(taskMachine)), estimate));
});

test('a target that does not exist leaves the rest of a machine to be drawn', async (t) => {
  const chart = chartOf(machineFrom({ initial: 'a', states: { a: { on: { GO: '#nowhere' } }, b: { on: { GO: 'a' } } } }));
  t.deepEqual(
    chart.arrows.map(({ labels }) => labels),
    [['GO']],
  );
  await placesAreRight(t, chart);
});

test('a machine with many arrows has straight ones, and one with too many none', async (t) => {
  const ring = (size: number) =>
    charted({
      initial: 'a0',
      states: Object.fromEntries(
        Array.from({ length: size }, (_, index) => [
          `a${index}`,
          { on: { NEXT: `a${(index + 1) % size}`, SKIP: `a${(index * 7 + 5) % size}`, JUMP: `a${(index * 13 + 3) % size}` } },
        ]),
      ),
    });
  await placesAreRight(t, ring(90));
  await t.throwsAsync(findLayout(ring(150), estimate), { message: /^It has \d+ states and arrows$/ });
});

const nastyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '"',
    '\\',
    '\\N',
    '\0',
    '\n',
    '&amp;',
    '</script>',
    '<b>x</b>',
    '"]; evil [label="',
    'constructor',
    'cluster_s1',
    '日本',
  ),
);

test('any name can be laid out, and Graphviz is not told it', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(nastyName, { minLength: 2, maxLength: 6 }), fc.boolean(), async (names, isParallel) => {
      const chart = nastyChart(names, isParallel);
      t.regex(chartDot(chart, estimate), /^(?:[ \w,={}>;#.-]|\[|\]|\n|"[x\w -]*(?:\\n[x]*)*")*$/);
      await placesAreRight(t, chart);
    }),
    { numRuns: 30 },
  );
});

/** Made by hand, since XState itself refuses some names, or reads them as paths. */
function nastyChart(names: readonly string[], isParallel: boolean): Chart {
  const states = names.map((name, index): ChartState => {
    const inner: ChartState = {
      id: `s${index + 1}0`,
      name,
      kind: 'atomic',
      isInitial: true,
      lines: [name],
      title: name,
      states: [],
    };
    const isNested = index % 2 === 0;
    return {
      ...inner,
      id: `s${index + 1}`,
      isInitial: index === 0,
      kind: isNested ? 'compound' : 'atomic',
      states: isNested ? [inner] : [],
    };
  });
  const arrows = names.slice(1).map((name, index) => {
    const [from, to] = [`s${index + 1}`, `s${index + 2}`];
    return { id: `${from}_${to}`, from, to, labels: [name, `${name} [${name}]`], title: name };
  });
  return {
    root: {
      id: 's0',
      name: names[0]!,
      kind: isParallel ? 'parallel' : 'compound',
      isInitial: false,
      lines: [],
      title: '',
      states,
    },
    arrows: isParallel ? [] : arrows,
  };
}

/** Checks that each state has a box, in that of its parent and beside those of the others, and each arrow a path. */
async function placesAreRight(t: { true(value: boolean, message?: string): unknown }, chart: Chart): Promise<void> {
  const { boxes, arrows, width, height } = await findLayout(chart, estimate);
  const whole = { x: 0, y: 0, width, height };
  const check = (state: ChartState, outer: Box) => {
    const box = boxes.get(state.id) ?? (hasFrame(state) ? undefined : whole);
    t.true(box !== undefined && isInside(box, outer), `${state.name} has its place`);
    for (const [index, child] of state.states.entries()) {
      check(child, box!);
      for (const other of state.states.slice(index + 1)) {
        t.true(areApart(boxes.get(child.id)!, boxes.get(other.id)!), `${child.name} and ${other.name} lie apart`);
      }
    }
  };
  check(chart.root, whole);
  for (const { id } of chart.arrows) {
    t.true(/^M[-\d.,]+C[-\d., ]+$/.test(arrows.get(id)?.line ?? ''), `${id} has its path`);
    t.true(arrows.get(id)?.label !== undefined);
  }
}

const isInside = (box: Box, outer: Box): boolean =>
  box.x >= outer.x - 1 &&
  box.y >= outer.y - 1 &&
  box.x + box.width <= outer.x + outer.width + 1 &&
  box.y + box.height <= outer.y + outer.height + 1;

const areApart = (one: Box, other: Box): boolean =>
  one.x + one.width <= other.x + 1 ||
  other.x + other.width <= one.x + 1 ||
  one.y + one.height <= other.y + 1 ||
  other.y + other.height <= one.y + 1;
