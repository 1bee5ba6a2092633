import type { ResumeOptions } from '../../durable/resume.ts';
import type { AttemptRequest } from '../../runtime/executor.ts';
import type { Job } from '../../runtime/job.ts';
import type { TaskDefinition } from '../../workflow/task-definition.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import {
  type Choice,
  type CrashChoice,
  type Decision,
  isAboutTask,
  type MadeDecision,
  type MadeEnding,
  type Stopping,
  type TimerChoice,
} from '../model/choice.ts';
import type { JobModel } from '../model/model.ts';
import { chosenOutput, type ModelOutput, mentionedOutputs } from '../model/model-outputs.ts';
import type { RestState } from '../report/trace.ts';
import type { JobSource, Resumer } from './job-source.ts';
import { ManualClock } from './manual-clock.ts';
import { passMicrotasks } from './pass-microtasks.ts';
import { JOB_TIMEOUT, LEASE, OVERDUE, ReplayDelays } from './replay-delays.ts';
import { ReplayStore } from './replay-store.ts';
import { type Outward, obstacleTo, policyFor, restOf } from './stage-state.ts';
import { StagedAttempts } from './staged-attempts.ts';
import { stagedTask, undoableIn } from './staged-tasks.ts';

const ID = 'replay';

/** More than pass between the end of a function and its effects; a saved job also waits for its store. */
const MICROTASKS = 12;
const MICROTASKS_ON_RECORD = 40;

/** Plays choices as a real job on a simulated clock. */
export class Stage {
  readonly #specs: readonly TaskSpec[];
  readonly #delays: ReplayDelays;
  readonly #tasks: readonly TaskDefinition[];
  readonly #outputs: ReadonlyMap<string, readonly ModelOutput[]>;
  readonly #undoable: ReadonlySet<string>;
  readonly #resume: Resumer;
  /** Whether functions of ended attempts return after each step; if results may arrive twice or late, a choice decides that. */
  readonly #returnsLate: boolean;
  #store: ReplayStore | undefined;
  #clock = new ManualClock();
  /** The number of processes the job has had. */
  #process = 1;
  #attempts: StagedAttempts;
  #job: Job;
  /** The `undo` of the job's result. */
  #undone: RestState['undo'];
  #outward: Outward[] = [];
  /** The current choice, which may determine what a retry policy decides. */
  #chosen: Choice | undefined;
  /** What conditions decide that are functions. */
  #decisions: readonly (MadeDecision | MadeEnding)[] = [];
  #cancelAt: number | undefined;

