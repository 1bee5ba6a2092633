import type { JobEvent } from 'tintype';
import type { InvariantName } from './invariants.ts';
import type { Entry, Recording } from './recording.ts';
import type { Scenario, TaskPlan } from './scenario.ts';
import type { STORIES } from './stories.ts';

interface Break {
  readonly story: keyof typeof STORIES;
  /** What is done to the recording. */
  readonly how: string;
  readonly edit: (recording: Recording) => Partial<Recording>;
}

/** Finds the entry of an event, as in `t0 > ready -> running`. */
const isEvent = (entry: Entry, line: string): entry is Extract<Entry, { kind: 'event' }> =>
  entry.kind === 'event' &&
  `${'task' in entry.event ? entry.event.task : 'JOB'} > ${entry.event.from} -> ${entry.event.to}` === line;

const without =
  (...lines: string[]) =>
  (recording: Recording) => ({
    timeline: recording.timeline.filter((entry) => !lines.some((line) => isEvent(entry, line))),
  });

const changed = (line: string, change: object) => (recording: Recording) => ({
  timeline: recording.timeline.map((entry) =>
    isEvent(entry, line) ? { ...entry, event: { ...entry.event, ...change } as JobEvent } : entry,
  ),
});

const changedEntry = (kind: Entry['kind'], change: object) => (recording: Recording) => ({
  timeline: recording.timeline.map((entry) => (entry.kind === kind ? ({ ...entry, ...change } as Entry) : entry)),
});

const twice = (kind: Entry['kind']) => (recording: Recording) => ({
  timeline: recording.timeline.flatMap((entry) => (entry.kind === kind ? [entry, entry] : [entry])),
});

const dropped = (kind: Entry['kind']) => (recording: Recording) => ({
  timeline: recording.timeline.filter((entry) => entry.kind !== kind),
});

const planned = (change: Partial<Scenario>) => (recording: Recording) => ({ scenario: { ...recording.scenario, ...change } });

const plannedTask = (name: string, change: Partial<TaskPlan>) => (recording: Recording) => ({
  scenario: {
    ...recording.scenario,
    tasks: recording.scenario.tasks.map((plan) => (plan.name === name ? { ...plan, ...change } : plan)),
  },
});

const resulting =
  (change: (result: object & { context: object; tasks: ReadonlyMap<string, object> }) => object) => (recording: Recording) =>
    ({ result: { ...recording.result, ...change(recording.result!) } }) as Partial<Recording>;

/** Puts the entry of one event where that of another is, and that one where it was. */
const swapped = (one: string, other: string) => (recording: Recording) => {
  const first = recording.timeline.find((entry) => isEvent(entry, one))!;
  const second = recording.timeline.find((entry) => isEvent(entry, other))!;
  const places = new Map<Entry, Entry>([
    [first, second],
    [second, first],
  ]);
  return { timeline: recording.timeline.map((entry) => places.get(entry) ?? entry) };
};

const completed = (how: string, edit: Break['edit']): Break => ({ story: 'completed', how, edit });
const queued = (how: string, edit: Break['edit']): Break => ({ story: 'queued', how, edit });
const failed = (how: string, edit: Break['edit']): Break => ({ story: 'failed', how, edit });
const cancelled = (how: string, edit: Break['edit']): Break => ({ story: 'cancelled', how, edit });

const byDefault = (how: string, edit: Break['edit']): Break => ({ story: 'byDefault', how, edit });

