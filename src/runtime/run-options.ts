import isPlainObject from 'is-plain-obj';
import type { InspectionEvent, Observer } from 'xstate';
import type { JobStore } from '../journal/job-store.ts';
import type { JobEvent } from '../machines/events.ts';
import type { OnFailure, UndoneEnd } from '../machines/messages.ts';
import { UNDONE_ENDS } from '../machines/undo-events.ts';
import { type JobClock, systemClock } from '../time/clock.ts';
import { callSafely } from '../values/call-safely.ts';
import { copyKeys } from '../values/copy-keys.ts';
import { describeValue, isReadableObject } from '../values/describe-value.ts';
import { checkOptions } from '../workflow/options/check-options.ts';
import { count, func, milliseconds, oneOf, optional, retries, schema, text } from '../workflow/options/option-schemas.ts';
import { backoff, type RetryOptions, readBackoff, retryIf } from '../workflow/options/retry-options.ts';
import type { Backoff, RetryIf } from '../workflow/task-definition.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import type { Executor } from './executor.ts';
import type { Interpreter } from './machines/live-machines.ts';

/** An inspector as XState accepts it: a function or an observer. */
export type Inspector = ((event: InspectionEvent) => void) | Observer<InspectionEvent>;

/** An inspector that never throws. */
export type GuardedInspector = (event: InspectionEvent) => void;

/** The options of `run` that don't depend on the workflow. */
export interface RunOptions {
  /**
   * How many attempts may run at the same time: an integer of at least 1, or Infinity.
   * @default Infinity
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * How many times a failed or timed-out attempt is retried, for tasks without their own `maxRetries`: an integer of at
   * least 0, or Infinity.
   * @default 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * The delay before a retry, for tasks without their own `backoff`. With a `store`, numbers and objects are saved with the job;
   * pass a function to `resume` again.
   * @default { initial: 100, factor: 2, max: 10_000, jitter: true }
   */
  readonly backoff?: Backoff | undefined;
  /**
   * Decides whether an attempt that failed with `error` is retried, for tasks without their own `retryIf`; `true` retries every
   * error. With a `store`, `true` is saved with the job; pass a function to `resume` again.
   * @default defaultRetryIf
   */
  readonly retryIf?: RetryIf | undefined;
  /**
   * What the job does when a task without `continueOnFailure` fails: `stop` stops all tasks, `finishRunning` lets running attempts finish and
   * starts no new ones, and `keepGoing` runs every task whose dependencies still allow it. In each case, the job ends as `failed`.
   * @default stop
   */
  readonly onFailure?: OnFailure | undefined;
  /**
   * The ends before which the job undoes its tasks that have an `undo`; `false` never undoes any.
   * @default ['failed', 'cancelled', 'timedOut']
   */
  readonly undo?: readonly UndoneEnd[] | false | undefined;
  /**
   * The time limit of the whole job, in milliseconds: an integer from 1 to 2147483647. After that it ends as `timedOut`.
   * @default no limit
   */
  readonly timeout?: number | undefined;
  /**
   * Cancels the job when it aborts, with its reason. A job with a `store` is suspended instead if the signal belongs to an attempt of another
   * job that was suspended or detached, so that the parent can resume it.
   */
  readonly signal?: AbortSignal | undefined;
  /** Called with every event, like a listener on `*`. */
  readonly onEvent?: ((event: JobEvent) => unknown) | undefined;
  /**
   * Called with every error that a listener or inspector throws or rejects with.
   * @default console.error
   */
  readonly onListenerError?: ((error: unknown) => unknown) | undefined;
  /**
   * Runs the attempts, here or elsewhere.
   * @default calls the task's function in this process
   */
  readonly executor?: Executor | undefined;
  /** Receives XState's inspection events from the job and all its tasks. */
  readonly inspect?: Inspector | undefined;
  /**
   * Returns the time and sets the timers; XState's SimulatedClock works too.
   * @default the system clock
   */
  readonly clock?: JobClock | undefined;
  /**
   * Steps the machines: `compiled` uses lookup tables, `xstate` uses XState's interpreter. Both behave the same; XState takes
   * several times as long.
   * @default compiled
   */
  readonly interpreter?: Interpreter | undefined;
  /**
   * The id of the job, at least one character.
   * @default the workflow's name and a random suffix
   */
  readonly id?: string | undefined;
  /**
   * Saves the job's progress, so that `resume` can continue it after this process has died. The outcome of an attempt is saved before
   * it takes effect.
   * @default the job isn't saved
   */
  readonly store?: JobStore | undefined;
  /**
   * How long other processes still treat the job as taken after this process has died, in milliseconds: an integer from 1 to
   * 2147483647. A live process keeps renewing its lease.
   * @default 10000
   */
  readonly lease?: number | undefined;
}