  constructor(model: JobModel, source: JobSource) {
    const { graph, maxConcurrency, maxRetries, onFailure, undo, timeout, crash, countInterrupted, delivery } = model;
    this.#specs = graph.tasks;
    this.#delays = new ReplayDelays(graph.tasks);
    this.#tasks = graph.tasks.map((spec) =>
      stagedTask(spec, model, {
        delays: this.#delays,
        policyOf: (task) => policyFor(task, this.#chosen),
        decisionOf: (task) => this.#decisionOf(task),
        attemptOf: (task) => this.#attempts.lastOf(task)?.attempt,
        call: (execution) => this.#attempts.call(execution),
        undo: (execution) => this.#attempts.call(execution, true),
      }),
    );
    this.#outputs = mentionedOutputs(graph.tasks);
    this.#undoable = undoableIn(model);
    this.#resume = (tasks, id, options) => source.resume(tasks, id, { ...options, countInterrupted });
    this.#returnsLate = delivery === 'exactly-once';
    this.#store = crash === false ? undefined : new ReplayStore();
    this.#attempts = this.#newAttempts();
    this.#job = this.#watch(
      source.start(this.#tasks, {
        ...this.#world(this.#store),
        id: ID,
        maxConcurrency,
        maxRetries,
        onFailure,
        undo,
        timeout: timeout === undefined ? undefined : JOB_TIMEOUT,
      }),
    );
  }

  /** Why a choice can't be taken now; undefined if it can. */
  obstacleTo(choice: Choice): string | undefined {
    return obstacleTo(choice, this.#attempts, this.#clock, this.#delays);
  }

  /**
   * Plays a choice and returns what the job did. Functions of ended attempts return late each time, unless choices decide that;
   * late results must change nothing.
   */
  async play(choice: Choice): Promise<readonly Outward[]> {
    this.#outward = [];
    this.#chosen = choice.kind === 'crash' ? choice.recorded : choice;
    this.#cancelAt = choice.cancelAt;
    this.#decisions = choice.decisions ?? [];
    if (choice.kind === 'crash' && choice.task === undefined) {
      await this.#crash(choice, this.#store as ReplayStore);
    } else if ('inFlight' in choice || 'isLost' in choice) {
      await this.#beginUnanswered(choice, this.#store as ReplayStore);
    } else {
      this.#begin(choice);
    }
    await this.#microtasks();
    if (this.#returnsLate) {
      this.#attempts.returnLate();
      await this.#microtasks();
    }
    return this.#outward;
  }

  /** The job at rest. */
  get state(): RestState {
    return restOf(this.#job, this.#undone, this.#specs, this.#attempts, this.#delays.timersOf(this.#clock.delays));
  }

  #begin(choice: Choice): void {
    switch (choice.kind) {
      case 'start':
        break;
      case 'cancel':
        this.#job.cancel('cancelled');
        break;
      case 'attempt':
        this.#attempts.end(choice, chosenOutput(this.#outputs.get(choice.task), choice)?.value);
        break;
      case 'timer':
        this.#fire(choice);
        break;
      case 'crash':
        this.#attempts.repeat(choice.task as string);
        break;
      case 'duplicate':
        this.#attempts.duplicate(choice);
        break;
      case 'return':
        this.#attempts.returnLast(choice.task);
        break;
      case 'detach':
        this.#job.suspend();
    }
  }

  /** Plays a choice while the store does not answer, so that something is being saved meanwhile; the store may be lost then. */
  async #beginUnanswered(choice: Choice & Stopping, store: ReplayStore): Promise<void> {
    const { inFlight, decided, isLost } = choice;
    // Outcomes are saved in order, so one that stops the job comes first.
    const isOutcome = choice.kind === 'attempt' || (choice.kind === 'timer' && choice.task !== undefined);
    // A job that has not started is still being created.
    const changes = decided === undefined && (isOutcome || this.#job.snapshot().state === 'idle') ? 1 : 0;
    if (decided === undefined || isOutcome) {
      store.pause();
    } else {
      store.pauseAfter(decided);
    }
    this.#decisions = [...(inFlight?.decisions ?? []), ...this.#decisions];
    const isFirst = isOutcome && decided === undefined;
    for (const next of (isFirst ? [choice, inFlight] : [inFlight, choice]).filter((one) => one !== undefined)) {
      this.#chosen = next;
      this.#begin(next);
      await this.#microtasks();
    }
    store.goOn(isLost ? changes : Infinity);
  }

  #fire(choice: TimerChoice): void {
    const { task, isUndo, timer } = choice;
    if (task !== undefined && timer === 'backoff') {
      const attempts = this.#attempts.lastOf(task)?.attempt ?? this.#job.snapshot().tasks.get(task)?.attempts ?? 0;
      this.#store?.endBackoff(task, isUndo ? -attempts : attempts);
    }
    this.#clock.fire(this.#delays.of(choice));
  }

  /** Cuts the process off from its store and starts another one with what is saved. Functions of the first one keep running. */
  async #crash({ recorded, inFlight, decided, decisions = [], limits }: CrashChoice, store: ReplayStore): Promise<void> {
    this.#process += 1;
    if (decided === undefined) {
      store.cut();
      await this.#microtasks();
    } else {
      store.cutAfter(decided);
    }
    this.#decisions = recorded?.decisions ?? [];
    for (const saved of (decided === undefined ? [inFlight, recorded] : [recorded, inFlight]).filter(
      (one) => one !== undefined,
    )) {
      this.#chosen = saved;
      this.#begin(saved);
      await this.#microtasks();
    }
    this.#chosen = undefined;
    this.#decisions = decisions;
    this.#store = store.reopen();
    this.#attempts.returnAll();
    this.#attempts = this.#newAttempts();
    this.#clock = new ManualClock();
    this.#job = this.#watch(this.#resume(this.#tasks, ID, { ...this.#world(this.#store), store: this.#store, ...limits }));
    await this.#microtasks();
    this.#clock.fire(OVERDUE);
  }

  #world(store: ReplayStore | undefined) {
    const process = this.#process;
    return {
      clock: this.#clock,
      onEvent: ({ sequence: _, at: __, restored: ___, ...event }: Parameters<NonNullable<ResumeOptions['onEvent']>>[0]) =>
        this.#note(process, { kind: 'event', event }),
      ...(store && { store, lease: LEASE, executor: (request: AttemptRequest) => this.#attempts.execute(request) }),
    };
  }

  #watch(job: Job): Job {
    if (this.#undoable.size > 0) {
      void job.then(({ undo }) => {
        this.#undone = job === this.#job ? undo : this.#undone;
      });
    }
    return job;
  }

  #newAttempts(): StagedAttempts {
    const process = this.#process;
    return new StagedAttempts((outward) => this.#note(process, outward), this.#undoable);
  }

  #microtasks(): Promise<void> {
    return passMicrotasks(this.#store === undefined ? MICROTASKS : MICROTASKS_ON_RECORD);
  }

  #decisionOf(task: string): Decision {
    return this.#decisions.filter(isAboutTask).find((one) => one.task === task)?.decision ?? 'holds';
  }

  /** Notes something visible from outside, which may cancel the job. */
  #note(process: number, outward: Outward): void {
    if (process === this.#process) {
      this.#outward.push(outward);
      if (this.#outward.length === this.#cancelAt) {
        this.#job.cancel('cancelled');
      }
    }
  }
}
