import type { JobEvent, JobResult, JobSnapshot, JobState, TaskState } from 'tintype';
import { idOf, type Scenario, type TaskPlan } from './scenario.ts';

interface AttemptEntry {
  readonly at: number;
  readonly task: string;
  readonly attempt: number;
  /** What `isActive()` says. */
  readonly active: boolean;
}

/** A task function is called; `seen` is what the context has of each dependency. */
export interface CallEntry extends AttemptEntry {
  readonly kind: 'call';
  readonly seen: Readonly<Record<string, unknown>>;
}

/** A task function ends, with what it returned or threw. */
export interface ReturnEntry extends AttemptEntry {
  readonly kind: 'return';
  readonly outcome: 'object' | 'nothing' | 'garbage' | 'error';
  readonly value: unknown;
}

export interface AbortEntry extends AttemptEntry {
  readonly kind: 'abort';
  readonly reason: unknown;
}

/** A listener is told; `value` is what the context has of the task, `active` its attempts whose `isActive()` is true. */
export interface EventEntry {
  readonly kind: 'event';
  readonly at: number;
  readonly event: JobEvent;
  /** When the listeners returned, which can take time; only then timers start. */
  toldAt: number;
  readonly value: unknown;
  readonly active: readonly string[];
}

export interface CancelEntry {
  readonly kind: 'cancel';
  readonly at: number;
  readonly reason: unknown;
}

/** The retry policy of a task is asked. */
export interface AskEntry {
  readonly kind: 'ask';
  readonly at: number;
  readonly task: string;
  readonly question: 'retryIf' | 'backoff';
  /** When the policy answered. */
  toldAt: number;
  readonly error: unknown;
}

/** Nothing is left to happen before the clock moves; `active` are all attempts whose `isActive()` is true. */
export interface QuietEntry {
  readonly kind: 'quiet';
  readonly at: number;
  readonly active: readonly string[];
}

export type Entry = CallEntry | ReturnEntry | AbortEntry | EventEntry | CancelEntry | AskEntry | QuietEntry;

/** All that can be seen of a job from outside, in the order in which it happened. */
export interface Recording {
  readonly scenario: Scenario;
  readonly timeline: readonly Entry[];
  /** What `job.events()` gave. */
  readonly streamed: readonly JobEvent[];
  readonly result: JobResult | undefined;
  /** How the job stands after every function that ends has ended, long after the job. */
  readonly afterwards: JobSnapshot;
  /** How many timers of the job were pending when its result came. */
  readonly pendingTimers: number;
  readonly listenerErrors: number;
  readonly drained: boolean;
}

export interface TaskInWorld {
  readonly plan: TaskPlan;
  state: TaskState;
  attempt: number;
  /** When it came into its state, and all were told; while it runs, when its function was called. */
  since: number;
  called: boolean;
  returned: ReturnEntry | undefined;
  aborted: boolean;
}

/** How the job stands at some entry of a timeline, as its events tell. */
export class World {
  readonly tasks: ReadonlyMap<string, TaskInWorld>;
  job: JobState = 'idle';
  jobSince = 0;
  /** While listeners or a retry policy took their time: what is due meanwhile comes at the end of it. */
  #slow = { from: 0, until: 0 };

  constructor({ tasks }: Scenario) {
    const fresh = { attempt: 0, since: 0, called: false, returned: undefined, aborted: false };
    this.tasks = new Map(tasks.map((plan) => [plan.name, { plan, state: 'unscheduled', ...fresh }]));
  }

  task(name: string): TaskInWorld {
    return this.tasks.get(name) as TaskInWorld;
  }

  get ended(): boolean {
    return this.job !== 'idle' && this.job !== 'running';
  }

  count(state: TaskState): number {
    return [...this.tasks.values()].filter((task) => task.state === state).length;
  }

  /** Whether something that is due at a time may happen at another. */
  isOnTime(due: number, at: number): boolean {
    const { from, until } = this.#slow;
    return at === due || (from <= due && due <= until && at === until);
  }

  isCurrent({ task, attempt }: { readonly task: string; readonly attempt: number }): boolean {
    const { state, attempt: latest, aborted } = this.task(task);
    return state === 'running' && latest === attempt && !aborted;
  }

  /** The ids of the attempts whose function was called and whose result is wanted. */
  get current(): string[] {
    const tasks = [...this.tasks].filter(([, { state, called, aborted }]) => state === 'running' && called && !aborted);
    return tasks.map(([task, { attempt }]) => idOf({ task, attempt }));
  }

  waitsFor({ dependencies }: TaskPlan): readonly string[] {
    return dependencies.filter((name) => this.task(name).state !== 'completed');
  }

  apply(entry: Entry): void {
    if ('toldAt' in entry && entry.toldAt > entry.at) {
      this.#slow = { from: entry.at, until: entry.toldAt };
    }
    if (entry.kind === 'event') {
      this.#applyEvent(entry.event, entry.toldAt);
    } else if ('attempt' in entry) {
      const task = this.task(entry.task);
      if (entry.attempt === task.attempt) {
        task.called ||= entry.kind === 'call';
        task.since = entry.kind === 'call' ? entry.at : task.since;
        task.aborted ||= entry.kind === 'abort';
        task.returned ??= entry.kind === 'return' ? entry : undefined;
      }
    }
  }

  #applyEvent(event: JobEvent, since: number): void {
    if (!('task' in event)) {
      this.job = event.to;
      this.jobSince = since;
      return;
    }
    const task = this.task(event.task);
    Object.assign(task, { state: event.to, attempt: event.attempt, since });
    if (event.to === 'running') {
      Object.assign(task, { called: false, returned: undefined, aborted: false });
    }
  }
}

/** Goes through a timeline, and gives with each entry the world just before it. */
export function* walk({ scenario, timeline }: Recording): Generator<[Entry, World]> {
  const world = new World(scenario);
  for (const entry of timeline) {
    yield [entry, world];
    world.apply(entry);
  }
}

export function* events(recording: Recording): Generator<[JobEvent, World, EventEntry]> {
  for (const [entry, world] of walk(recording)) {
    if (entry.kind === 'event') {
      yield [entry.event, world, entry];
    }
  }
}

/** A claim about every job: gives what breaks it. */
export type Invariant = (recording: Recording) => Iterable<string>;

/** An event in a message. */
export const line = (event: JobEvent): string =>
  `${event.sequence} ${'task' in event ? event.task : 'JOB'} > ${event.from} -> ${event.to}`;
