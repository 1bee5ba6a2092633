import type { JobEmitted, TaskEmitted } from '../machines/events.ts';
import { type Deferred, deferred } from '../runtime/deferred.ts';
import type { Job } from '../runtime/job.ts';
import { run } from '../runtime/run.ts';
import { quote } from '../workflow/describe-value.ts';
import type { TaskDefinition, TaskExecution } from '../workflow/task-definition.ts';
import type { TaskSpec } from '../workflow/task-spec.ts';
import type { AttemptChoice, Choice, Policy } from './choice.ts';
import { ManualClock } from './manual-clock.ts';
import type { JobModel } from './model.ts';
import { policiesAfter } from './policies.ts';
import type { RestState } from './trace.ts';

/** What a job does that others see. */
export type Outward =
  | { readonly kind: 'event'; readonly event: TaskEmitted | JobEmitted }
  | { readonly kind: 'called' | 'aborted'; readonly task: string; readonly attempt: number };

/** How a job is started: as `run` does it. */
export type Runner = (tasks: readonly TaskDefinition[], options: NonNullable<Parameters<typeof run>[1]>) => Job;

// Each timer of a job has a delay of its own, by which it is known.
const TIMEOUT = 1_000_000;
const BACKOFF = 2_000_000;
const JOB_TIMEOUT = 3_000_000;

/** More than the microtasks between the end of a function and what follows from it. */
const MICROTASKS = 12;

async function microtasks(): Promise<void> {
  for (let microtask = 0; microtask < MICROTASKS; microtask += 1) {
    await undefined;
  }
}

const ignore = (): void => {};

interface StartedAttempt {
  readonly attempt: TaskExecution;
  readonly end: Deferred<unknown>;
}

/** Plays choices as a real job, with functions that do what they are told, on a simulated clock. */
export class Stage {
  readonly #specs: readonly TaskSpec[];
  readonly #clock = new ManualClock();
  /** All that began, in their order. */
  readonly #attempts: StartedAttempt[] = [];
  readonly #job: Job;
  #outward: Outward[] = [];
  #policy: Policy | undefined;
  #cancelAt: number | undefined;

  constructor({ graph, maxConcurrency, maxRetries, timeout }: JobModel, start: Runner) {
    this.#specs = graph.tasks;
    this.#job = start(
      graph.tasks.map((spec, index) => this.#define(spec, index)),
      {
        id: 'replay',
        maxConcurrency,
        maxRetries,
        timeout: timeout === undefined ? undefined : JOB_TIMEOUT,
        clock: this.#clock,
        onEvent: ({ sequence: _, at: __, ...event }) => this.#note({ kind: 'event', event }),
      },
    );
  }

  /** Why something can't happen now, where it can't. */
  obstacleTo(choice: Choice): string | undefined {
    if (choice.kind === 'attempt' && !this.#lastOf(choice.task)?.attempt.isActive()) {
      return `no attempt of ${quote(choice.task)} runs`;
    }
    if (choice.kind === 'timer' && !this.#clock.delays.includes(this.#delayOf(choice.task, choice.timer))) {
      return `the timer ${choice.timer} of ${choice.task === undefined ? 'the job' : quote(choice.task)} is not pending`;
    }
    return undefined;
  }

  /**
   * Lets something happen, and gives what the job did then. Functions whose attempts are over return late each time, which must
   * change nothing.
   */
  async play(choice: Choice): Promise<readonly Outward[]> {
    this.#outward = [];
    this.#policy = 'policy' in choice ? choice.policy : undefined;
    this.#cancelAt = choice.cancelAt;
    this.#begin(choice);
    await microtasks();
    for (const { attempt, end } of this.#attempts) {
      if (!attempt.isActive()) {
        end.resolve({ late: true });
      }
    }
    await microtasks();
    return this.#outward;
  }

  /** The job, at rest. */
  get state(): RestState {
    const { state, tasks } = this.#job.snapshot();
    return {
      job: state,
      tasks: this.#specs.map(({ name }) => {
        const last = this.#lastOf(name)?.attempt;
        return {
          name,
          state: tasks.get(name)?.state ?? 'unscheduled',
          ...(last?.isActive() && { runningAttempt: last.attempt }),
        };
      }),
      timers: this.#clock.delays.map((delay) => this.#timerOf(delay)),
    };
  }

  #lastOf(task: string): StartedAttempt | undefined {
    return this.#attempts.findLast(({ attempt }) => attempt.task === task);
  }

  #begin(choice: Choice): void {
    switch (choice.kind) {
      case 'start':
        break;
      case 'cancel':
        this.#job.cancel('cancelled');
        break;
      case 'attempt':
        this.#end(choice);
        break;
      case 'timer':
        this.#clock.fire(this.#delayOf(choice.task, choice.timer));
    }
  }

  #end({ task, outcome }: AttemptChoice): void {
    const ends = { returns: undefined, throws: Promise.reject('exception'), garbage: 'garbage' };
    ends.throws.catch(ignore);
    this.#lastOf(task)?.end.resolve(ends[outcome]);
  }

  /** The job does something that others see, and may be cancelled by them. */
  #note(outward: Outward): void {
    this.#outward.push(outward);
    if (this.#outward.length === this.#cancelAt) {
      this.#job.cancel('cancelled');
    }
  }

  #define(spec: TaskSpec, index: number): TaskDefinition {
    const { name, dependencies, maxRetries, timeout, continueOnFailure } = spec;
    const policyAfter = (attempt: number) => this.#policy ?? policiesAfter(spec, attempt)[0];
    return {
      name,
      dependencies,
      maxRetries,
      continueOnFailure,
      timeout: timeout === undefined ? undefined : TIMEOUT + index,
      retryIf: () => policyAfter(this.#lastOf(name)?.attempt.attempt ?? 1) !== 'giveUp',
      backoff: (attempt) => (policyAfter(attempt) === 'backOff' ? BACKOFF + index : 0),
      run: (_, execution) => this.#call(execution),
    };
  }

  #call(attempt: TaskExecution): Promise<undefined> {
    const end = deferred<unknown>();
    const { task, attempt: number, signal } = attempt;
    this.#attempts.push({ attempt, end });
    signal.addEventListener('abort', () => this.#note({ kind: 'aborted', task, attempt: number }));
    this.#note({ kind: 'called', task, attempt: number });
    return end.promise as Promise<undefined>;
  }

  #delayOf(task: string | undefined, timer: string): number {
    const index = this.#specs.findIndex(({ name }) => name === task);
    return task === undefined ? JOB_TIMEOUT : (timer === 'backoff' ? BACKOFF : TIMEOUT) + index;
  }

  #timerOf(delay: number): RestState['timers'][number] {
    if (delay >= JOB_TIMEOUT) {
      return { timer: 'jobTimeout' };
    }
    const [timer, base] = delay >= BACKOFF ? ['backoff', BACKOFF] : ['attemptTimeout', TIMEOUT];
    return { task: this.#specs[delay - Number(base)]?.name as string, timer: String(timer) };
  }
}

/** The job of this library. */
export const runner: Runner = (tasks, options) => run(tasks, options) as Job;
