import type { AnyEventObject, AnyStateMachine } from 'xstate';
import type { SkipReason, TaskState } from '../../machines/events.ts';
import type { TaskContext, TaskInput } from '../../machines/task.machine.ts';
import { policyOf, type RetryPolicy } from '../../runtime/attempts/retry-policy.ts';
import { FAILS, KNOWN, type Rank, UNKNOWN } from '../../runtime/machines/slot-queue.ts';
import { quote } from '../../values/describe-value.ts';
import type { TaskSpec } from '../../workflow/task-spec.ts';
import { CheckError } from '../check-error.ts';
import type { LocalMachine, LocalState, Timer } from '../tables/local-machine.ts';
import type { JobModel } from './model.ts';
import { chosenOutput, type ModelOutput, type ShownOutput } from './model-outputs.ts';
import { SteppedActor } from './stepped-actor.ts';
import { TaskRecord } from './task-record.ts';

/** State numbers are stored as characters. */
const LAST_CHARACTER = 0xffff;

/** A machine, the state its events have announced, and its states at rest as numbers. */
export class ModelActor extends SteppedActor {
  announced: string;
  readonly #timerSets: (readonly Timer[])[] = [];
  readonly #timerSetIds = new Map<string, number>();

  constructor(machine: AnyStateMachine, id: string, input: unknown, parent?: SteppedActor) {
    super(machine, id, input, parent);
    this.announced = this.state.name;
  }

  /** An event announces a state. */
  announce(event: AnyEventObject): void {
    this.announced = event.to;
  }

  /** Two numbers that stand for its state and its timers at rest. */
  save(): [state: number, timers: number] {
    if (this.state.id > LAST_CHARACTER) {
      throw new CheckError(`The machine of ${this.id} has more than ${LAST_CHARACTER} states: lower \`maxRetries\``);
    }
    const key = this.timers.map(({ id }) => id).join();
    let id = this.#timerSetIds.get(key);
    if (id === undefined) {
      id = this.#timerSets.push(this.timers) - 1;
      this.#timerSetIds.set(key, id);
    }
    return [this.state.id, id];
  }

  load(state: number, timers: number): void {
    this.rest(this.machine.state(state), this.#timerSets[timers] as readonly Timer[]);
    this.announced = this.state.name;
  }

  /** Resets it to its state before the start. */
  reset(): void {
    this.rest(this.first.next, []);
    this.announced = this.state.name;
  }

  /**
   * Removes the timer of a delay, as it fires.
   * @throws {CheckError} if it is not pending
   */
  takeTimer(name: string): Timer {
    const timer = this.timers.find((one) => one.name === name);
    if (timer === undefined) {
      throw new CheckError(`The ${name} timer of ${quote(this.id)} can't fire: it is not pending`);
    }
    this.timers = this.timers.filter((one) => one !== timer);
    return timer;
  }
}

/** What the state of a task at rest consists of, apart from its place in the job. */
export interface TaskAtRest {
  /** The name of the task. */
  readonly id: string;
  readonly name: string;
  readonly index: number;
  readonly spec: TaskSpec;
  readonly policy: RetryPolicy;
  readonly maxRetries: number;
  readonly outputs: readonly ModelOutput[];
  readonly machine: LocalMachine;
  readonly state: LocalState;
  readonly timers: readonly Timer[];
  /** The number of the running attempt; 0 if there is none. */
  readonly attempt: number;
  /** The number of attempts started. */
  readonly attempts: number;
  /** Set if it is the undo of a task. */
  readonly isUndo?: boolean;
  /** Whether it is an undo that waits for a function to return. */
  readonly isWaiting?: boolean;
}

/** A task in the model: its machine, its place in the graph, and its attempt. */
export class ModelTask extends ModelActor {
  readonly index: number;
  readonly spec: TaskSpec;
  /** How many retries the process of the job allows. */
  maxRetries: number;
  /** The most that any process allows. No more can be saved, so the states stay finite even if something is broken. */
  readonly #mostRetries: number;
  readonly policy: RetryPolicy;
  readonly dependencies: ModelTask[] = [];
  readonly dependents: ModelTask[] = [];
  /** The number of the running attempt; 0 if there is none. */
  attempt = 0;
  /** Its outputs that conditions tell apart; empty if none mentions it. */
  readonly outputs: readonly ModelOutput[];
  /** The number of the output it has, counted from 1; 0 for none. */
  output = 0;
  /** The number of the output that its last attempt has returned. */
  returned = 0;
  /** Why it was skipped, if it was. */
  reason: SkipReason | undefined;
  /** The task it was skipped for, if its dependencies skipped it in this step. */
  origin: string | undefined;
  readonly #keepsGoing: boolean;
  /** Its position in the workflow order. */
  readonly position: number;
  /** How its attempts ended, if the job is saved. */
  readonly record: TaskRecord;
  input: TaskInput;
  readonly isUndo: boolean = false;
  /** Its undo, if the job may undo it. */
  undo: TaskUndo | undefined;
  /** Whether an attempt that didn't complete it may have had an effect. Kept for tasks that can be undone, until it is planned what is. */
  hasActed = false;
  /** Whether a function that was called for it has not returned although its attempt is over. Kept for tasks that can be undone. */
  isStray = false;

