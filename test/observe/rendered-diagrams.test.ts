import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import fc from 'fast-check';
import type { TaskDefinition } from 'tintype';
import { always, checkWorkflow } from 'tintype/check';
import { machineToMermaid, toDot, toMermaid } from 'tintype/diagrams';
import { type AnyStateMachine, createMachine, fromPromise } from 'xstate';
import { inBrowser } from '../helpers/chromium.ts';
import { sizeOf } from '../helpers/graphviz.ts';
import { onOneLine, parsesInMermaid, textsInMermaid } from '../helpers/mermaid.ts';
import { NASTY_TEXTS } from '../helpers/nasty-texts.ts';
import { arbitraryMachine, keysOf } from './arbitrary-machine.ts';

const nothing = () => {};
const load = fromPromise(async () => 1);

const nasty = NASTY_TEXTS.map((name, index) => ({
  name,
  run: nothing,
  dependencies: index === 0 ? [] : [NASTY_TEXTS[index - 1] as string],
}));

/** The names that are not drawn, whatever follows them in parentheses. */
const missingFrom = (texts: readonly string[], names: readonly string[]) =>
  names.map(onOneLine).filter((name) => !texts.some((text) => text === name || text.startsWith(`${name} (`)));

inBrowser('Mermaid shows each task under its name, whatever the name', async (t) => {
  t.deepEqual(missingFrom(await textsInMermaid(toMermaid(nasty)), NASTY_TEXTS), []);
});

inBrowser('Mermaid and Graphviz show each condition, whatever its key and value', async (t) => {
  const keys = NASTY_TEXTS.filter((text) => text !== '__proto__');
  const tasks: TaskDefinition[] = [
    { name: 'a', run: nothing },
    ...keys.map((key, index) => ({ name: `t${index}`, dependencies: ['a'], when: { a: { [key]: key } }, run: nothing })),
    ...keys.map((key, index) => ({
      name: `s${index}`,
      dependencies: [{ anyOf: ['a'] }],
      when: { a: { [key]: [1, key] } },
      run: nothing,
    })),
  ];
  const shown = await textsInMermaid(toMermaid(tasks));
  // The text of an arrow is within another element.
  t.is(shown.filter((text) => text.startsWith('when ')).length, 2 * keys.length);
  t.is(shown.filter((text) => /^s\d+ ?when a\..* is 1 or( |$)/.test(text)).length, keys.length);
  t.deepEqual(await sizeOf(toDot(tasks)), { nodes: 1 + 3 * keys.length, edges: 3 * keys.length });
});

inBrowser('Mermaid shows each task of a counterexample under its name, whatever the name', async (t) => {
  const tasks = NASTY_TEXTS.map((name) => ({ name, run: nothing }));
  const started = always('none runs', (job) => job.in('running').length === 0);
  const [violation] = checkWorkflow(tasks, { properties: [started], limits: { states: 3 } }).violations;
  t.deepEqual(missingFrom(await textsInMermaid(violation?.toMermaid() ?? ''), NASTY_TEXTS), []);
});

inBrowser('Mermaid shows states, events and actors under their names, whatever the names', async (t) => {
  const keys = NASTY_TEXTS.filter((text) => text !== '__proto__');
  const states = keys.map((text, index) => [
    text,
    { id: `i${index}`, on: { [`${text}!`]: `#i${(index + 1) % keys.length}` }, invoke: { src: `${text}?` } },
  ]);
  const machine = createMachine({ id: 'm', initial: keys[0] as string, states: Object.fromEntries(states) });
  const shown = await textsInMermaid(machineToMermaid(machine));
  t.deepEqual(
    missingFrom(
      shown,
      keys.flatMap((text) => [text, `${text}!`, `invokes ${text}?`]),
    ),
    [],
  );
});

/** Names that mean something in the grammar of state diagrams, and to JavaScript. */
const KEYWORDS = [
  ...['state', 'State', 'note', 'class', 'classDef', 'click', 'href', 'style', 'scale', 'default', 'root', 'stateDiagram'],
  ...['accTitle', 'accDescr', 'direction', 'hide', 'as', 'end', 'fork', 'join', 'choice', 'divider', 'start', 'id', '1'],
  ...['constructor', 'toString', 'hasOwnProperty', 'valueOf', 'isPrototypeOf', 'stateful', 'notes', 'classy', 'scaled'],
];

