import test from 'ava';
import { InvalidWorkflowError, run, type TaskDefinition, workflow } from 'tintype';
import { machineToMermaid, toDot, toMermaid } from 'tintype/diagrams';
import { taskMachine } from 'tintype/machines';
import { createMachine, fromPromise, not, or, setup } from 'xstate';
import { sizeOf, svgOf } from '../helpers/graphviz.ts';
import { parsesInMermaid } from '../helpers/mermaid.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

const nothing = () => {};
const forever = () => new Promise<undefined>(() => {});

const flow = workflow('flow')
  .task({ name: 'a', run: nothing })
  .task({ name: 'b', dependencies: ['a'], run: nothing })
  .task({ name: 'c', dependencies: ['a', 'b'], continueOnFailure: true, run: nothing });

test('the tasks of a workflow are drawn for Mermaid, the optional ones dashed', async (t) => {
  t.is(
    toMermaid(flow),
    `flowchart TD
  t0["a"]
  t1["b"]
  t2["c"]
  t0 --> t1
  t0 --> t2
  t1 --> t2
  classDef optional stroke-dasharray:4 3
  class t2 optional`,
  );
  await parsesInMermaid(t, toMermaid(flow));
});

test('the tasks of a workflow are drawn in DOT, the optional ones dashed', async (t) => {
  t.is(
    toDot(flow),
    `digraph {
  graph [rankdir=TB]
  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif", fontsize=11]
  "a" [label="a"]
  "b" [label="b"]
  "c" [label="c", style="rounded,filled,dashed"]
  "a" -> "b"
  "a" -> "c"
  "b" -> "c"
}`,
  );
  await t.notThrowsAsync(svgOf(toDot(flow)));
});

const trip = workflow('trip')
  .task({ name: 'flight', run: () => ({ flight: 1 }), undo: nothing })
  .task({ name: 'hotel', run: () => ({ hotel: 1 }), undo: { run: () => Promise.reject('closed'), maxRetries: 1, backoff: 0 } })
  .task({ name: 'car', dependencies: ['flight', 'hotel'], run: () => ({ car: 1 }), undo: nothing })
  .task({ name: 'pay', dependencies: ['car'], maxRetries: 0, run: () => Promise.reject('declined') })
  .task({ name: 'close', finally: true, run: nothing })
  .task({ name: 'letter', finally: true, dependencies: ['close'], run: nothing });

test('finally tasks are in a box below all others, and tasks that can be undone are marked', async (t) => {
  t.is(
    toMermaid(trip),
    `flowchart TD
  t0["flight<br/>has undo"]
  t1["hotel<br/>has undo"]
  t2["car<br/>has undo"]
  t3["pay"]
  subgraph finally
    t4["close"]
    t5["letter"]
  end
  t0 --> t2
  t1 --> t2
  t2 --> t3
  t4 --> t5
  t3 ~~~ t4
  classDef optional stroke-dasharray:4 3
  style finally fill:transparent,stroke:#888888,stroke-dasharray:4 3`,
  );
  t.is(
    toDot(trip),
    `digraph {
  graph [rankdir=TB]
  node [shape=box, style="rounded,filled", fillcolor="#ffffff", fontname="sans-serif", fontsize=11]
  "flight" [label="flight\\nhas undo"]
  "hotel" [label="hotel\\nhas undo"]
  "car" [label="car\\nhas undo"]
  "pay" [label="pay"]
  subgraph cluster_finally {
    label="finally"
    fontname="sans-serif"
    fontsize=11
    style="rounded,dashed"
    color="#888888"
    "close" [label="close"]
    "letter" [label="letter"]
  }
  "flight" -> "car"
  "hotel" -> "car"
  "car" -> "pay"
  "close" -> "letter"
  "pay" -> "close" [style=invis]
}`,
  );
  await parsesInMermaid(t, toMermaid(trip));
  await t.notThrowsAsync(svgOf(toDot(trip)));
});

test('a workflow of nothing but finally tasks is drawn', async (t) => {
  const tasks: TaskDefinition[] = [{ name: 'end', finally: true, run: nothing }];
  t.false(toMermaid(tasks).includes('~~~'));
  await parsesInMermaid(t, toMermaid(tasks));
  await t.notThrowsAsync(svgOf(toDot(tasks)));
});