  constructor(
    index: number,
    spec: TaskSpec,
    outputs: readonly ModelOutput[],
    model: JobModel,
    job: ModelActor,
    id: string = spec.name,
  ) {
    const { name, dependencies, anyOf, when, timeout, continueOnFailure } = spec;
    const maxRetries = spec.maxRetries ?? model.maxRetries;
    const input: TaskInput = {
      task: name,
      dependencies,
      anyOf,
      isConditional: when !== undefined,
      maxRetries,
      timeout: timeout ?? null,
      continueOnFailure: continueOnFailure ?? false,
    };
    super(model.machines.task, id, input, job);
    this.input = input;
    this.index = index;
    this.spec = spec;
    this.outputs = outputs;
    this.#keepsGoing = model.onFailure === 'keepGoing';
    this.position = model.graph.positions[index] as number;
    this.maxRetries = maxRetries;
    this.#mostRetries = spec.maxRetries ?? Math.max(maxRetries, ...model.resumeLimits.map((limits) => limits.maxRetries ?? 0));
    this.policy = policyOf(spec, model);
    this.record = new TaskRecord(id);
  }

  override reset(): void {
    super.reset();
    this.attempt = 0;
    this.output = 0;
    this.reason = undefined;
    this.hasActed = false;
    this.isStray = false;
  }

  /** Whether it is an undo that waits for a function to return. */
  get isWaiting(): boolean {
    return false;
  }

  /** Whether the job continues if it fails. */
  get isTolerant(): boolean {
    return this.#keepsGoing || this.spec.continueOnFailure === true || this.spec.finally === true;
  }

  /** Its state as events report it, undo included. */
  get shown(): TaskState {
    return this.undo?.shown ?? (this.announced as TaskState);
  }

  override announce(event: AnyEventObject): void {
    super.announce(event);
    this.reason = event.to === 'skipped' ? event.reason : undefined;
    this.origin = event.origin;
  }

  /** Its attempt returns one of the outputs that conditions tell apart. */
  return(output: ShownOutput | undefined): void {
    this.returned = this.#numberOf(output);
  }

  /** Its output enters the context of the job. */
  merge(output: object | undefined): void {
    this.output = this.#numberOf(output);
  }

  #numberOf(output: object | undefined): number {
    const chosen = chosenOutput(this.outputs, { output });
    return chosen === undefined ? 0 : this.outputs.indexOf(chosen) + 1;
  }

  /** What its last attempt has returned, as its events show it. */
  get returnedOutput(): object | undefined {
    return this.outputs[this.returned - 1]?.shown;
  }

  /** What conditions see of it. */
  get outputValue(): object | undefined {
    return this.outputs[this.output - 1]?.value;
  }

  /** Sets the limit of the job's process. A retry that is saved happens even if the limit is lower. */
  limit(maxRetries: number): void {
    const allowed = Math.min(Math.max(this.spec.maxRetries ?? maxRetries, this.record.retries), this.#mostRetries);
    if (allowed !== this.maxRetries) {
      this.maxRetries = allowed;
      this.first = this.machine.first({ ...this.input, maxRetries: allowed });
    }
  }

  /** The number of attempts started. */
  get attempts(): number {
    return (this.state.snapshot.context as TaskContext).attempt;
  }

  /** What is saved about its next attempt. */
  get rank(): Rank {
    const outcome = this.record.outcomeOf(this.attempts + 1);
    if (outcome === undefined) {
      return UNKNOWN;
    }
    const isFailure = outcome !== 'succeeded' && !this.isTolerant;
    return isFailure && outcome.policy === 'giveUp' ? FAILS : KNOWN;
  }

  get name(): string {
    return this.spec.name;
  }
}

/** The undo of a task, as far as others need to know. */
export interface TaskUndo extends ModelTask {
  /** Whether the job undoes the task. */
  readonly isPlanned: boolean;
}
