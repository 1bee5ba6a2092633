import '../helpers/still-time.ts';
import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type Interpreter, type JobEvent, type JobResult, run } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';
import type { BranchProcess } from './branch-stories.ts';
import { type EndingLog, judgeEnding } from './ending-judge.ts';
import { type EndingCalls, type EndingStory, endingDefinitions, endingStories } from './ending-stories.ts';
import { isMissing, nextProcess, seed } from './next-process.ts';

const OPTIONS = { backoff: 0, retryIf: true, id: 'job' } as const;

type Recorded = EndingLog & EndingCalls;

function logOf(): Recorded {
  const log: EndingLog = {
    calls: [],
    asked: [],
    undone: [],
    endings: [],
    beats: [],
    before: new Map(),
    acted: new Set(),
    unclear: new Set(),
  };
  return {
    ...log,
    onCall: (...call) => void log.calls.push(call),
    onCondition: (...question) => void log.asked.push(question),
    onUndo: (...call) => void log.undone.push(call),
    onFinal: (ending) => void log.endings.push(ending),
    onBeat: (beat) => void log.beats.push(beat),
  };
}

/** Notes what can be told from an event. */
function note({ before, acted, beats }: EndingLog, event: JobEvent): void {
  if (event.type === 'task.undoing' && event.from !== 'undoing' && event.from !== 'skipped') {
    before.set(event.task, event.from);
  }
  const isCalled = (name: string, number: number) =>
    beats.some(({ kind, task, attempt }) => kind === 'task' && task === name && attempt === number);
  if (event.type === 'task.cancelled' && event.from === 'running' && isCalled(event.task, event.attempt)) {
    acted.add(event.task);
  }
}

const optionsOf = ({ onFailure, undoneEnds, initial: context }: EndingStory) => ({
  ...OPTIONS,
  onFailure,
  context,
  ...(undoneEnds !== undefined && { undo: undoneEnds }),
});

async function play(story: EndingStory, interpreter: Interpreter) {
  const clock = new SteppedClock();
  const log = logOf();
  const events: JobEvent[] = [];
  const { maxConcurrency } = story.last;
  const job = run(endingDefinitions(story, story.last, clock, log), {
    ...optionsOf(story),
    interpreter,
    clock,
    maxConcurrency,
  });
  job.on('*', (event) => {
    events.push(event);
    note(log, event);
    if (events.length === story.cancelAfter) {
      job.cancel();
    }
  });
  return { result: await withTime(clock, job), log, events };
}

/** Counts what the stories had, so that a property that tests nothing is noticed. */
function tally() {
  const counts: Record<string, number> = {};
  return {
    counts,
    add({ state, undo, tasks, failures }: JobResult) {
      const states = new Set(Array.from(tasks.values(), ({ task, state: of }) => `${task[0]} ${of}`));
      const failed = failures.some(({ task }) => task.startsWith('f')) ? ['a finally task fails the job'] : [];
      for (const what of [`job ${state}`, `undo ${undo}`, ...failed, ...states]) {
        counts[what] = (counts[what] ?? 0) + 1;
      }
    },
  };
}

const COMMON = [
  ...['completed', 'failed'].map((state) => `job ${state}`),
  ...['none', 'done', 'incomplete'].map((undo) => `undo ${undo}`),
  ...['undone', 'undoFailed', 'completed', 'failed', 'cancelled', 'skipped'].map((state) => `t ${state}`),
  ...['completed', 'failed', 'skipped'].map((state) => `f ${state}`),
  'a finally task fails the job',
];

test('the undo and finish of a random job match the oracle, with both interpreters', async (t) => {
  const { counts, add } = tally();
  await fc.assert(
    fc.asyncProperty(endingStories, async (story) => {
      const { result, log, events } = await play(story, 'compiled');
      judgeEnding(story, result, log);
      add(result);
      assert.deepEqual((await play(story, 'xstate')).events, events);
    }),
    { numRuns: 1000, includeErrorInReport: true, ...seed },
  );
  t.deepEqual(isMissing(counts, ...COMMON, 'job cancelled'), []);
});

const attemptsIn = (store: MemoryStore) => store.rows.get('job')?.attempts ?? [];