test('the states of tasks that were undone are drawn, and why one was not', async (t) => {
  const clock = new SteppedClock();
  const result = await withTime(clock, run(trip, { clock }));
  const nodes = toMermaid(trip, result)
    .split('\n')
    .filter((line) => line.includes('["'))
    .map((line) => line.trim());
  t.deepEqual(nodes, [
    't0["flight<br/>has undo<br/>↩ undone, 0 ms"]:::undone',
    't1["hotel<br/>has undo<br/>✘ undoFailed, 0 ms, 2 attempts to undo"]:::undoFailed',
    't2["car<br/>has undo<br/>↩ undone, 0 ms"]:::undone',
    't3["pay<br/>✘ failed, 0 ms"]:::failed',
    't4["close<br/>✔ completed, 0 ms"]:::completed',
    't5["letter<br/>✔ completed, 0 ms"]:::completed',
  ]);
  t.true(toDot(trip, result).includes('fillcolor="#cfd8dc"'));
  const tasks: TaskDefinition[] = [
    { name: 'a', run: nothing, undo: nothing },
    { name: 'b', dependencies: ['a'], run: nothing, undo: { run: () => Promise.reject('no'), maxRetries: 0 } },
    { name: 'c', dependencies: ['b'], maxRetries: 0, run: () => Promise.reject('no') },
  ];
  const left = await withTime(clock, run(tasks, { clock }));
  t.true(toDot(tasks, left).includes('✔ completed, 0 ms, not undone: undo of b failed"'));
});

const branches = workflow('branches')
  .task({ name: 'risk', run: () => ({ route: 'auto', level: 2 }) })
  .task({ name: 'review', dependencies: ['risk'], when: { risk: { route: 'manual' } }, run: () => ({ approval: 'ada' }) })
  .task({
    name: 'approve',
    dependencies: ['risk'],
    when: { risk: { route: ['auto', 'skip it'], level: [1, 2] } },
    run: () => ({ approval: 'auto' }),
  })
  .task({ name: 'garnish', continueOnFailure: true, run: () => Promise.reject('no'), maxRetries: 0 })
  .task({
    name: 'ship',
    dependencies: ['risk', { settled: 'garnish' }, { anyOf: ['review', 'approve'] }],
    when: ({ route }) => route !== 'none',
    run: nothing,
  })
  .task({ name: 'audit', dependencies: [{ settled: 'review' }], when: { review: { approval: 'ada' } }, run: nothing })
  .task({
    name: 'letter',
    dependencies: [{ anyOf: ['review', 'audit'] }, { anyOf: ['garnish'] }],
    when: { review: { approval: ['ada', 'bob'] } },
    run: nothing,
  });

test('edges are drawn by kind for Mermaid, with conditions on the arrow or the task', async (t) => {
  t.is(
    toMermaid(branches),
    `flowchart TD
  t0["risk"]
  t1["review"]
  t2["approve"]
  t3["garnish"]
  t4["ship<br/>when"]
  t5["audit"]
  t6["letter<br/>when review.approval is ada or bob"]
  j0{"any"}
  j1{"any"}
  j2{"any"}
  t0 -->|"when route is manual"| t1
  t0 -->|"when route is auto or #34;skip it#34; and level is 1 or 2"| t2
  t0 --> t4
  t3 -.-> t4
  t1 -.->|"when approval is ada"| t5
  t1 --> j0
  t2 --> j0
  j0 --> t4
  t1 --> j1
  t5 --> j1
  j1 --> t6
  t3 --> j2
  j2 --> t6
  classDef optional stroke-dasharray:4 3
  class t3 optional`,
  );
  await parsesInMermaid(t, toMermaid(branches));
});

test('edges are drawn by kind in DOT, with conditions on the arrow or the task', async (t) => {
  const dot = toDot(branches);
  for (const line of [
    '  edge [fontname="sans-serif", fontsize=10]',
    String.raw`  "ship" [label="ship\nwhen"]`,
    '  "risk" -> "review" [label="when route is manual"]',
    String.raw`  "risk" -> "approve" [label="when route is auto or \"skip it\" and level is 1 or 2"]`,
    '  "risk" -> "ship"',
    '  "garnish" -> "ship" [style=dashed]',
    '  "review" -> "audit" [style=dashed, label="when approval is ada"]',
    '  "any for ship" [label="any", shape=diamond, style=filled, margin=0, fontsize=9]',
    '  "review" -> "any for ship"',
    '  "any for ship" -> "ship"',
    `  "any for letter'" -> "letter"`,
  ]) {
    t.true(dot.split('\n').includes(line), line);
  }
  t.deepEqual(await sizeOf(dot), { nodes: 7 + 3, edges: 5 + 5 + 3 });
});