/** The options of a job, checked, with defaults filled in. `backoff` and `retryIf` get theirs when an attempt fails. */
export interface JobSettings extends RetryOptions {
  /** The name of the workflow, or `job`. */
  readonly name: string;
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly context: object;
  readonly maxConcurrency: number;
  readonly maxRetries: number;
  readonly onFailure: OnFailure;
  readonly undo: readonly UndoneEnd[];
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onEvent: ((event: JobEvent) => unknown) | undefined;
  readonly onListenerError: (error: unknown) => unknown;
  /** Without an executor, task functions are called in this process. */
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

export const ON_FAILURE = ['stop', 'finishRunning', 'keepGoing'] as const satisfies readonly OnFailure[];

export const undoOption = optional(
  schema(
    'false, or an array with `failed`, `cancelled` or `timedOut`',
    (value) => value === false || (Array.isArray(value) && value.every((end) => UNDONE_ENDS.includes(end))),
  ),
);

const INTERPRETERS = ['compiled', 'xstate'] as const satisfies readonly Interpreter[];

/** The values allowed as a `store`. */
export const JOB_STORE = 'a JobStore, such as the one `sqliteStore` returns';

const CONTEXT = 'a plain object without a function `then`';

const SCHEMAS = {
  context: optional(schema(CONTEXT, isPlainObject)),
  maxConcurrency: optional(count),
  maxRetries: optional(retries),
  backoff,
  retryIf,
  onFailure: optional(oneOf(ON_FAILURE, '`stop`, `finishRunning` or `keepGoing`')),
  undo: undoOption,
  timeout: optional(milliseconds(1)),
  signal: optional(
    schema(
      'an AbortSignal',
      (value) =>
        hasMethods(value, 'addEventListener', 'removeEventListener') && typeof (value as AbortSignal).aborted === 'boolean',
    ),
  ),
  onEvent: optional(func),
  onListenerError: optional(func),
  executor: optional(func),
  inspect: optional(schema('a function or an observer', (value) => isFunction(value) || hasMethods(value, 'next'))),
  clock: optional(
    schema(
      'an object with setTimeout, clearTimeout, and a now that returns a number',
      (value) => hasMethods(value, 'setTimeout', 'clearTimeout', 'now') && Number.isFinite((value as JobClock).now()),
    ),
  ),
  interpreter: optional(oneOf(INTERPRETERS, '`compiled` or `xstate`')),
  id: optional(text),
  store: optional(
    schema(
      JOB_STORE,
      (value) =>
        hasMethods(value, 'create', 'acquire', 'renew', 'append', 'release') && hasMethods((value as JobStore).codec, 'encode'),
    ),
  ),
  lease: optional(milliseconds(1)),
};

/** The names of the options of `run`. */
export const RUN_OPTIONS: readonly string[] = /* @__PURE__ */ Object.keys(SCHEMAS);

/** Checks the options of `run` and fills in defaults; problems go to `report`. */
export function readOptions(
  source: unknown,
  workflow: Pick<JobSettings, 'name' | 'version'>,
  report: (problem: WorkflowProblem) => void,
): JobSettings {
  if (!isReadableObject(source)) {
    const value = source;
    const message = `The options of a job must be an object, got ${describeValue(value)}`;
    report({ code: 'invalidOption', option: 'options', value, expected: 'an object', message });
    return readOptions({}, workflow, report);
  }
  const placeOf = () => ({ subject: 'The job' });
  const options = checkOptions(source, SCHEMAS, placeOf, report) as RunOptions & { context?: object };
  const onListenerError = options.onListenerError ?? ((error) => console.error(error));
  return {
    name: workflow.name,
    version: workflow.version,
    id: options.id,
    context: readContext(options.context ?? {}, report),
    maxConcurrency: options.maxConcurrency ?? Infinity,
    maxRetries: options.maxRetries ?? 5,
    backoff: readBackoff(options.backoff, placeOf, report),
    retryIf: options.retryIf,
    onFailure: options.onFailure ?? 'stop',
    undo: undoneEnds(options.undo),
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

const undoneEnds = (option: RunOptions['undo'] = UNDONE_ENDS): readonly UndoneEnd[] =>
  UNDONE_ENDS.filter((end) => option !== false && Array.prototype.includes.call(option, end));

/** Copies an initial context; problems go to `report`. */
function readContext(value: object, report: (problem: WorkflowProblem) => void): object {
  const reject = (expected: string, got: string) => {
    const message = `The job: \`context\` must be ${expected}, got ${got}`;
    report({ code: 'invalidOption', option: 'context', value, expected, message });
    return {};
  };
  try {
    const context = copyKeys(value);
    // `unwrap` resolves with the context, and a promise would treat an object with `then` as another promise.
    return isFunction((context as { then?: unknown }).then) ? reject(CONTEXT, describeValue(value)) : context;
  } catch (error) {
    return reject('readable', `an error when it was read (${describeValue(error)})`);
  }
}

/** XState would treat an error of an inspector as an error of the machine. */
export function safeInspector(inspect: Inspector, onError: (error: unknown) => unknown): GuardedInspector {
  const tell = typeof inspect === 'function' ? inspect : (event: InspectionEvent) => inspect.next?.(event);
  return (event) => callSafely(tell, onError, event);
}
