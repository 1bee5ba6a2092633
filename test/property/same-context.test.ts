import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { type Job, type JobResult, resume, run, type TaskDefinition } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { type Death, mortal } from '../helpers/mortal-store.ts';
import { SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';
import { expectedContexts, type GraphTask, outputOf, type Values } from './graph-context.ts';

/** How a process goes: how long each call takes, its limit, and when it dies. */
interface Process {
  /** For each call in turn: 0 returns at once, 1 in a microtask, more after so many turns of the event loop. */
  readonly delays: readonly number[];
  readonly maxConcurrency: number;
  readonly end: (Death & { readonly kind: 'dies' }) | { readonly kind: 'suspends'; readonly turns: number };
}

interface Story {
  readonly tasks: readonly GraphTask[];
  readonly initial: Values;
  /** The processes that don't live to see the end of the job, and the one that does. */
  readonly processes: readonly Process[];
  readonly last: Process;
}

const KEYS = ['k0', 'k1', 'k2', 'constructor'];
const MAX_TASKS = 8;

const process: fc.Arbitrary<Process> = fc.record({
  delays: fc.array(fc.nat(4), { minLength: 1, maxLength: 12 }),
  maxConcurrency: fc.integer({ min: 1, max: 4 }),
  end: fc.oneof(
    fc.record({ kind: fc.constant('dies' as const), call: fc.integer({ min: 2, max: 25 }), isLate: fc.boolean() }),
    fc.record({ kind: fc.constant('suspends' as const), turns: fc.nat(12) }),
  ),
});

const rawTask = fc.record({
  /** Which of the tasks before it, by rank, it depends on. */
  links: fc.array(fc.boolean(), { minLength: MAX_TASKS, maxLength: MAX_TASKS }),
  keys: fc.subarray(KEYS),
  failures: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
  fails: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  /** Where it is defined, which need not be after its dependencies. */
  place: fc.nat(99),
});

const tasks = fc.array(rawTask, { minLength: 2, maxLength: MAX_TASKS }).map((raw) => {
  const hasDependents = (rank: number) => raw.slice(rank + 1).some(({ links }) => links[rank]);
  return raw
    .map(({ links, ...task }, rank) => ({
      ...task,
      name: `t${rank}`,
      dependencies: links.slice(0, rank).flatMap((isLinked, earlier) => (isLinked ? [`t${earlier}`] : [])),
      // No task can depend on one whose failure is tolerated.
      fails: task.fails && !hasDependents(rank),
    }))
    .sort((a, b) => a.place - b.place);
});

const stories: fc.Arbitrary<Story> = fc.record({
  tasks,
  initial: fc.dictionary(fc.constantFrom('k0', 'k1', 'own'), fc.constant('initial'), { noNullPrototype: true }),
  processes: fc.array(process, { maxLength: 3 }),
  last: process,
});

async function after(delay: number): Promise<void> {
  for (let turn = 1; turn < delay; turn += 1) {
    await settle();
  }
}

/** The tasks as a process has them; `onCall` gets what each call sees. */
function definitions(story: Story, { delays }: Process, onCall: (task: string, seen: Values) => void): TaskDefinition[] {
  let calls = 0;
  return story.tasks.map((task) => ({
    name: task.name,
    dependencies: task.dependencies,
    continueOnFailure: task.fails,
    maxRetries: task.fails ? 1 : 2,
    run: (context: Values, { attempt }) => {
      const seen = { ...context };
      onCall(task.name, seen);
      const delay = delays[calls % delays.length] as number;
      calls += 1;
      const end = () => {
        if (task.fails || attempt <= task.failures) {
          throw new Error('at first, or always');
        }
        return outputOf(task, seen);
      };
      return delay === 0 ? end() : after(delay).then(end);
    },
  }));
}

const statesOf = ({ tasks }: JobResult) => Object.fromEntries([...tasks].map(([name, { state }]) => [name, state]));

const OPTIONS = { backoff: 0, retryIf: true } as const;
const HOUR = 3_600_000;

/** The clock of the n-th process, which begins when the leases of those before have ended. */
function clockOf(index: number): SteppedClock {
  const clock = new SteppedClock();
  clock.set(index * HOUR);
  return clock;
}

test('every task sees the same context, and so does the result, in each order and after each crash', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-context-'));
  t.teardown(() => rm(folder, { recursive: true }));
  let jobs = 0;
  let resumed = 0;
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      jobs += 1;
      const id = `job-${jobs}`;
      const expected = expectedContexts(story.tasks, story.initial);
      const calls: [task: string, seen: Values][] = [];
      const onCall = (task: string, seen: Values) => calls.push([task, seen]);
      let isSaved = false;

      for (const [index, process] of [...story.processes, story.last].entries()) {
        const isLast = process === story.last;
        const fresh = sqliteStore(join(folder, 'jobs.db'));
        const death = !isLast && process.end.kind === 'dies' ? mortal(fresh, process.end) : undefined;
        const own = definitions(story, process, onCall);
        const options = {
          ...OPTIONS,
          store: death?.store ?? fresh,
          clock: clockOf(index),
          maxConcurrency: process.maxConcurrency,
        };
        const job: Job = isSaved
          ? resume(own, id, { ...options, whenHeld: 'wait' })
          : run(own, { ...options, id, context: story.initial });
        if (isLast) {
          const result = await withTime(options.clock, job);
          assert.equal(result.state, 'completed');
          assert.deepEqual({ ...result.context }, expected.context);
          assert.deepEqual(statesOf(result), Object.fromEntries(expected.states));
        } else if (death === undefined) {
          await after(process.end.kind === 'suspends' ? process.end.turns : 0);
          job.suspend();
          await withTime(options.clock, job);
        } else {
          await withTime(options.clock, Promise.race([death.died, job]));
        }
        isSaved ||= (await fresh.read(id)) !== undefined;
        resumed += isSaved && !isLast ? 1 : 0;
        await fresh.close();
      }
      for (const [task, seen] of calls) {
        assert.deepEqual(seen, expected.seen.get(task), task);
      }
    }),
    { numRuns: 120, seed: 12, includeErrorInReport: true },
  );
  t.true(resumed > 30, `${resumed} processes left a job to the next`);
});

test('without a store, every task and the result see the same context too', async (t) => {
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const expected = expectedContexts(story.tasks, story.initial);
      const calls: [task: string, seen: Values][] = [];
      const onCall = (task: string, seen: Values) => calls.push([task, seen]);
      const { maxConcurrency } = story.last;
      const result = await run(definitions(story, story.last, onCall), { ...OPTIONS, maxConcurrency, context: story.initial });
      assert.deepEqual({ ...result.context }, expected.context);
      assert.deepEqual(statesOf(result), Object.fromEntries(expected.states));
      for (const [task, seen] of calls) {
        assert.deepEqual(seen, expected.seen.get(task), task);
      }
    }),
    { numRuns: 300, seed: 12, includeErrorInReport: true },
  );
  t.pass();
});
