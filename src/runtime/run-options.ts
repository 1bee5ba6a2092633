import isPlainObject from 'is-plain-obj';
import * as v from 'valibot';
import type { InspectionEvent, Observer } from 'xstate';
import type { JobEvent } from '../machines/events.ts';
import { checkOptions } from '../workflow/check-options.ts';
import { describeValue, isReadableObject } from '../workflow/describe-value.ts';
import { count, func, milliseconds, retries, text } from '../workflow/option-schemas.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { callSafely } from './call-safely.ts';
import { type JobClock, systemClock } from './clock.ts';
import { copyKeys } from './copy-keys.ts';
import type { Executor } from './executor.ts';
import type { JobStore } from './journal/job-store.ts';
import type { Interpreter } from './live-machines.ts';

/** What XState takes for an inspector. */
export type Inspector = ((event: InspectionEvent) => void) | Observer<InspectionEvent>;

/** One that does not throw. */
export type GuardedInspector = (event: InspectionEvent) => void;

/** The options of `run` that do not depend on the workflow. */
export interface RunOptions {
  /**
   * How many attempts may run at the same time: an integer from 1, or Infinity.
   * @default Infinity
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * How often a failed or timed-out attempt is repeated, for tasks that don't say it themselves: an integer from 0.
   * @default 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * The longest the job may take, in milliseconds: an integer from 1 to 2147483647.
   * @default no limit
   */
  readonly timeout?: number | undefined;
  /** Cancels the job when it aborts, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is called with every event, as a listener on `*` is. */
  readonly onEvent?: ((event: JobEvent) => unknown) | undefined;
  /**
   * Is called with what a listener throws, or rejects with.
   * @default console.error
   */
  readonly onListenerError?: ((error: unknown) => unknown) | undefined;
  /**
   * Runs the attempts.
   * @default calls the function of the task in this process
   */
  readonly executor?: Executor | undefined;
  /** Gets the inspection events of XState, from the job and all its tasks. */
  readonly inspect?: Inspector | undefined;
  /**
   * Tells the time and makes the timers; XState's SimulatedClock fits.
   * @default the clock of the machine
   */
  readonly clock?: JobClock | undefined;
  /**
   * Who steps the machines: `compiled`, tables that are made of them once, or `xstate`, the interpreter of XState. Both do the same;
   * XState takes several times as long.
   * @default compiled
   */
  readonly interpreter?: Interpreter | undefined;
  /**
   * Names the job, at least one character.
   * @default the name of the workflow and a random suffix
   */
  readonly id?: string | undefined;
  /**
   * Puts the job on record, so that `resume` can continue it when this process has died. Nothing follows from the end of an attempt before
   * that is on record.
   * @default the job is not on record
   */
  readonly store?: JobStore | undefined;
  /**
   * For how long this process holds a job on record: when it has died, others can continue the job after so many milliseconds. It is renewed
   * all the time. An integer from 1 to 2147483647.
   * @default 10000
   */
  readonly lease?: number | undefined;
}

/** The options of a job, checked and with their defaults. */
export interface JobSettings {
  /** The name of the workflow, or `job`. */
  readonly name: string;
  readonly id: string | undefined;
  readonly context: object;
  readonly maxConcurrency: number;
  readonly maxRetries: number;
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: JobEvent) => unknown) | undefined;
  readonly onListenerError: (error: unknown) => unknown;
  /** Without one, the function of the task is called in this process. */
  readonly executor: Executor | undefined;
  readonly inspect: GuardedInspector | undefined;
  readonly clock: JobClock;
  readonly interpreter: Interpreter;
  readonly store: JobStore | undefined;
  readonly lease: number;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const hasMethods = (value: unknown, ...names: string[]): boolean =>
  typeof value === 'object' && value !== null && names.every((name) => isFunction((value as Record<string, unknown>)[name]));

