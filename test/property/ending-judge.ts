import assert from 'node:assert/strict';
import type { JobEnding, JobResult, TaskReport, UndoneOutcome } from 'tintype';
import { contextOf, type Ended, judgeCalls, judgeTask, judgeTasks, type Log } from './branch-judge.ts';
import { edgesOf, type Fate, fatesOf } from './branch-oracle.ts';
import { RETRIES } from './branch-stories.ts';
import type { Beat, EndingStory, UndoCall } from './ending-stories.ts';

type Before = UndoneOutcome['state'];

/** What user code was called with in all processes of a job, and when. */
export interface EndingLog extends Log {
  readonly undone: UndoCall[];
  readonly endings: JobEnding[];
  readonly beats: Beat[];
  /** The states of tasks before they were undone. */
  readonly before: Map<string, Before>;
  /** The tasks that may have had an effect although they didn't complete. */
  readonly acted: Set<string>;
  /** The tasks of which it depends on the moment whether they may have had an effect. */
  readonly unclear: Set<string>;
}

/** Checks how a job ended against the fates of its tasks, what was undone, and what ran finally. */
export function judgeEnding(story: EndingStory, result: JobResult, log: EndingLog): void {
  const fates = fatesOf(story);
  const ended = beforeUndo(story, result, log.before);
  judgeTasks(story, fates, ended);
  judgeUndo(story, fates, ended, result, log);
  const context = contextOf(story.initial, fates, ended);
  const finals = fatesOf({ ...story, tasks: story.finals, initial: context });
  judgeFinals(finals, ended, result, log);
  assert.deepEqual({ ...result.context }, contextOf(context, finals, result));
  judgeCalls(new Map([...fates, ...finals]), log);
}

/** How the job would have ended without undos and finally tasks. */
function beforeUndo({ tasks }: EndingStory, result: JobResult, before: EndingLog['before']): Ended {
  const names = new Set(tasks.map(({ name }) => name));
  const failures = result.failures.filter(({ task, isUndo }) => names.has(task) && isUndo !== true);
  const reports = tasks.map(({ name }) => {
    const report = result.tasks.get(name) as TaskReport;
    const isUndone = report.state === 'undone' || report.state === 'undoFailed';
    return [name, isUndone ? { ...report, state: before.get(name) as Before } : report] as const;
  });
  const state = result.state === 'failed' && failures.length === 0 ? 'completed' : result.state;
  return { state, failures, ...(failures[0] && { failure: failures[0] }), tasks: new Map(reports) };
}

function judgeUndo(
  story: EndingStory,
  fates: ReadonlyMap<string, Fate>,
  ended: Ended,
  result: JobResult,
  { undone, beats, acted, unclear }: EndingLog,
): void {
  const ends: readonly string[] = story.undoneEnds === undefined ? ['failed', 'cancelled'] : story.undoneEnds || [];
  const isUndone = ends.includes(ended.state);
  const descendants = descendantsOf(story);
  const stateOf = (task: string) => (result.tasks.get(task) as TaskReport).state;
  const must = (task: string) =>
    isUndone && story.undo[task] !== 'none' && (ended.tasks.get(task)?.state === 'completed' || acted.has(task));
  const may = (task: string) => must(task) || (isUndone && story.undo[task] !== 'none' && unclear.has(task));
  const isBlocked = (task: string) => [...(descendants.get(task) as Set<string>)].some((one) => stateOf(one) === 'undoFailed');

  for (const { name } of story.tasks) {
    const state = stateOf(name);
    const calls = undone.filter(([task]) => task === name);
    if (isBlocked(name) || !may(name)) {
      assert.deepEqual(calls, [], `${name} is not undone`);
    } else if (must(name) || calls.length > 0) {
      assert.equal(state, story.undo[name] === 'fails' ? 'undoFailed' : 'undone', name);
      const attempts = { none: 0, works: 1, retries: 2, fails: RETRIES + 1 }[story.undo[name] as 'none'];
      assert.equal(result.tasks.get(name)?.undo?.attempts, attempts, `attempts to undo ${name}`);
    }
    for (const [, seen, { outcome, forwardKey, idempotencyKey, attempt, attemptKey }] of calls) {
      const fate = fates.get(name) as Fate;
      assert.deepEqual(seen, fate.seen, `what the undo of ${name} sees`);
      assert.equal(outcome.state, ended.tasks.get(name)?.state);
      if (outcome.state === 'completed') {
        assert.deepEqual({ ...outcome.output }, fate.output);
      }
      assert.deepEqual(
        [forwardKey, idempotencyKey, attemptKey],
        [`job/${name}`, `job/${name}/undo`, `job/${name}/undo/${attempt}`],
      );
    }
  }
  judgeOrder(story, descendants, beats);
  const planned = story.tasks.filter(({ name }) => must(name) || (may(name) && stateOf(name).startsWith('undo')));
  const isComplete = planned.every(({ name }) => stateOf(name) === 'undone');
  if (story.tasks.every(({ name }) => must(name) === may(name))) {
    const expected = isComplete ? 'done' : 'incomplete';
    assert.equal(result.undo, planned.length === 0 ? 'none' : expected);
  }
  const failures = result.failures.filter((failure) => failure.isUndo).map(({ task }) => task);
  const failed = story.tasks.filter(({ name }) => stateOf(name) === 'undoFailed').map(({ name }) => name);
  assert.deepEqual(failures.toSorted(), failed.toSorted());
}

