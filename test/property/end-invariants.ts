import { isDeepStrictEqual as same } from 'node:util';
import { TaskTimedOutError } from 'tintype';
import { attemptErrorOf, expectedContext, isAttemptFailure, isEndError, isSettled, STOP_REASONS } from './oracle.ts';
import { type Entry, events, type Invariant, line, type Recording, World, walk } from './recording.ts';
import { idOf } from './scenario.ts';

/** What holds for the results and the end of a job: each gives what breaks it. */
export const endInvariants = {
  *jobEnds({ result, scenario, timeline }) {
    const world = worldAfter({ scenario, timeline });
    if (!world.ended || result === undefined) yield `the job is ${world.job} in the end, its result is ${result?.state}`;
    if (result !== undefined && result.state !== world.job) yield `the job is ${world.job}, its result ${result.state}`;
  },

  *eachEndsOnce(recording) {
    const ends = new Map<string, number>();
    for (const [entry, world] of walk(recording)) {
      if (entry.kind === 'event') {
        const name = 'task' in entry.event ? entry.event.task : 'JOB';
        ends.set(name, (ends.get(name) ?? 0) + (isSettled(entry.event.to) ? 1 : 0));
        if (world.ended) yield `${line(entry.event)} comes after the end of the job`;
      } else if (world.ended && (entry.kind === 'call' || entry.kind === 'abort'))
        yield `${entry.kind} of ${idOf(entry)} after the end`;
    }
    for (const name of ['JOB', ...recording.scenario.tasks.map((task) => task.name)]) {
      if (ends.get(name) !== 1) yield `${name} ends ${ends.get(name) ?? 0} times`;
    }
  },

  *resultsComeBeforeDependents(recording) {
    for (const [entry, world] of walk(recording)) {
      const told = entry.kind === 'event' && entry.event.type === 'task.completed' ? entry : undefined;
      const seen =
        entry.kind === 'call' ? entry.seen : { ...(told && { [(told.event as { task: string }).task]: told.value }) };
      for (const [name, value] of Object.entries(seen)) {
        const { returned, attempt } = world.task(name);
        const expected = returned?.outcome === 'object' ? attempt : undefined;
        if (value !== expected)
          yield `at ${told ? line(told.event) : `the call of ${idOf(entry as Call)}`} ${name} is ${value} in the context`;
      }
    }
  },

  *noResultIsLost(recording) {
    const context = recording.result?.context;
    for (const [key, value] of Object.entries(expectedContext(recording))) {
      if (!same(context?.[key], value)) yield `${key} is ${context?.[key]}, expected ${value}`;
    }
  },

  *noDroppedResultIsMerged(recording) {
    const expected = expectedContext(recording);
    const { result, afterwards } = recording;
    if (!Object.isFrozen(result?.context)) yield 'the context of the result can still change';
    for (const [when, context] of Object.entries({ result: result?.context ?? {}, afterwards: afterwards.context })) {
      const wrong = Object.keys(context).filter((key) => !same(context[key], expected[key]));
      if (wrong.length > 0) yield `${when}: ${wrong} came from attempts that were dropped`;
    }
  },

  *reportsAgree(recording) {
    const { result, afterwards, scenario } = recording;
    const started = new Map<string, number>();
    const expected = new Map<string, object>(
      scenario.tasks.map(({ name }) => [name, { task: name, state: 'unscheduled', attempts: 0 }]),
    );
    for (const [event] of events(recording)) {
      if (!('task' in event)) continue;
      const { task, to: state, attempt: attempts, at } = event;
      if (state === 'running' && !started.has(task)) started.set(task, at);
      const last = state === 'completed' ? {} : pick(expected.get(task) as object, 'error', 'reason');
      const ended = isSettled(state) ? { endedAt: at } : {};
      const startedAt = started.get(task);
      const times = { ...(startedAt !== undefined && { startedAt }), ...ended };
      expected.set(task, { task, state, attempts, ...last, ...pick(event, 'error', 'reason'), ...times });
    }
    for (const [when, tasks] of Object.entries({ result: result?.tasks, afterwards: afterwards.tasks })) {
      if (
        !same(
          [...(tasks ?? [])].map(([name]) => name),
          [...expected.keys()],
        )
      )
        yield `${when}: the tasks are ${[...(tasks ?? [])].length}`;
      for (const [name, report] of tasks ?? []) {
        const told = expected.get(name);
        if (!same(report, told) || !is(report, told, 'error')) yield `${when}: ${JSON.stringify({ report, told })}`;
      }
    }
  },

  *jobAgreesWithTasks(recording) {
    const { result, scenario } = recording;
    const world = worldAfter(recording);
    const failed = scenario.tasks.filter(
      ({ name, continueOnFailure }) => world.task(name).state === 'failed' && !continueOnFailure,
    );
    const stopped = scenario.tasks.filter(({ name }) => !['completed', 'failed'].includes(world.task(name).state));
    const names = failed.map(({ name }) => name).join();
    if (failed.length !== (result?.state === 'failed' ? 1 : 0)) yield `the job is ${result?.state}, but these failed: ${names}`;
    if (result?.state === 'completed' && stopped.length > 0) yield `the job is completed, but ${stopped.length} tasks are not`;
    if (result?.state === 'failed' && result.failure.task !== names)
      yield `${result.failure.task} is blamed, but ${names} failed`;
    for (const [event, { tasks }] of events(recording)) {
      const isStop = event.type === 'task.cancelled' || event.type === 'task.skipped';
      if (isStop && event.reason !== STOP_REASONS[result?.state ?? '']) yield `${line(event)}, ${event.reason}`;
      const isOver = [...tasks.values()].some(({ state, plan }) => state === 'failed' && !plan.continueOnFailure);
      if (isOver && 'task' in event && !isStop) yield `${line(event)} after a task has failed the job`;
    }
  },

  *errorsAreKept(recording) {
    const { result } = recording;
    const end = recording.timeline.findLast(({ kind }) => kind === 'event');
    const event = end?.kind === 'event' ? end.event : undefined;
    if (result?.state === 'failed') {
      const { task, ...failure } = result.failure;
      const own = [...events(recording)]
        .map(([other]) => other)
        .find((other) => other.type === 'task.failed' && other.task === task);
      for (const [name, told] of Object.entries({ 'task.failed': own, 'job.failed': event, report: result.tasks.get(task) })) {
        if (!is(told, failure, 'error')) yield `${name} has not the very error of the failure`;
        if (!same(pick(told ?? {}, 'reason'), pick(failure, 'reason'))) yield `${name} has another reason than the failure`;
      }
      if (result.tasks.get(task)?.attempts !== failure.attempts) yield `the failure has ${failure.attempts} attempts`;
      if (event?.type === 'job.failed' && event.failedTask !== task) yield `job.failed names ${event.failedTask}`;
    } else if (result?.state === 'cancelled' && !is(event, result, 'reason'))
      yield 'job.cancelled has another reason than the result';
  },

  *signalsAbort(recording) {
    const called = new Set(recording.timeline.filter(({ kind }) => kind === 'call').map((entry) => idOf(entry as Call)));
    const expected = new Map<string, (reason: unknown) => boolean>();
    for (const [event] of events(recording)) {
      if (!('task' in event) || event.from !== 'running') continue;
      const error = isAttemptFailure(event) ? attemptErrorOf(event.error) : undefined;
      if (error instanceof TaskTimedOutError) expected.set(idOf(event), (reason) => reason === error);
      if (event.to === 'cancelled' && called.has(idOf(event)))
        expected.set(idOf(event), (reason) => isEndError(reason, recording.result));
    }
    for (const entry of recording.timeline) {
      if (entry.kind !== 'abort') continue;
      if (expected.get(idOf(entry))?.(entry.reason) !== true) yield `${idOf(entry)} is aborted with ${entry.reason}`;
      expected.delete(idOf(entry));
    }
    if (expected.size > 0) yield `not aborted: ${[...expected.keys()]}`;
  },

  *activityIsTold(recording) {
    for (const [entry, world] of walk(recording)) {
      if (entry.kind === 'quiet') {
        const current = world.current.sort();
        if (!same([...entry.active].sort(), current)) yield `at ${entry.at} active are ${entry.active}, current are ${current}`;
      } else if (entry.kind === 'event') {
        if (entry.active.length > 0) yield `${line(entry.event)}: ${entry.active} is still active`;
      } else if ('attempt' in entry) {
        const expected = entry.kind !== 'abort' && world.isCurrent(entry);
        if (entry.active !== expected) yield `${idOf(entry)} is ${entry.active ? '' : 'not '}active at its ${entry.kind}`;
      }
    }
  },

  *noTimerIsLeft({ pendingTimers }) {
    if (pendingTimers > 0) yield `${pendingTimers} timers are pending after the end`;
  },

  *cancelActsAtOnce(recording) {
    const { result } = recording;
    let wanted: (Entry & { kind: 'cancel' }) | undefined;
    for (const [entry, world] of walk(recording)) {
      if (entry.kind === 'cancel') wanted = world.ended ? wanted : entry;
      if (entry.kind === 'quiet' && wanted !== undefined && !world.ended)
        yield `the job goes on after it was cancelled at ${wanted.at}`;
    }
    if (result?.state !== 'cancelled') return;
    if (wanted === undefined || result.reason !== wanted.reason) yield `cancelled without a cancel, or with another reason`;
  },

  *everyListenerIsTold({ scenario, timeline, streamed, listenerErrors }) {
    const told = timeline.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
    if (streamed.length !== told.length || streamed.some((event, index) => event !== told[index]))
      yield `events() gave ${streamed.length}`;
    const expected = scenario.faultyListener ? told.length : 0;
    if (listenerErrors !== expected) yield `${listenerErrors} errors of listeners instead of ${expected}`;
  },

  *drainedWaitsForFunctions({ timeline, drained }) {
    const calls = timeline.filter(({ kind }) => kind === 'call').length;
    const returns = timeline.filter(({ kind }) => kind === 'return').length;
    if (drained !== (calls === returns))
      yield `drained is ${drained ? '' : 'not '}resolved, ${returns} of ${calls} have returned`;
  },
} satisfies Record<string, Invariant>;

type Call = Extract<Entry, { kind: 'call' }>;

function worldAfter({ scenario, timeline }: Pick<Recording, 'scenario' | 'timeline'>): World {
  const world = new World(scenario);
  for (const entry of timeline) {
    world.apply(entry);
  }
  return world;
}

const pick = (source: object, ...keys: string[]): object =>
  Object.fromEntries(Object.entries(source).filter(([key]) => keys.includes(key)));

/** Whether two objects have the very same value at a key. */
const is = (one: object | undefined, other: object | undefined, key: string): boolean =>
  (one as Record<string, unknown> | undefined)?.[key] === (other as Record<string, unknown> | undefined)?.[key];
