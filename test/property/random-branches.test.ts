import '../helpers/still-time.ts';
import assert from 'node:assert/strict';
import test from 'ava';
import fc from 'fast-check';
import { type Interpreter, type JobEvent, type JobResult, run } from 'tintype';
import { MemoryStore } from '../helpers/memory-store.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';
import { judge, judgeEvents, type Log } from './branch-judge.ts';
import { type BranchProcess, type BranchStory, branchStories, type Calls, definitions } from './branch-stories.ts';
import { isMissing, nextProcess, seed } from './next-process.ts';

const OPTIONS = { backoff: 0, retryIf: true, id: 'job' } as const;

function logOf(): Log & Calls {
  const log: Log = { calls: [], asked: [] };
  return {
    ...log,
    onCall: (...call) => void log.calls.push(call),
    onCondition: (...question) => void log.asked.push(question),
  };
}

async function play(
  story: BranchStory,
  interpreter: Interpreter,
): Promise<{ result: JobResult; log: Log; events: JobEvent[] }> {
  const { initial: context, onFailure, cancelAfter, last } = story;
  const clock = new SteppedClock();
  const log = logOf();
  const events: JobEvent[] = [];
  const options = { ...OPTIONS, context, onFailure, interpreter, clock, maxConcurrency: last.maxConcurrency };
  const job = run(definitions(story, last, clock, log), options);
  job.on('*', (event) => {
    events.push(event);
    if (events.length === cancelAfter) {
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
    add({ state, tasks, failures }: JobResult) {
      const reasons = new Set(
        Array.from(tasks.values(), ({ state: of, reason }) => (of === 'skipped' ? `skipped: ${reason}` : of)),
      );
      for (const what of [`job ${state}`, ...(failures.length > 1 ? ['several failures'] : []), ...reasons]) {
        counts[what] = (counts[what] ?? 0) + 1;
      }
    },
  };
}

const COMMON = [
  'job completed',
  'job failed',
  'several failures',
  'completed',
  'failed',
  'cancelled',
  'skipped: condition',
  'skipped: dependency',
  'skipped: jobFailed',
];

test('a random graph with edges of all kinds, conditions and policies matches the oracle, with both interpreters', async (t) => {
  const { counts, add } = tally();
  await fc.assert(
    fc.asyncProperty(branchStories, async (story) => {
      const { result, log, events } = await play(story, 'compiled');
      judge(story, result, log);
      judgeEvents(story, events);
      add(result);
      assert.deepEqual((await play(story, 'xstate')).events, events);
    }),
    { numRuns: 1000, includeErrorInReport: true, ...seed },
  );
  t.deepEqual(isMissing(counts, ...COMMON, 'job cancelled'), []);
});

const endsOf = ({ tasks }: JobResult) =>
  Array.from(tasks.values(), ({ state, reason, origin }) => [state, reason, origin].join(' '));

/**
 * Checks that the tasks of a job ended in the same way when it was resumed. If a failure stopped the job, it isn't saved what came before it in
 * the same millisecond: a task that was stopped may have been decided then, and the other way round.
 */
function sameEnds(first: JobResult, again: JobResult, isStopped: boolean): void {
  const [before, after] = [endsOf(first), endsOf(again)];
  for (const [index, end] of before.entries()) {
    const isOpen = isStopped && [end, after[index] as string].some((one) => one.includes('jobFailed'));
    assert.equal(after[index], isOpen ? after[index] : end);
  }
}

const endOf = (result: JobResult): string => (result.state === 'detached' ? `detached: ${result.error.message}` : result.state);

/** Which conditions are saved. */
const decidedIn = (store: MemoryStore) =>
  new Set(store.rows.get('job')?.attempts.flatMap(({ task, attempt }) => (attempt === 0 ? [task] : [])));

const completedIn = (store: MemoryStore) =>
  new Set(
    store.rows.get('job')?.attempts.flatMap(({ task, outcome }) => (outcome?.type === 'attempt.succeeded' ? [task] : [])),
  );

/** Lets a job go on in one process, which may die. */
async function proceed(story: BranchStory, process: BranchProcess, index: number, store: MemoryStore, log: Log) {
  const [decided, completed] = [decidedIn(store), completedIn(store)];
  const calls: Calls = {
    onCall(...call) {
      assert.ok(!completed.has(call[0]), `${call[0]} is called again`);
      log.calls.push(call);
    },
    onCondition(...question) {
      assert.ok(!decided.has(question[0]), `${question[0]} is decided again`);
      log.asked.push(question);
    },
  };
  const { initial: context, onFailure } = story;
  const define = (clock: SteppedClock) => definitions(story, process, clock, calls);
  return nextProcess({ story, process, index, store, options: { ...OPTIONS, context, onFailure }, define });
}

test('wherever processes die, the job matches the oracle, decides nothing twice, and ends the same way when resumed', async (t) => {
  const { counts, add } = tally();
  let resumed = 0;
  await fc.assert(
    fc.asyncProperty(branchStories, async (story) => {
      const store = new MemoryStore();
      const log = logOf();
      let result: JobResult | undefined;
      for (const [index, process] of [...story.processes, story.last].entries()) {
        const ended = await proceed(story, process, index, store, log);
        resumed += ended === 'died' ? 1 : 0;
        result = ended === 'died' ? undefined : ended;
      }
      const last = result as JobResult;
      judge(story, last, log);
      add(last);
      const again = logOf();
      const repeated = (await proceed(story, story.last, story.processes.length + 1, store, again)) as JobResult;
      assert.equal(endOf(repeated), endOf(last));
      sameEnds(last, repeated, last.state === 'failed' && story.onFailure !== 'keepGoing');
      assert.deepEqual(repeated.failures.map(({ task }) => task).toSorted(), last.failures.map(({ task }) => task).toSorted());
      assert.deepEqual({ ...repeated.context }, { ...last.context });
      assert.deepEqual([again.calls, again.asked], [[], []]);
    }),
    { numRuns: 600, includeErrorInReport: true, ...seed },
  );
  t.deepEqual(isMissing(counts, ...COMMON), []);
  t.true(resumed > 100, `${resumed} processes died`);
});

for (const [title, change] of [
  ['every dependency has to complete', (task) => ({ ...task, completed: [...task.completed, ...task.settled], settled: [] })],
  ['one of all is enough', (task) => ({ ...task, anyOf: task.anyOf.length === 0 ? [] : [task.anyOf.flat()] })],
  ['no task has a condition', (task) => ({ ...task, when: undefined })],
  ['no failure is tolerated', (task) => ({ ...task, continueOnFailure: false })],
  ['every condition is about another key', (task) => ({ ...task, when: Array.isArray(task.when) ? [] : task.when })],
] as const satisfies [string, (task: BranchStory['tasks'][number]) => BranchStory['tasks'][number]][]) {
  test(`the property fails if in the jobs ${title}`, async (t) => {
    const property = fc.asyncProperty(branchStories, async (story) => {
      const { result, log } = await play({ ...story, tasks: story.tasks.map(change) }, 'compiled');
      judge(story, result, log);
    });
    await t.throwsAsync(fc.assert(property, { numRuns: 500, seed: 1, endOnFailure: true }));
  });
}
