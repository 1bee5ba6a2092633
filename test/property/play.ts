import { isDeepStrictEqual } from 'node:util';
import {
  type Interpreter,
  type Job,
  type JobEvent,
  type JobResult,
  run,
  type TaskDefinition,
  type TaskExecution,
  TaskTimedOutError,
} from 'tintype';
import type { InspectionEvent } from 'xstate';
import { afterPause } from '../../src/time/event-loop.ts';
import { SteppedClock, settle } from '../helpers/simulated-time.ts';
import { CountedClock } from './counted-clock.ts';
import type { AskEntry, Entry, EventEntry, Recording, ReturnEntry } from './recording.ts';
import {
  type AttemptPlan,
  attemptPlan,
  type BackoffPlan,
  CANCEL_REASON,
  garbageOf,
  INITIAL_CONTEXT,
  idOf,
  outputOf,
  RANDOM,
  type Scenario,
  type TaskPlan,
} from './scenario.ts';

/** More than any scenario needs: a broken library shall make a test fail, not hang. */
const STEPS = 20_000;

Math.random = () => RANDOM;

/** How the machines of a job are stepped, and who looks at them. */
export interface Manner {
  readonly interpreter?: Interpreter;
  readonly inspect?: (event: InspectionEvent) => void;
  /** Look at the actors from this event on. */
  readonly lookAt?: number;
}

/** Runs a scenario as a job on a simulated clock, until neither the job nor a task function has anything left to do. */
export async function play(scenario: Scenario, manner: Manner = {}): Promise<Recording> {
  return new Stage(scenario, manner).play();
}

class Stage {
  readonly #scenario: Scenario;
  readonly #manner: Manner;
  readonly #timeline: Entry[] = [];
  readonly #clock = new SteppedClock();
  readonly #ownClock = new CountedClock(this.#clock);
  readonly #controller = new AbortController();
  readonly #executions: TaskExecution[] = [];
  readonly #calls: number;
  #listenerErrors = 0;
  #asked = 0;
  #job!: Job;

  constructor(scenario: Scenario, manner: Manner) {
    this.#scenario = scenario;
    this.#manner = manner;
    this.#calls = 20 * scenario.tasks.length;
  }