const INTERPRETERS = ['compiled', 'xstate'] as const satisfies readonly Interpreter[];

/** What is allowed as a `store`. */
export const JOB_STORE = 'a JobStore, such as `sqliteStore` makes';

const CONTEXT = 'a plain object without a function `then`';

const SCHEMAS = {
  context: v.optional(v.custom(isPlainObject, CONTEXT)),
  maxConcurrency: v.optional(count),
  maxRetries: v.optional(retries),
  timeout: v.optional(milliseconds(1)),
  signal: v.optional(
    v.custom(
      (value) =>
        hasMethods(value, 'addEventListener', 'removeEventListener') && typeof (value as AbortSignal).aborted === 'boolean',
      'an AbortSignal',
    ),
  ),
  onEvent: v.optional(func),
  onListenerError: v.optional(func),
  executor: v.optional(func),
  inspect: v.optional(v.custom((value) => isFunction(value) || hasMethods(value, 'next'), 'a function or an observer')),
  clock: v.optional(
    v.custom(
      (value) => hasMethods(value, 'setTimeout', 'clearTimeout', 'now') && Number.isFinite((value as JobClock).now()),
      'an object with setTimeout, clearTimeout, and now, which gives a number',
    ),
  ),
  interpreter: v.optional(v.picklist(INTERPRETERS, '`compiled` or `xstate`')),
  id: v.optional(text),
  store: v.optional(
    v.custom(
      (value) =>
        hasMethods(value, 'create', 'acquire', 'renew', 'append', 'release') && hasMethods((value as JobStore).codec, 'encode'),
      JOB_STORE,
    ),
  ),
  lease: v.optional(milliseconds(1)),
};

/** Checks the options of `run` and fills in the defaults; what is wrong goes to `report`. */
export function readOptions(source: unknown, name: string, report: (problem: WorkflowProblem) => void): JobSettings {
  if (!isReadableObject(source)) {
    const value = source;
    const message = `The options of a job must be an object, got ${describeValue(value)}`;
    report({ code: 'invalidOption', option: 'options', value, expected: 'an object', message });
    return readOptions({}, name, report);
  }
  const options = checkOptions(source, SCHEMAS, () => ({ subject: 'The job' }), report) as RunOptions & { context?: object };
  const onListenerError = options.onListenerError ?? ((error) => console.error(error));
  return {
    name,
    id: options.id,
    context: readContext(options.context ?? {}, report),
    maxConcurrency: options.maxConcurrency ?? Infinity,
    maxRetries: options.maxRetries ?? 5,
    timeout: options.timeout,
    signal: options.signal,
    onEvent: options.onEvent,
    onListenerError,
    executor: options.executor,
    inspect: options.inspect && safeInspector(options.inspect, onListenerError),
    clock: options.clock ?? systemClock,
    interpreter: options.interpreter ?? 'compiled',
    store: options.store,
    lease: options.lease ?? 10_000,
  };
}

/** Copies an initial context; what is wrong goes to `report`. */
function readContext(value: object, report: (problem: WorkflowProblem) => void): object {
  const reject = (expected: string, got: string) => {
    const message = `The job: \`context\` must be ${expected}, got ${got}`;
    report({ code: 'invalidOption', option: 'context', value, expected, message });
    return {};
  };
  try {
    const context = copyKeys(value);
    // A promise would take it for another promise, and `unwrap` gives the context by a promise.
    return isFunction((context as { then?: unknown }).then) ? reject(CONTEXT, describeValue(value)) : context;
  } catch (error) {
    return reject('readable', `an error when it was read (${describeValue(error)})`);
  }
}

/** XState would take what an inspector throws for an error of the machine. */
export function safeInspector(inspect: Inspector, onError: (error: unknown) => unknown): GuardedInspector {
  const tell = typeof inspect === 'function' ? inspect : (event: InspectionEvent) => inspect.next?.(event);
  return (event) => callSafely(tell, onError, event);
}