test('what was skipped is dimmed, with the reason, and so are the arrows from and to it', async (t) => {
  const result = await run(branches);
  t.is(result.state, 'completed');
  const mermaid = toMermaid(branches, result)
    .replaceAll(/, \d+ ms/g, '')
    .split('\n');
  for (const line of [
    '  t1["review<br/>– skipped#58; its condition"]:::skipped',
    '  t5["audit<br/>– skipped#58; its condition"]:::skipped',
    '  t6["letter<br/>when review.approval is ada or bob<br/>– skipped#58; review was skipped"]:::skipped',
    '  j0{"any"}',
    '  j1{"any"}:::skipped',
    '  j2{"any"}:::skipped',
    '  classDef skipped fill:#f4f4f4,stroke:#bbbbbb,color:#666666',
    '  linkStyle 0,4,5,8,9,10,11,12 stroke:#bbbbbb,color:#666666',
  ]) {
    t.true(mermaid.includes(line), line);
  }
  await parsesInMermaid(t, toMermaid(branches, result));
  const dot = toDot(branches, result).split('\n');
  for (const line of [
    String.raw`  "review" [label="review\n– skipped: its condition", fillcolor="#f4f4f4", color="#bbbbbb", fontcolor="#666666"]`,
    '  "review" -> "any for ship" [color="#bbbbbb", fontcolor="#666666"]',
    '  "any for ship" -> "ship"',
    '  "garnish" -> "ship" [style=dashed]',
  ]) {
    t.true(dot.includes(line), line);
  }
  await t.notThrowsAsync(svgOf(dot.join('\n')));
  const settling: readonly TaskDefinition[] = [
    { name: 'settle', continueOnFailure: true, run: () => Promise.reject('no'), maxRetries: 0 },
    { name: 'ship', dependencies: ['settle'], run: nothing },
  ];
  t.true(toMermaid(settling, await run(settling)).includes('skipped#58; settle failed'));
});

test('a join never has the name of a task', async (t) => {
  const tasks = [
    { name: 'a', run: nothing },
    { name: 'any for b', run: nothing },
    { name: 'b', dependencies: [{ anyOf: ['a'] }], run: nothing },
  ];
  t.deepEqual(await sizeOf(toDot(tasks)), { nodes: 4, edges: 2 });
});

/** Between them in all states. */
const TASKS: readonly TaskDefinition[] = [
  { name: 'completed', run: (_, { attempt }) => (attempt === 1 ? Promise.reject('again') : undefined), backoff: 7 },
  { name: 'failed', run: () => Promise.reject('no'), maxRetries: 0, continueOnFailure: true },
  { name: 'backingOff', run: () => Promise.reject('no'), backoff: 100 },
  { name: 'running', run: forever },
  { name: 'ready', run: forever },
  { name: 'unscheduled', run: nothing, dependencies: ['ready'] },
];