/** For each invariant, logs that break it. */
export const BREAKS: Readonly<Record<InvariantName, readonly Break[]>> = {
  transitionsAreLegal: [
    completed('a task completes without running', changed('t0 > running -> completed', { from: 'ready' })),
    completed('an event has the type of another', changed('t0 > ready -> running', { type: 'task.ready' })),
    cancelled('a job times out before it starts', changed('JOB > running -> cancelled', { from: 'idle', to: 'timedOut' })),
  ],
  transitionsJoin: [completed('a transition is not announced', without('t0 > ready -> running'))],
  sequenceHasNoGap: [completed('an event is not told', without('t4 > running -> failed'))],
  timeNeverGoesBack: [completed('an event is in the past', changed('t1 > running -> completed', { at: 1 }))],
  dependenciesComeFirst: [
    completed('a dependency does not complete', without('t2 > running -> completed')),
    completed('a dependency completes after its dependent', swapped('t2 > running -> completed', 't3 > ready -> running')),
  ],
  runsWhenAnnounced: [
    completed('functions are called twice', twice('call')),
    completed('no function is called', dropped('call')),
    completed('a call is not announced', without('t0 > ready -> running')),
  ],
  slotsAreKept: [completed('there is one slot less', planned({ maxConcurrency: 1 }))],
  slotsAreUsed: [queued('there is one slot more', planned({ maxConcurrency: 2 }))],
  queueIsFair: [queued('the second is made ready first', swapped('t0 > unscheduled -> ready', 't1 > unscheduled -> ready'))],
  dependentsAreMadeReadyTogether: [
    queued('that with a dependent is made ready last', swapped('t0 > unscheduled -> ready', 't1 > unscheduled -> ready')),
    completed('a dependent is forgotten', without('t4 > unscheduled -> ready')),
    completed('one runs before all are ready', swapped('t2 > unscheduled -> ready', 't0 > ready -> running')),
  ],
  attemptsAreCounted: [
    completed('an attempt is skipped', changed('t0 > ready -> running', { attempt: 2 })),
    completed('there is one retry less', plannedTask('t2', { maxRetries: 0 })),
  ],
  retriesAreAsPlanned: [
    completed('there is one retry more', plannedTask('t4', { maxRetries: 1 })),
    completed('retryIf does not agree', plannedTask('t1', { retryIf: 'never' })),
    completed('the delay is another', plannedTask('t1', { backoff: 6 })),
    completed('the retry policy fails', plannedTask('t1', { backoff: 'throws' })),
    byDefault('the default backoff is another', planned({ backoff: 60 })),
    byDefault('a TypeError is to be retried', planned({ retryIf: 'every' })),
  ],
  policyIsAskedOnce: [
    completed('retryIf is asked twice', twice('ask')),
    completed('retryIf is asked about another error', changedEntry('ask', { error: new Error('other') })),
    completed('retryIf is asked without need', plannedTask('t1', { maxRetries: 0 })),
  ],
  outcomesAreTold: [
    completed('another output is told', changed('t0 > running -> completed', { output: {} })),
    completed('another error is told', changed('t4 > running -> failed', { error: new Error('other') })),
    completed('another reason is told', changed('t4 > running -> failed', { reason: 'timedOut' })),
    completed('no function ends', dropped('return')),
  ],
  deadlinesAreKept: [
    completed('the timeout is shorter', plannedTask('t2', { timeout: 2 })),
    completed('the timeout is longer', plannedTask('t2', { timeout: 4 })),
    cancelled('the timeout of the job is over', planned({ timeout: 5 })),
    completed('a task does not complete', without('t0 > running -> completed')),
  ],
  backoffsAreKept: [
    completed('the delay is longer than the wait', changed('t1 > running -> backingOff', { delay: 9 })),
    completed(
      'the wait does not end',
      without('t1 > backingOff -> ready', 't1 > ready -> running', 't1 > running -> completed'),
    ),
  ],
  jobEnds: [
    completed('there is no result', () => ({ result: undefined })),
    completed('the job does not end', without('JOB > running -> completed')),
    completed(
      'the result is another',
      resulting(() => ({ state: 'timedOut' })),
    ),
  ],
  eachEndsOnce: [
    completed('a task does not end', without('t4 > running -> failed')),
    completed('all is told twice', twice('event')),
    failed('the job ends before its last task', swapped('t0 > running -> cancelled', 'JOB > running -> failed')),
  ],
  resultsComeBeforeDependents: [
    completed('a function does not see a result', changedEntry('call', { seen: { t0: undefined } })),
    completed('a result is merged after it is told', changedEntry('event', { value: undefined })),
  ],
  noResultIsLost: [
    completed(
      'a key is missing',
      resulting(({ context }) => ({ context: { ...context, t0: undefined } })),
    ),
    completed(
      'an earlier result wins',
      resulting(({ context }) => ({ context: { ...context, shared0: 't0#1' } })),
    ),
  ],
  noDroppedResultIsMerged: [
    completed(
      'a late result is merged',
      resulting(({ context }) => ({ context: { ...context, 't2#1': true } })),
    ),
    completed('a late result is merged after the end', ({ afterwards }) => ({
      afterwards: { ...afterwards, context: { ...afterwards.context, 't2#1': true } },
    })),
  ],
  reportsAgree: [
    completed(
      'a task is missing',
      resulting(({ tasks }) => ({ tasks: new Map([...tasks].slice(1)) })),
    ),
    completed(
      'the order is another',
      resulting(({ tasks }) => ({ tasks: new Map([...tasks].reverse()) })),
    ),
    completed('a report changes after the end', ({ afterwards }) => ({
      afterwards: {
        ...afterwards,
        tasks: new Map([...afterwards.tasks].map(([name, report]) => [name, { ...report, attempts: 9 }])),
      },
    })),
  ],
  jobAgreesWithTasks: [
    failed(
      'the job completes though a task failed',
      resulting(() => ({ state: 'completed' })),
    ),
    completed('the failed task could not fail', plannedTask('t4', { continueOnFailure: false })),
    failed(
      'another task is blamed',
      resulting(() => ({ failure: { task: 't0' } })),
    ),
    failed('a task is cancelled for another reason', changed('t0 > running -> cancelled', { reason: 'jobTimedOut' })),
  ],
  errorsAreKept: [
    failed(
      'the error is a copy',
      resulting(() => ({ failure: { task: 't1', reason: 'exception', error: new Error('t1#1'), attempts: 1 } })),
    ),
    failed('the event of the job names another', changed('JOB > running -> failed', { failedTask: 't0' })),
    cancelled('the reason is another', changed('JOB > running -> cancelled', { reason: 'other' })),
  ],
  signalsAbort: [
    completed('no signal aborts', dropped('abort')),
    failed('no signal aborts', dropped('abort')),
    cancelled('a signal aborts twice', twice('abort')),
    cancelled('a signal aborts with another error', changedEntry('abort', { reason: new Error('other') })),
  ],
  activityIsTold: [
    completed('all are inactive', changedEntry('call', { active: false })),
    completed('late functions are active', changedEntry('return', { active: true })),
    completed('an aborted attempt is active', changedEntry('abort', { active: true })),
    failed('an attempt is active after the end', changedEntry('quiet', { active: ['t0#1'] })),
    completed('an attempt is active after its task completed', changedEntry('event', { active: ['t0#1'] })),
  ],
  noTimerIsLeft: [completed('a timer is left', () => ({ pendingTimers: 1 }))],
  cancelActsAtOnce: [
    cancelled('nobody cancelled the job', dropped('cancel')),
    cancelled('the job was cancelled long before', ({ timeline }) => ({
      timeline: [...timeline.filter(({ kind }) => kind === 'cancel'), ...timeline.filter(({ kind }) => kind !== 'cancel')],
    })),
  ],
  everyListenerIsTold: [
    completed('an iterator misses an event', ({ streamed }) => ({ streamed: streamed.slice(1) })),
    completed('errors of listeners are lost', planned({ faultyListener: true })),
  ],
  drainedWaitsForFunctions: [
    completed('it does not resolve', () => ({ drained: false })),
    failed('it resolves before a function returned', () => ({ drained: true })),
  ],
};
