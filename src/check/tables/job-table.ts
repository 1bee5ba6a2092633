import type { AnyEventObject, AnyStateMachine } from 'xstate';
import { JOB_STATES, type JobState, type StopReason } from '../../machines/events.ts';
import type { JobContext, JobInput } from '../../machines/job.machine.ts';
import { breachesOfEvents, breachesOfStep } from '../laws/machine-laws.ts';
import { isPending } from '../laws/task-laws.ts';
import { isSettled } from '../laws/transition-rules.ts';
import type { TimerChoice } from '../model/choice.ts';
import { timersOfJob } from '../model/possible-choices.ts';
import { LocalMachine, type LocalState, type LocalStep, type NamedAction, type Timer, timersAfter } from './local-machine.ts';
import * as program from './program.ts';
import { Suspicion } from './suspicion.ts';
import { STOP_REASONS } from './task-codes.ts';

/** The name of every task, as far as machines know. */
export const ANY_TASK = '?';

// Messages to the job, as numbers; those of tasks get the numbers after these.
export const JOB_START = 0;
export const JOB_CANCEL = 1;
export const END_SAVED = 2;
export const END_SAVED_AS_FAILED = 3;
/** Plus the position of the timer. */
export const JOB_TIMER = 4;
const FROM_TASKS = 8;

const MESSAGES: readonly AnyEventObject[] = [
  { type: 'job.start' },
  { type: 'job.cancel', reason: 'cancelled' },
  { type: 'end.saved' },
  { type: 'end.saved', failedTask: ANY_TASK },
];

/** A state of the job, with what the books say in it. */
export interface JobLocal {
  readonly state: LocalState;
  readonly timers: readonly Timer[];
  readonly name: JobState;
  readonly isSettled: boolean;
  /** Whether a law is broken that only looks at the job. */
  readonly isBroken: boolean;
  readonly context: JobContext;
  /** What may happen from outside: timers. */
  readonly choices: readonly TimerChoice[];
}

/** The states of a job as numbers, and what happens in each. Filled as the search comes to them, by stepping the machine. */
export class JobTable {
  /** Stands for the actor of the job. */
  readonly self: object;
  readonly #locals: JobLocal[] = [];
  readonly #machine: LocalMachine;
  readonly #hasTimeout: boolean;
  readonly #slots: number;
  readonly #onTransitions: program.OnTransitions;
  readonly #ids = new Map<number | string, number>();
  readonly #programs: (program.Program | undefined)[][] = [];
  readonly #messages: AnyEventObject[] = [];
  readonly #codes = new Map<string, number>();

  constructor(machine: AnyStateMachine, input: JobInput, onTransitions: program.OnTransitions) {
    this.#machine = new LocalMachine(machine, 'job');
    this.self = this.#machine.self;
    this.#slots = input.slots;
    this.#hasTimeout = input.timeout !== null;
    this.#onTransitions = onTransitions;
    const { next, actions, deferred, transitions } = this.#machine.first(input);
    if (deferred.length > 0 || actions.some(({ type }) => type !== 'spawnTasks')) {
      throw new Suspicion('a job that does something before it starts');
    }
    onTransitions(transitions);
    this.#number(next, []);
  }

  local(state: number): JobLocal {
    return this.#locals[state] as JobLocal;
  }

  /** The number of a message of a task. */
  codeOf(message: AnyEventObject): number {
    const text = JSON.stringify(message);
    const code = this.#codes.get(text) ?? FROM_TASKS + this.#messages.push(message) - 1;
    this.#codes.set(text, code);
    return code;
  }

  /** What happens in a state. */
  program(state: number, code: number): program.Program {
    const programs = this.#programs[state] as (program.Program | undefined)[];
    programs[code] ??= this.#write(this.local(state), code);
    return programs[code];
  }

  #number(state: LocalState, timers: readonly Timer[]): number {
    const key = timers.length === 0 ? state.id : [state.id, ...timers.map(({ id }) => id)].join();
    const known = this.#ids.get(key);
    if (known !== undefined) {
      return known;
    }
    const id = this.#locals.length;
    const isOver = isSettled(state.name);
    const isUntimed = state.name === 'running' && this.#hasTimeout && !isPending({ timers }, 'jobTimeout');
    this.#ids.set(key, id);
    this.#locals.push({
      state,
      timers,
      name: state.name as JobState,
      isSettled: isOver,
      isBroken: isUntimed || (isOver && timers.length > 0),
      context: state.snapshot.context as JobContext,
      choices: timersOfJob({ timers }),
    });
    this.#programs.push([]);
    return id;
  }

  #write({ state, timers }: JobLocal, code: number): program.Program {
    const timer = code >= JOB_TIMER && code < FROM_TASKS ? timers[code - JOB_TIMER] : undefined;
    const event = timer?.event ?? MESSAGES[code] ?? (this.#messages[code - FROM_TASKS] as AnyEventObject);
    if (state.status !== 'active') {
      throw new Suspicion(`${event.type} to a job that has ended`);
    }
    const step = this.#machine.stepOnce(state, event);
    this.#onTransitions(step.transitions);
    const { running } = step.next.snapshot.context as JobContext;
    const areBroken = [breachesOfStep('job', event, state, step.next), breachesOfEvents('job', 'job', state, step)].some(
      (breaches) => breaches.next().done !== true,
    );
    if (areBroken || running < 0 || running > this.#slots) {
      throw new Suspicion(`${event.type} to a job that is ${state.name}`);
    }
    const events = program.eventsOf(step);
    const left = timer === undefined ? timers : timers.filter((one) => one !== timer);
    return {
      next: this.#number(step.next, timersAfter(left, step)),
      instructions: [
        ...step.actions.flatMap(instructionsFor),
        ...step.deferred.flatMap((output) => instructionsForOutput(output, events)),
      ],
      events,
    };
  }
}

export const numberOf = (state: string): number => JOB_STATES.indexOf(state as JobState);

function instructionsForOutput(output: LocalStep['deferred'][number], events: readonly AnyEventObject[]): number[] {
  if (output.kind === 'send') {
    throw new Suspicion(`${output.event.type} by the job`);
  }
  return output.kind === 'emit' ? [program.instruction(program.EMIT, events.indexOf(output.event))] : [];
}

function instructionsFor({ type, params }: NamedAction): number[] {
  const { task, reason, state } = (params ?? {}) as { task?: string; reason?: string; state?: string };
  if (task !== undefined && task !== ANY_TASK) {
    throw new Suspicion(`${type} for another task`);
  }
  switch (type) {
    case 'scheduleRoots':
      return [program.instruction(program.SCHEDULE_ROOTS)];
    case 'notifyDependents':
      return [program.instruction(program.NOTIFY)];
    case 'enqueueTask':
      return [program.instruction(program.ENQUEUE)];
    case 'grantSlot':
      return [program.instruction(program.GRANT)];
    case 'stopTasks':
      return [program.instruction(program.STOP_ALL, STOP_REASONS.indexOf(reason as StopReason))];
    case 'saveEnd':
      return [program.instruction(program.SAVE_END, numberOf(state as string))];
    default:
      throw new Suspicion(`${type} by the job`);
  }
}