test('a job is drawn with the states, attempts and times of its tasks, while it runs and by its result', async (t) => {
  const clock = new SteppedClock();
  const job = run(TASKS, { clock, maxConcurrency: 3 });
  await settle();
  const notes = () => [...toMermaid(TASKS, job).matchAll(/<br\/>(.*)"\]:::(.*)/g)].map(([, note, state]) => [note, state]);
  t.deepEqual(notes(), [
    ['↻ backingOff', 'backingOff'],
    ['✘ failed, 0 ms', 'failed'],
    ['↻ backingOff', 'backingOff'],
    ['▶ running', 'running'],
    ['▶ running', 'running'],
    ['· unscheduled', 'unscheduled'],
  ]);
  t.true(
    toDot(TASKS, job).includes(String.raw`"failed" [label="failed\n✘ failed, 0 ms", style="rounded,filled,dashed", fillcolor=`),
  );
  await parsesInMermaid(t, toMermaid(TASKS, job));
  await t.notThrowsAsync(svgOf(toDot(TASKS, job)));
  clock.increment(7);
  await settle();
  t.deepEqual(notes()[0], ['✔ completed, 2 attempts, 7 ms', 'completed']);
  job.cancel();
  const result = await withTime(clock, job);
  t.deepEqual(
    notes().map(([note]) => note),
    [
      '✔ completed, 2 attempts, 7 ms',
      '✘ failed, 0 ms',
      '■ cancelled, 7 ms',
      '■ cancelled, 7 ms',
      '■ cancelled, 7 ms',
      '– skipped',
    ],
  );
  await parsesInMermaid(t, toMermaid(TASKS, result));
  t.is(toMermaid(TASKS, result), toMermaid(TASKS, job));
  t.is(toDot(TASKS, job.snapshot()), toDot(TASKS, result));
});

const NASTY = ['a"b', '<b>x</b>', 'c;d#e', 'f\ng', '`h`', 'end', '__proto__', '\\p\\', '&amp;', '{m}|n', '\0', ' ', '"];x["'];
const nasty = NASTY.map((name, index) => ({
  name,
  run: nothing,
  dependencies: index === 0 ? [] : [NASTY[index - 1] as string],
}));

test('no name of a task is taken for a part of a drawing', async (t) => {
  t.deepEqual(await sizeOf(toDot(nasty)), { nodes: NASTY.length, edges: NASTY.length - 1 });
  t.false((await svgOf(toDot(nasty))).includes('<b>'));
  await parsesInMermaid(t, toMermaid(nasty));
  const lines = toMermaid(nasty).split('\n');
  t.is(lines.length, 1 + NASTY.length + (NASTY.length - 1) + 1);
  t.true(lines.slice(1, NASTY.length + 1).every((line) => /^ {2}t\d+\["[^"<>`\\;&]*(#\d+;[^"<>`\\;&]*)*"\]$/.test(line)));
});

test('tasks that can not be run are not drawn', (t) => {
  const tasks = [{ name: 'a', run: nothing, dependencies: ['ice'] }];
  t.throws(() => toMermaid(tasks), {
    instanceOf: InvalidWorkflowError,
    message: 'Task `a` depends on `ice`, which is not defined',
  });
  t.throws(() => toDot(tasks), { instanceOf: InvalidWorkflowError });
});

test('the machine of a task is drawn with its guards and delays', async (t) => {
  await parsesInMermaid(t, machineToMermaid(taskMachine));
  const lines = machineToMermaid(taskMachine).split('\n');
  t.true(lines.includes('  ready --> running__timed : slot.granted [hasTimeout]'));
  t.true(lines.includes('  running --> ready : attempt.failed [isCurrentAttempt and hasRetriesLeft]'));
  t.true(lines.includes('    running__timed : after attemptTimeout'));
  t.true(lines.includes('  backingOff --> ready : after backoff'));
});

test('any machine is drawn: with invoked actors, parallel states, history, ends, and all kinds of guards', async (t) => {
  const wait = fromPromise(async () => {});
  const machine = setup({ actors: { wait }, guards: { ok: () => true, late: () => true } }).createMachine({
    id: 'odd one',
    type: 'parallel',
    states: {
      'a b': {
        initial: 'x-1',
        on: { again: { guard: () => true } },
        states: {
          'x-1': { on: { go: 'y', turn: 'y' }, after: { 500: { guard: not('late'), target: 'y' } } },
          y: { type: 'final' },
          h: { type: 'history' },
        },
      },
      c: { invoke: { id: 'w', src: 'wait', onDone: { guard: or(['ok', 'late']), target: '#d' } } },
      d: { id: 'd', always: { guard: 'ok' } },
    },
  });
  t.is(
    machineToMermaid(machine),
    `stateDiagram-v2
  state "odd one" as odd_32_one {
    state "a b" as a_32_b {
      [*] --> a_32_b__x_45_1
      state "x-1" as a_32_b__x_45_1
      state "y" as a_32_b__y
      a_32_b__y --> [*]
      state "h (history)" as a_32_b__h
    }
    --
    state "c" as c
    c : invokes wait
    --
    state "d" as d
    d : always [ok]
  }
  a_32_b --> a_32_b : again [guard]
  a_32_b__x_45_1 --> a_32_b__y : go<br/>turn<br/>after 500 [not late]
  c --> d : done of w [ok or late]`,
  );
  await parsesInMermaid(t, machineToMermaid(machine));
  t.is(
    machineToMermaid(createMachine({ id: 'm', initial: 's', states: { s: { invoke: { src: wait } } } }))
      .split('\n')
      .at(-1),
    '  s : invokes an actor',
  );
});

test('tasks whose names differ only in what DOT can not take are drawn as two', async (t) => {
  const tasks = ['a\rb', 'ab', '\0'].map((name) => ({ name, run: nothing }));
  t.is((await sizeOf(toDot(tasks))).nodes, 3);
});
