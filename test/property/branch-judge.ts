import assert from 'node:assert/strict';
import type { JobEvent, JobResult, Outcomes, TaskFailure, TaskReport } from 'tintype';
import { edgesOf, type Fate, fatesOf } from './branch-oracle.ts';
import { type BranchStory, RETRIES, type Values } from './branch-stories.ts';

/** What user code was called with in all processes of a job. */
export interface Log {
  readonly calls: (readonly [task: string, seen: Values, outcomes: Outcomes])[];
  readonly asked: (readonly [task: string, seen: Values])[];
}

/** What is judged of a result. */
export type Ended = Pick<JobResult, 'state' | 'failures' | 'tasks'> & { readonly failure?: TaskFailure };

const STOPPED = new Set(['jobFailed', 'jobCancelled']);

export const isStopped = ({ reason }: TaskReport): boolean => STOPPED.has(reason ?? '');

/** Checks how a job ended against the fates of its tasks. */
export function judge(story: BranchStory, result: JobResult, log: Log): void {
  const fates = fatesOf(story);
  judgeTasks(story, fates, result);
  assert.deepEqual({ ...result.context }, contextOf(story.initial, fates, result));
  judgeCalls(fates, log);
}

/** Checks how the tasks of a job ended, and so the job. */
export function judgeTasks(story: BranchStory, fates: ReadonlyMap<string, Fate>, result: Ended): void {
  const reports = story.tasks.map(({ name }) => result.tasks.get(name) as TaskReport);
  const fatal = [...fates.values()].filter(({ isFatal }) => isFatal).map(({ task }) => task.name);
  const isDraining = story.onFailure === 'finishRunning' && story.cancelAfter !== undefined;
  for (const report of reports) {
    judgeTask(report, fates.get(report.task) as Fate, result, isDraining);
  }
  const stopped = reports.filter(isStopped);
  const stops = result.state === 'cancelled' || (fatal.length > 0 && story.onFailure !== 'keepGoing');
  if (!stops) {
    assert.deepEqual(stopped, [], 'nothing stops the job');
  }
  const failures = result.failures.map(({ task }) => task);
  const failed = reports.filter(({ task, state }) => state === 'failed' && fatal.includes(task)).map(({ task }) => task);
  assert.deepEqual(failures.toSorted(), failed.toSorted(), 'failures are the tasks that failed without being tolerated');
  if (result.state !== 'cancelled') {
    assert.equal(result.state, fatal.length > 0 ? 'failed' : 'completed');
  }
  if (result.state === 'failed') {
    assert.equal(result.failure, result.failures[0]);
  }
}

export function judgeTask(
  report: TaskReport,
  { task, state, reason, origin, error, isCalled }: Fate,
  result: Ended,
  isDraining: boolean,
): void {
  if (isStopped(report)) {
    // A cancel while running attempts end stops them, and the job fails.
    const reasons = [`job${result.state === 'cancelled' ? 'Cancelled' : 'Failed'}`, ...(isDraining ? ['jobCancelled'] : [])];
    assert.ok(reasons.includes(report.reason as string), `${report.task} is stopped because of ${report.reason}`);
    assert.ok(report.state === 'skipped' ? report.attempts === 0 : isCalled, `${report.task} could never be ${report.state}`);
    return;
  }
  assert.deepEqual([report.state, report.reason, report.origin], [state, reason, origin], report.task);
  assert.equal((report.error as Error | undefined)?.message, error);
  const attempts = task.fails ? RETRIES + 1 : task.failures + 1;
  assert.equal(report.attempts, isCalled ? attempts : 0, report.task);
  // It decided after all of its dependencies: none of them was stopped.
  for (const name of edgesOf(task)) {
    assert.ok(!isStopped(result.tasks.get(name) as TaskReport), `${report.task} is ${state}, but ${name} was stopped`);
  }
}

/** The values of a job in which some tasks completed. */
export function contextOf(initial: Values, fates: ReadonlyMap<string, Fate>, { tasks }: Pick<Ended, 'tasks'>): Values {
  const completed = [...fates.values()].filter(({ task }) => tasks.get(task.name)?.state === 'completed');
  return Object.assign({}, initial, ...completed.map(({ output }) => output));
}

export function judgeCalls(fates: ReadonlyMap<string, Fate>, { calls, asked }: Log): void {
  for (const [name, seen, outcomes] of calls) {
    const fate = fates.get(name) as Fate;
    assert.ok(fate.isCalled, `${name} is called`);
    assert.deepEqual(seen, fate.seen, `what ${name} sees`);
    const told = Object.entries(outcomes).map(([dependency, { state, error }]) => [
      dependency,
      error === undefined ? { state } : { state, error: (error as Error).message },
    ]);
    assert.deepEqual(Object.fromEntries(told), fate.outcomes, `the outcomes that ${name} is told`);
  }
  for (const [name, seen] of asked) {
    const fate = fates.get(name) as Fate;
    assert.ok(fate.isAsked, `the condition of ${name} is called`);
    assert.deepEqual(seen, fate.seen, `what the condition of ${name} sees`);
  }
}

const SETTLED = ['completed', 'failed', 'cancelled', 'skipped'];

/** Checks the order of the events of a job that had one process. */
export function judgeEvents(story: BranchStory, events: readonly JobEvent[]): void {
  const tasks = new Map(story.tasks.map((task) => [task.name, task]));
  const fates = fatesOf(story);
  const settled = new Set<string>();
  const decided = new Set<string>();
  const running = new Set<string>();
  let drains = false;
  for (const event of events) {
    if (!('task' in event)) {
      continue;
    }
    const { task, from, to } = event;
    const isDecision = from === 'unscheduled' && !('reason' in event && STOPPED.has(event.reason));
    if (isDecision) {
      assert.ok(!decided.has(task), `${task} is decided twice`);
      decided.add(task);
      for (const name of edgesOf(tasks.get(task) as BranchStory['tasks'][number])) {
        assert.ok(settled.has(name), `${task} is ${to} before ${name} has settled`);
      }
    }
    if (SETTLED.includes(to)) {
      assert.ok(!settled.has(task), `${task} settles twice`);
      settled.add(task);
    }
    if (drains) {
      assert.notEqual(to, 'running', `${task} starts after the failure`);
      assert.ok(!isDecision, `${task} is decided after the failure`);
    }
    if (drains && story.onFailure === 'finishRunning' && story.cancelAfter === undefined && to === 'cancelled') {
      assert.ok(!running.has(task), `${task} ran when another failed, and is cancelled`);
    }
    if (to === 'running') {
      running.add(task);
    } else if (from === 'running') {
      running.delete(task);
    }
    drains ||= to === 'failed' && fates.get(task)?.isFatal === true && story.onFailure !== 'keepGoing';
  }
}