/** Tasks are undone after all that depends on them, and finally tasks run after that. */
function judgeOrder(
  { tasks, finals }: EndingStory,
  descendants: ReadonlyMap<string, Set<string>>,
  beats: readonly Beat[],
): void {
  const firstOf = (kind: Beat['kind'], task: string) => beats.findIndex((beat) => beat.kind === kind && beat.task === task);
  const lastOf = (kind: Beat['kind'], task: string) => beats.findLastIndex((beat) => beat.kind === kind && beat.task === task);
  const starts = tasks.map(({ name }) => firstOf('undo', name)).filter((place) => place >= 0);
  const final = Math.min(...finals.map(({ name }) => firstOf('final', name)).filter((place) => place >= 0));
  for (const { name } of tasks) {
    const start = firstOf('undo', name);
    for (const dependent of start < 0 ? [] : (descendants.get(name) as Set<string>)) {
      assert.ok(lastOf('undo', dependent) < start, `${name} is undone before ${dependent}`);
    }
    assert.ok(lastOf('undo', name) < final, `${name} is undone after a finally task ran`);
    const calls = beats.filter(({ kind, task }) => kind === 'task' && task === name).length;
    const before = beats
      .slice(0, Math.min(...starts, final))
      .filter(({ kind, task, isStart }) => kind === 'task' && task === name && isStart);
    const all = beats.filter(({ kind, task, isStart }) => kind === 'task' && task === name && isStart);
    assert.ok(calls === 0 || before.length === all.length, `${name} is called once the job is ending`);
  }
}

function descendantsOf({ tasks }: EndingStory): Map<string, Set<string>> {
  const descendants = new Map(tasks.map(({ name }) => [name, new Set<string>()]));
  const visit = (dependent: string, name: string): void => {
    for (const dependency of edgesOf(tasks.find((task) => task.name === name) as EndingStory['tasks'][number])) {
      descendants.get(dependency)?.add(dependent);
      visit(dependent, dependency);
    }
  };
  for (const { name } of tasks) {
    visit(name, name);
  }
  return descendants;
}

function judgeFinals(finals: ReadonlyMap<string, Fate>, ended: Ended, result: JobResult, { endings }: EndingLog): void {
  for (const [name, fate] of finals) {
    judgeTask(result.tasks.get(name) as TaskReport, fate, result, false);
  }
  const failed = [...finals.values()].filter(({ isFatal }) => isFatal).map(({ task }) => task.name);
  const failures = result.failures.filter(({ task }) => finals.has(task)).map(({ task }) => task);
  assert.deepEqual(failures.toSorted(), failed.toSorted());
  const isFailing = ended.state === 'completed' && failed.length > 0;
  assert.equal(result.state, isFailing ? 'failed' : ended.state);
  const timeOf = (task: string | undefined) => task && ended.tasks.get(task)?.endedAt;
  for (const { state, failure } of endings) {
    assert.equal(state, ended.state, 'the ending that finally tasks are told');
    if (state !== 'cancelled') {
      // Of failures in the same millisecond, a resumed job may take another one for the first.
      assert.equal(timeOf(failure?.task), timeOf(ended.failure?.task), `${failure?.task} is told to be the first failure`);
    }
  }
}