  async play(): Promise<Recording> {
    // Pauses come after the same outcomes each time.
    await new Promise<void>(afterPause);
    const { tasks, cancel, faultyListener, maxConcurrency, maxRetries, timeout, backoff, retryIf } = this.#scenario;
    const options = { id: 'job', maxConcurrency, maxRetries, timeout, context: INITIAL_CONTEXT, clock: this.#ownClock };
    const onListenerError = () => {
      this.#listenerErrors += 1;
    };
    const onEvent = faultyListener ? fail : undefined;
    this.#job = run(
      tasks.map((plan) => this.#define(plan)),
      {
        ...options,
        backoff: isAsked(backoff) ? (attempt) => delayOf(backoff, attempt) : backoff,
        retryIf: retryIf === 'every' ? true : retryIf && ((error) => isWanted(retryIf, error)),
        signal: this.#controller.signal,
        onEvent,
        onListenerError,
        interpreter: this.#manner.interpreter,
        inspect: this.#manner.inspect,
      },
    );
    this.#job.on('*', (event) => this.#hear(event));
    const streamed: JobEvent[] = [];
    void collect(this.#job.events(), streamed);
    let drained = false;
    void this.#job.drained.then(() => {
      drained = true;
    });
    let result: JobResult | undefined;
    let pendingTimers = 0;
    void this.#job.then((ended) => {
      result = ended;
      pendingTimers = this.#ownClock.pending;
    });
    if (cancel?.when === 'beforeStart') {
      this.#cancel();
    } else if (typeof cancel?.when === 'object' && 'time' in cancel.when) {
      this.#clock.setTimeout(() => this.#cancel(), cancel.when.time);
    }
    for (let steps = 0; steps < STEPS; steps += 1) {
      await settle();
      const active = this.#active(this.#executions);
      this.#timeline.push({ kind: 'quiet', at: this.#clock.now(), active });
      if (!this.#clock.step()) {
        break;
      }
    }
    const afterwards = this.#job.snapshot();
    const listenerErrors = this.#listenerErrors;
    return {
      scenario: this.#scenario,
      timeline: this.#timeline,
      streamed,
      result,
      afterwards,
      pendingTimers,
      listenerErrors,
      drained,
    };
  }

  #active(executions: readonly TaskExecution[]): string[] {
    return executions.filter(({ isActive }) => isActive()).map(idOf);
  }

  #hear(event: JobEvent): void {
    const own = 'task' in event ? this.#executions.filter(({ task }) => task === event.task) : [];
    const value = event.type === 'task.completed' ? this.#job.snapshot().context[event.task] : undefined;
    const at = this.#clock.now();
    const entry: EventEntry = { kind: 'event', at, event, toldAt: at, value, active: this.#active(own) };
    this.#timeline.push(entry);
    if (event.sequence === this.#manner.lookAt) {
      this.#job.actor.getSnapshot();
    }
    this.#cancelIf('event', event.sequence);
    this.#hurryIf('event', event.sequence, entry);
  }

  #hurryIf(kind: 'event' | 'ask', count: number, entry: EventEntry | AskEntry): void {
    if (isDeepStrictEqual(this.#scenario.hurry, { [kind]: count })) {
      this.#clock.step();
      entry.toldAt = this.#clock.now();
    }
  }

  #cancelIf(kind: 'event' | 'call', count: number): void {
    if (isDeepStrictEqual(this.#scenario.cancel?.when, { [kind]: count })) {
      this.#cancel();
    }
  }

  #cancel(): void {
    const by = this.#scenario.cancel?.by;
    this.#timeline.push({ kind: 'cancel', at: this.#clock.now(), reason: by === 'stop' ? undefined : CANCEL_REASON });
    if (by === 'cancel') {
      this.#job.cancel(CANCEL_REASON);
    } else if (by === 'signal') {
      this.#controller.abort(CANCEL_REASON);
    } else {
      this.#job.actor.stop();
    }
  }

  #define(plan: TaskPlan): TaskDefinition {
    const { name, dependencies, timeout, maxRetries, continueOnFailure, retryIf, backoff } = plan;
    const ask = (question: 'retryIf' | 'backoff', error: unknown) => {
      const at = this.#clock.now();
      const entry: AskEntry = { kind: 'ask', at, task: name, question, error, toldAt: at };
      this.#timeline.push(entry);
      this.#asked += 1;
      this.#hurryIf('ask', this.#asked, entry);
    };
    return {
      name,
      dependencies: dependencies.length % 2 === 0 ? dependencies : new Set(dependencies),
      timeout,
      maxRetries,
      continueOnFailure,
      backoff: isAsked(backoff)
        ? (attempt, error) => {
            ask('backoff', error);
            return delayOf(backoff, attempt);
          }
        : backoff,
      retryIf:
        retryIf === 'every'
          ? true
          : retryIf &&
            ((error) => {
              ask('retryIf', error);
              return isWanted(retryIf, error);
            }),
      run: (context, execution) => this.#call(plan, context, execution),
    };
  }

  #call(plan: TaskPlan, context: Record<string, unknown>, execution: TaskExecution): unknown {
    const { task, attempt, signal, isActive } = execution;
    const seen = Object.fromEntries(plan.dependencies.map((name) => [name, context[name]]));
    this.#executions.push(execution);
    this.#timeline.push({ kind: 'call', at: this.#clock.now(), task, attempt, active: isActive(), seen });
    const onAbort = () => {
      this.#timeline.push({ kind: 'abort', at: this.#clock.now(), task, attempt, active: isActive(), reason: signal.reason });
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    this.#cancelIf('call', this.#executions.length);
    const { does, after } = attemptPlan(plan, attempt);
    if (does === 'never' || this.#executions.length > this.#calls) {
      return new Promise(() => {});
    }
    if (does === 'untilAborted') {
      return new Promise((resolve) => signal.addEventListener('abort', resolve)).then(() => this.#finish(execution, does));
    }
    if (after === 'sync') {
      return this.#finish(execution, does);
    }
    const passed = after === 0 ? Promise.resolve() : new Promise((resolve) => this.#clock.setTimeout(resolve, after));
    return passed.then(() => this.#finish(execution, does));
  }

  #finish({ task, attempt, isActive }: TaskExecution, does: Exclude<AttemptPlan['does'], 'never'>): unknown {
    const end = (outcome: ReturnEntry['outcome'], value: unknown) => {
      this.#timeline.push({ kind: 'return', at: this.#clock.now(), task, attempt, active: isActive(), outcome, value });
      return value;
    };
    switch (does) {
      case 'object':
        return end('object', outputOf(task, attempt));
      case 'nothing':
        return end('nothing', undefined);
      case 'garbage':
        return end('garbage', garbageOf(task, attempt));
      case 'throwsTypeError':
        throw end('error', new TypeError(idOf({ task, attempt })));
      default:
        throw end('error', new Error(idOf({ task, attempt })));
    }
  }
}

function fail(): never {
  throw new Error('on purpose');
}

function isWanted(retryIf: TaskPlan['retryIf'], error: unknown): boolean {
  if (retryIf === 'throws') {
    fail();
  }
  return retryIf === 'always' || retryIf === (error instanceof TaskTimedOutError ? 'timeouts' : 'exceptions');
}

type AskedBackoff = Extract<BackoffPlan, string | { readonly perAttempt: number }>;

const isAsked = (backoff: BackoffPlan | undefined): backoff is AskedBackoff =>
  typeof backoff === 'string' || (typeof backoff === 'object' && 'perAttempt' in backoff);

function delayOf(backoff: AskedBackoff, attempt: number): number {
  if (backoff === 'throws') {
    fail();
  }
  return backoff === 'invalid' ? NaN : attempt * backoff.perAttempt;
}

async function collect(source: AsyncIterable<JobEvent>, target: JobEvent[]): Promise<void> {
  for await (const event of source) {
    target.push(event);
  }
}
