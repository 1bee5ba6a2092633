import { isDeepStrictEqual as same } from 'node:util';
import { InvalidResultError, type JobEvent, RetryPolicyError, TaskTimedOutError } from 'tintype';
import { LEGAL_TRANSITIONS } from '../../src/check/laws/transition-rules.ts';
import { attemptErrorOf, decisionAfter, isAttemptFailure, reasonFits, retriesOf } from './oracle.ts';
import { events, type Invariant, line, walk } from './recording.ts';
import { idOf } from './scenario.ts';

/** What holds while a job goes on: each gives what breaks it. */
export const courseInvariants = {
  *transitionsAreLegal(recording) {
    for (const [event] of events(recording)) {
      const kind = 'task' in event ? 'task' : 'job';
      if (!LEGAL_TRANSITIONS[kind].has(`${event.from} -> ${event.to}`)) yield `illegal: ${line(event)}`;
      if (event.type !== `${kind}.${event.to}`) yield `${line(event)} has the type ${event.type}`;
    }
  },

  *transitionsJoin(recording) {
    for (const [event, world] of events(recording)) {
      const before = 'task' in event ? world.task(event.task).state : world.job;
      if (event.from !== before) yield `${line(event)}, but it was ${before}`;
    }
  },

  *sequenceHasNoGap(recording) {
    let last = 0;
    for (const [event] of events(recording)) {
      last += 1;
      if (event.sequence !== last) yield `${line(event)} is number ${last}`;
    }
  },

  *timeNeverGoesBack(recording) {
    let last = 0;
    for (const [{ at, ...event }, , entry] of events(recording)) {
      if (at < last || at !== entry.at)
        yield `${line({ at, ...event } as JobEvent)} is at ${at}, after ${last}, told at ${entry.at}`;
      last = at;
    }
  },

  *dependenciesComeFirst(recording) {
    for (const [entry, world] of walk(recording)) {
      const { task, to } = entry.kind === 'event' ? { task: '', ...entry.event } : { task: '', to: entry.kind, ...entry };
      if (!['ready', 'running', 'call'].includes(to) || task === '') continue;
      const open = world.waitsFor(world.task(task).plan);
      if (open.length > 0) yield `${task}: ${to} before ${open} completed`;
    }
  },

  *runsWhenAnnounced(recording) {
    for (const [entry, world] of walk(recording)) {
      if (entry.kind === 'call') {
        const { called } = world.task(entry.task);
        if (called || !world.isCurrent(entry)) yield `${idOf(entry)} is called ${called ? 'again' : 'without being announced'}`;
      } else if (entry.kind === 'quiet') {
        for (const [name, task] of world.tasks) {
          if (task.state === 'running' && !task.called) yield `${name} is running, but was not called`;
        }
      }
    }
  },

  *slotsAreKept(recording) {
    const { maxConcurrency = Infinity } = recording.scenario;
    for (const [entry, world] of walk(recording)) {
      const running = entry.kind === 'call' || entry.kind === 'quiet' ? world.count('running') : 0;
      if (running > maxConcurrency) yield `${running} run at the same time (${entry.kind}, at ${entry.at})`;
    }
  },

  *slotsAreUsed(recording) {
    const { maxConcurrency = Infinity } = recording.scenario;
    for (const [entry, world] of walk(recording)) {
      const free = maxConcurrency - world.count('running');
      if (entry.kind === 'quiet' && free > 0 && world.count('ready') > 0)
        yield `${free} slots are free at ${entry.at}, and tasks wait`;
    }
  },

  *queueIsFair(recording) {
    const queue: string[] = [];
    for (const [event] of events(recording)) {
      if (event.type === 'task.ready') queue.push(event.task);
      else if (event.type === 'task.running' && queue.shift() !== event.task)
        yield `${line(event)} is not the next in the queue`;
    }
  },

  *dependentsAreMadeReadyTogether(recording) {
    const { tasks } = recording.scenario;
    const dependents = new Map(tasks.map(({ name }) => [name, tasks.filter((task) => task.dependencies.includes(name))]));
    const weight = (name: string) => (dependents.get(name) ?? []).length;
    const roots = tasks.filter((task) => task.dependencies.length === 0);
    let due: string[] = [];
    for (const [event, world] of events(recording)) {
      const next = due.shift();
      const freed = 'task' in event ? (dependents.get(event.task) ?? []) : roots;
      if (next !== undefined && (event.type !== 'task.ready' || event.task !== next))
        yield `${line(event)} comes before ${next} is ready`;
      if (next === undefined && event.type === 'task.ready' && event.from === 'unscheduled')
        yield `${line(event)} without a reason`;
      if (event.type !== 'job.running' && event.type !== 'task.completed') continue;
      const open = ({ dependencies }: { dependencies: readonly string[] }) =>
        dependencies.some((name) => name !== (event as { task?: string }).task && world.task(name).state !== 'completed');
      due = freed.filter((task) => !open(task)).map(({ name }) => name);
      due.sort((one, other) => weight(other) - weight(one));
    }
  },

  *attemptsAreCounted(recording) {
    for (const [event, world] of events(recording)) {
      if (!('task' in event)) continue;
      const { attempt, plan } = world.task(event.task);
      const expected = event.to === 'running' ? attempt + 1 : attempt;
      if (event.attempt !== expected) yield `${line(event)} has attempt ${event.attempt}, not ${expected}`;
      const allowed = retriesOf(plan, recording.scenario) + 1;
      if (event.attempt > allowed) yield `${line(event)} is attempt ${event.attempt} of ${allowed}`;
    }
  },

  *retriesAreAsPlanned(recording) {
    for (const [event, world] of events(recording)) {
      if (!isAttemptFailure(event)) continue;
      const { plan } = world.task(event.task);
      const { to, delay, broken = false } = decisionAfter(plan, recording.scenario, event.attempt, attemptErrorOf(event.error));
      if (event.to !== to) yield `${line(event)} after attempt ${event.attempt}, expected ${to}`;
      if ('delay' in event && event.delay !== delay) yield `${line(event)} for ${event.delay} ms, expected ${delay}`;
      if (event.error instanceof RetryPolicyError !== broken) yield `${line(event)} blames ${event.error}`;
    }
  },

  *policyIsAskedOnce(recording) {
    const asked = new Set<string>();
    for (const [entry, world] of walk(recording)) {
      if (entry.kind !== 'ask') continue;
      const { task, error, question } = entry;
      const { attempt, state, plan, returned } = world.task(task);
      const about = `${question} about ${idOf({ task, attempt })}`;
      const isOwn =
        error instanceof TaskTimedOutError ? error.task === task && error.attempt === attempt : error === returned?.value;
      if (asked.has(about)) yield `${about} is asked again`;
      if (!isOwn || state !== 'running') yield `${about} is asked with ${error}, and the task is ${state}`;
      if (attempt > retriesOf(plan, recording.scenario)) yield `${about} is asked, but no retry is left`;
      asked.add(about);
    }
  },

  *outcomesAreTold(recording) {
    for (const [event, world] of events(recording)) {
      if (!('task' in event) || event.from !== 'running' || event.to === 'cancelled') continue;
      const { returned } = world.task(event.task);
      const error = 'error' in event ? attemptErrorOf(event.error) : undefined;
      const value =
        error instanceof InvalidResultError ? error.value : (error ?? ('output' in event ? event.output : undefined));
      const outcome = returned?.outcome ?? 'none';
      const told =
        event.to === 'completed' ? ['object', 'nothing'] : [error instanceof InvalidResultError ? 'garbage' : 'error'];
      if (isAttemptFailure(event) && !reasonFits(event))
        yield `${line(event)} gives ${event.reason} as the reason of ${event.error}`;
      if (error instanceof TaskTimedOutError) {
        if (error.task !== event.task || error.attempt !== event.attempt)
          yield `${line(event)} has the timeout of ${idOf(error)}`;
      } else if (!told.includes(outcome)) yield `${line(event)}, but its function had ${outcome}`;
      else if (event.to === 'completed' ? !same(value, returned?.value) : value !== returned?.value)
        yield `${line(event)} tells another value`;
    }
  },

  *deadlinesAreKept(recording) {
    const jobLimit = recording.scenario.timeout ?? Infinity;
    for (const [entry, world] of walk(recording)) {
      if (entry.kind === 'quiet') {
        if (world.job === 'running' && entry.at - world.jobSince >= jobLimit) yield `the job still runs at ${entry.at}`;
        for (const [name, { state, since, plan, returned }] of world.tasks) {
          const isOver = returned !== undefined || entry.at - since >= (plan.timeout ?? Infinity);
          if (state === 'running' && isOver) yield `${name} still runs at ${entry.at}`;
        }
      } else if (entry.kind === 'event') {
        const { event } = entry;
        const isTask = isAttemptFailure(event) && attemptErrorOf(event.error) instanceof TaskTimedOutError;
        const { since, plan } = isTask ? world.task(event.task) : { since: world.jobSince };
        const due = since + ((isTask ? plan?.timeout : jobLimit) ?? Infinity);
        const isTimeout = isTask || event.type === 'job.timedOut';
        if (isTimeout && !world.isOnTime(due, event.at)) yield `${line(event)} at ${event.at}, not at ${due}`;
      }
    }
  },

  *backoffsAreKept(recording) {
    const until = new Map<string, number>();
    for (const [entry, world] of walk(recording)) {
      if (entry.kind === 'quiet') {
        const late = [...world.tasks.keys()].find(
          (name) => world.task(name).state === 'backingOff' && until.get(name)! <= entry.at,
        );
        if (late !== undefined) yield `${late} still backs off at ${entry.at}`;
      } else if (entry.kind === 'event') {
        const { event } = entry;
        if (event.type === 'task.backingOff') until.set(event.task, entry.toldAt + event.delay);
        const isOver = event.type === 'task.ready' && event.from === 'backingOff';
        if (isOver && event.at !== until.get(event.task))
          yield `${line(event)} at ${event.at}, not at ${until.get(event.task)}`;
      }
    }
  },
} satisfies Record<string, Invariant>;