/** The tasks of which an attempt has started, and its outcome isn't saved. */
const openIn = (store: MemoryStore) =>
  attemptsIn(store).flatMap(({ task, attempt, outcome }) => (attempt > 0 && outcome === undefined ? [task] : []));

const doneIn = (store: MemoryStore) =>
  new Set(
    attemptsIn(store).flatMap(({ task, attempt, outcome }) =>
      outcome?.type === 'attempt.succeeded' ? [attempt < 0 ? `undo ${task}` : task] : [],
    ),
  );

/** Lets a job go on in one process, which may die. */
async function proceed(story: EndingStory, process: BranchProcess, index: number, store: MemoryStore, log: Recorded) {
  const done = doneIn(store);
  // Whether a task that was stopped had called its function is saved only as far as it is undone.
  const row = store.rows.get('job');
  const isEnding = row?.ending !== undefined || (row !== undefined && row.state !== 'running');
  for (const task of openIn(store)) {
    (isEnding ? log.unclear : log.acted).add(task);
  }
  const calls: EndingCalls = {
    ...log,
    onCall(task, ...rest) {
      assert.ok(!done.has(task), `${task} is called again`);
      log.onCall(task, ...rest);
    },
    onUndo(task, ...rest) {
      assert.ok(!done.has(`undo ${task}`), `${task} is undone again`);
      log.onUndo(task, ...rest);
    },
  };
  return nextProcess({
    story,
    process,
    index,
    store,
    options: optionsOf(story),
    define: (clock) => endingDefinitions(story, process, clock, calls),
    onEvent: (event) => note(log, event),
  });
}

test('wherever processes die, the undo and finish of a random job match the oracle, and nothing saved is called again', async (t) => {
  const { counts, add } = tally();
  let resumed = 0;
  await fc.assert(
    fc.asyncProperty(endingStories, async (story) => {
      const store = new MemoryStore();
      const log = logOf();
      let result: JobResult | undefined;
      for (const [index, process] of [...story.processes, story.last].entries()) {
        const ended = await proceed(story, process, index, store, log);
        resumed += ended === 'died' ? 1 : 0;
        result = ended === 'died' ? undefined : ended;
      }
      for (const task of openIn(store)) {
        log.unclear.add(task);
      }
      judgeEnding(story, result as JobResult, log);
      add(result as JobResult);
      const again = logOf();
      const repeated = (await proceed(story, story.last, story.processes.length + 1, store, again)) as JobResult;
      assert.deepEqual(summaryOf(repeated), summaryOf(result as JobResult));
      assert.deepEqual([again.beats, again.asked], [[], []]);
    }),
    { numRuns: 1000, includeErrorInReport: true, ...seed },
  );
  t.deepEqual(isMissing(counts, ...COMMON), []);
  t.true(resumed > 100, `${resumed} processes died`);
});

const summaryOf = ({ state, undo, failures, context, tasks }: JobResult) => ({
  state,
  undo,
  failures: failures.map(({ task }) => task).toSorted(),
  context: { ...context },
  undone: Array.from(tasks.values(), ({ task, state: of }) => (of.startsWith('undo') ? `${task} ${of}` : task)),
});

for (const [title, change] of [
  ['no task can be undone', (story) => ({ ...story, undo: Object.fromEntries(story.tasks.map(({ name }) => [name, 'none'])) })],
  ['every undo works', (story) => ({ ...story, undo: Object.fromEntries(story.tasks.map(({ name }) => [name, 'works'])) })],
  ['tasks are undone at other ends', (story) => ({ ...story, undoneEnds: story.undoneEnds === false ? undefined : false })],
  ['no finally task fails', (story) => ({ ...story, finals: story.finals.map((task) => ({ ...task, fails: false })) })],
  ['finally tasks see no other values', (story) => ({ ...story, finals: story.finals.map((task) => ({ ...task, keys: [] })) })],
] as const satisfies [string, (story: EndingStory) => EndingStory][]) {
  test(`the property fails if in the jobs ${title}`, async (t) => {
    const property = fc.asyncProperty(endingStories, async (story) => {
      const { result, log } = await play(change(story), 'compiled');
      judgeEnding(story, result, log);
    });
    await t.throwsAsync(fc.assert(property, { numRuns: 500, seed: 1, endOnFailure: true }));
  });
}