inBrowser('Mermaid takes no state for a keyword', async (t) => {
  const states = KEYWORDS.map((key, index) => [
    key,
    { initial: key, states: { [key]: {} }, on: { go: KEYWORDS[(index + 1) % KEYWORDS.length] } },
  ]);
  for (const id of ['root', 'state']) {
    const machine = createMachine({ id, initial: 'id', states: Object.fromEntries(states), on: { reset: '.id' } });
    const shown = await textsInMermaid(machineToMermaid(machine));
    for (const key of KEYWORDS) {
      t.true(shown.filter((text) => text === key || text.startsWith(`${key} (`)).length >= 2, key);
    }
  }
});

const KINDS: Readonly<Record<string, [machine: AnyStateMachine, ...texts: string[]]>> = {
  'a compound state that invokes': [
    createMachine({
      initial: 'active',
      states: { active: { invoke: { src: load }, initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } } },
    }),
    ...['active (invokes an actor)', 'a', 'b', 'go'],
  ],
  'a parallel state that invokes, and whose regions do': [
    createMachine({
      type: 'parallel',
      id: 'm',
      invoke: { src: 'one', onDone: '.p.x' },
      states: {
        p: { invoke: [{ src: 'two' }, { src: 'three' }], initial: 'x', states: { x: { invoke: { src: 'four' } } } },
        q: { type: 'parallel', states: { r: {}, s: { on: { go: '#m.p.x' } } } },
      },
    }),
    ...['m (invokes one, done of 0.m → p.x)', 'p (invokes two, invokes three)', 'invokes four', 'go'],
  ],
  'a machine with events of its own': [
    createMachine({
      id: 'm',
      initial: 'a',
      on: { reset: '.a', '*': '.b.c', stay: {} },
      states: { a: {}, b: { initial: 'c', states: { c: {} } } },
    }),
    ...['m (reset → a, * → b.c)', 'stay'],
  ],
  'a machine without states': [createMachine({ id: 'm', on: { go: {} }, invoke: { src: 'load' } }), 'm', 'invokes loadgo'],
  'a machine whose only state has its name': [
    createMachine({ id: 'm', initial: 'm', states: { m: {} }, on: { go: '.m' } }),
    ...['m (go → m)', 'm'],
  ],
  'final states, history, delays, and the end of a compound state': [
    createMachine({
      initial: 'on',
      states: {
        on: {
          initial: 'x',
          tags: ['busy'],
          description: 'a "description": %%',
          states: {
            x: { after: { 1000: 'y' }, always: { guard: 'late', target: 'y' } },
            y: { type: 'final' },
            deep: { type: 'history', history: 'deep' },
          },
          onDone: 'off',
          on: { again: { target: 'on', reenter: true } },
        },
        off: { on: { resume: 'on.deep' }, tags: 'idle' },
      },
    }),
    ...['deep (history)', 'after 1000always [late]', 'again', 'resume'],
  ],
};

for (const [kind, [machine, ...texts]] of Object.entries(KINDS)) {
  inBrowser(`Mermaid renders ${kind}`, async (t) => {
    const shown = await textsInMermaid(machineToMermaid(machine));
    t.deepEqual(missingFrom(shown, texts), [], JSON.stringify(shown));
  });
}

inBrowser('Mermaid renders any machine, with all of its states', async (t) => {
  await fc.assert(
    fc.asyncProperty(arbitraryMachine, async (machine) => {
      t.deepEqual(missingFrom(await textsInMermaid(machineToMermaid(machine)), keysOf(machine)), []);
    }),
    { numRuns: 40, seed: 12 },
  );
});

test('Graphviz tells all tasks apart, whatever their names', async (t) => {
  t.deepEqual(await sizeOf(toDot(nasty)), { nodes: nasty.length, edges: nasty.length - 1 });
});

const PAGES = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((file) => `docs/${file}`)];
const diagrams = PAGES.filter((page) => page.endsWith('.md')).flatMap((page) =>
  [...readFileSync(page, 'utf8').matchAll(/^```mermaid\n(.*?)^```/gms)].map(([, diagram = '']) => ({ page, diagram })),
);

for (const [index, { page, diagram }] of diagrams.entries()) {
  test(`Mermaid renders diagram ${index + 1} of the docs, in ${page}`, async (t) => {
    await parsesInMermaid(t, diagram);
  });
}

test('the docs have diagrams', (t) => {
  t.true(diagrams.length >= 2);
});
