import isPlainObject from 'is-plain-obj';
import type { OnFailure, UndoneEnd } from '../machines/messages.ts';
import { UNDONE_ENDS } from '../machines/undo-events.ts';
import { ON_FAILURE, undoOption } from '../runtime/run-options.ts';
import { describeValue, isReadableObject, quote } from '../values/describe-value.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import { checkOptions, type OptionPlace, type OptionSchemas } from '../workflow/options/check-options.ts';
import { count, flag, integer, milliseconds, oneOf, optional, retries, schema } from '../workflow/options/option-schemas.ts';
import { backoff, readBackoff, retryIf } from '../workflow/options/retry-options.ts';
import type { Backoff, RetryIf, TaskDefinition } from '../workflow/task-definition.ts';
import type { TaskNames } from '../workflow/types/workflow-context.ts';
import { readTasks } from '../workflow/validate-tasks.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { CheckError } from './check-error.ts';
import { LAWS, type LawName } from './laws/law-names.ts';
import type { Property } from './laws/properties.ts';
import { hasPhases, isBranching } from './model/branching.ts';
import type { Outcome } from './model/choice.ts';
import type { JobModel } from './model/model.ts';
import { outcomesOption, readOutcomes, withoutGarbage } from './outcome-options.ts';
import { propertiesOption } from './property-options.ts';
import { type ResumeLimits, readResumeLimits, reportWithoutCrash, resumeLimitsOption } from './resume-limits.ts';
import type { Limits } from './search/limits.ts';
import type { Reduction } from './search/reduction.ts';
import { checkedMachines } from './tables/checked-machines.ts';

/** How `checkWorkflow` and `testPaths` explore a workflow. */
export interface ModelOptions<Name extends string = string> {
  /**
   * How attempts may end: one list for all tasks, or a list per task. Tasks you don't list may end in any way. A task's list also applies to
   * its undo, whose result is never invalid.
   * @default ['returns', 'throws', 'garbage', 'never']
   */
  readonly outcomes?: readonly Outcome[] | { readonly [Task in Name]?: readonly Outcome[] } | undefined;
  /**
   * Where the job may be cancelled: anywhere, including inside the listeners and functions called during a step; only between
   * steps; or never (`false`).
   * @default 'anywhere'
   */
  readonly cancel?: 'anywhere' | 'between-steps' | false | undefined;
  /**
   * When timers may fire: in any order at any time, whatever their delays; or only while every running attempt may run forever (`never`).
   * @default 'anytime'
   */
  readonly timers?: 'anytime' | 'idle' | undefined;
  /**
   * `'anywhere'` saves the job and lets its process die at any moment, including between saving something and acting on it; the
   * job is then resumed. The workers that run its attempts may die too. Cancellations then happen only between steps.
   * @default false
   */
  readonly crash?: 'anywhere' | false | undefined;
  /**
   * The limits that `resume` may set after a crash, each as an object like `{ maxConcurrency: 1 }` or `{ maxRetries: 0 }`. Every crash is
   * then explored with each of them, besides the limits that the job was started with. Needs `crash`.
   * @default []
   */
  readonly resumeLimits?: readonly ResumeLimits[] | undefined;
  /**
   * Same as in `resume`; applies after each crash. Needs `crash`.
   * @default false
   */
  readonly countInterrupted?: boolean | undefined;
  /**
   * Whether the result of an attempt arrives exactly once, or may arrive again or late, as it can from workers across a network.
   * @default 'exactly-once'
   */
  readonly delivery?: 'exactly-once' | 'at-least-once' | undefined;
  /**
   * Same as in `run`.
   * @default Infinity
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * Same as in `run`.
   * @default 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * Same as in `run`. All that matters is whether a retry starts at once or has to wait; with a function, either can happen.
   * @default { initial: 100, factor: 2, max: 10_000, jitter: true }
   */
  readonly backoff?: Backoff | undefined;
  /**
   * Same as in `run`. The function isn't called: both answers are possible. With the default, a timed-out attempt is always retried.
   * @default defaultRetryIf
   */
  readonly retryIf?: RetryIf | undefined;
  /**
   * Same as in `run`.
   * @default 'stop'
   */
  readonly onFailure?: OnFailure | undefined;
  /**
   * Same as in `run`.
   * @default ['failed', 'cancelled', 'timedOut']
   */
  readonly undo?: readonly UndoneEnd[] | false | undefined;
  /**
   * Same as in `run`, in milliseconds. Only whether there is a timeout matters, not how long it is.
   * @default no limit
   */
  readonly timeout?: number | undefined;
  /** Which states to treat as one. */
  readonly reduce?:
    | {
        /**
         * Merge states that differ only in what the machines of settled tasks remember, such as the number of attempts.
         * @default true
         */
        readonly finishedContext?: boolean | undefined;
        /**
         * Merge states that differ only in which of several interchangeable tasks is which: tasks with the same dependencies,
         * dependents and options. Properties must not distinguish such tasks. Can't be combined with `crash`, since a resumed job
         * starts its tasks in definition order.
         * @default true for `checkWorkflow` without `crash` and `properties`, otherwise false
         */
        readonly symmetry?: boolean | undefined;
      }
    | undefined;
  /** Limits on the search. */
  readonly limits?: Limits | undefined;
}

/** The options of `checkWorkflow`. */
export interface CheckOptions<Name extends string = string> extends ModelOptions<Name> {
  /** Your own properties, checked in addition to the laws that hold for every job. */
  readonly properties?: readonly Property[] | undefined;
  /**
   * Which laws to check: all (`true`), none (`false`), or the named ones.
   * @default true
   */
  readonly builtins?: boolean | readonly LawName[] | undefined;
  /**
   * Visit all states, or take random walks. Walks find many problems in workflows too large to explore, but prove nothing.
   * @default 'exhaustive'
   */
  readonly search?: 'exhaustive' | WalkSearch | undefined;
}

/** Take random walks from the start of a job to its end. */
export interface WalkSearch {
  /** The number of walks: an integer of at least 1. */
  readonly walks: number;
  /** An integer; the same seed produces the same walks. */
  readonly seed: number;
}

export type Checkable = AnyWorkflow | readonly TaskDefinition[];
export type NamesOf<Tasks> = Tasks extends AnyWorkflow ? TaskNames<Tasks> : string;

/** A workflow and how to explore it: validated, with defaults filled in. */
export interface CheckPlan {
  readonly model: JobModel;
  readonly reduction: Reduction;
  readonly limits: Limits;
  readonly properties: readonly Property[];
  readonly builtins: ReadonlySet<string>;
  readonly search: 'exhaustive' | WalkSearch;
  /** Called now and then during the search. */
  readonly onProgress?: (states: number, depth: number) => void;
}

const LAW_NAMES = Object.keys(LAWS) as LawName[];
const BUILTINS = `true, false, or an array of ${LAW_NAMES.join(', ')}`;
const SEARCH = "'exhaustive' or { walks, seed }";
const WALKS = 'an integer of at least 1';
const SEED = 'an integer';

const SCHEMAS = {
  outcomes: outcomesOption,
  cancel: optional(oneOf(['anywhere', 'between-steps', false], "'anywhere', 'between-steps' or false")),
  timers: optional(oneOf(['anytime', 'idle'], "'anytime' or 'idle'")),
  crash: optional(oneOf(['anywhere', false], "'anywhere' or false")),
  resumeLimits: resumeLimitsOption,
  countInterrupted: optional(flag),
  delivery: optional(oneOf(['exactly-once', 'at-least-once'], "'exactly-once' or 'at-least-once'")),
  maxConcurrency: optional(count),
  maxRetries: optional(retries),
  backoff,
  retryIf,
  onFailure: optional(oneOf(ON_FAILURE, "'stop', 'finishRunning' or 'keepGoing'")),
  undo: undoOption,
  timeout: optional(milliseconds(1)),
  reduce: optional(schema('{ finishedContext, symmetry }', isPlainObject)),
  limits: optional(schema('{ states, depth, ms }', isPlainObject)),
  properties: propertiesOption,
  builtins: optional(
    schema(
      BUILTINS,
      (value) => typeof value === 'boolean' || (Array.isArray(value) && value.every((name) => LAW_NAMES.includes(name))),
    ),
  ),
  search: optional(schema(SEARCH, (value) => value === 'exhaustive' || isPlainObject(value))),
};

const REDUCE_SCHEMAS = { finishedContext: optional(flag), symmetry: optional(flag) };
const LIMIT_SCHEMAS = { states: optional(count), depth: optional(count), ms: optional(count) };
const SEARCH_SCHEMAS = {
  walks: integer(1, Infinity, WALKS),
  seed: integer(-Infinity, Infinity, SEED),
};

/** An encoded state has three characters per task, all passed as arguments of one call. */
const MAX_TASKS = 10_000;

/** More states would need more memory than most machines have. */
const MAX_STATES = 1_000_000;

/**
 * Reads the options of a check, plus others by their own schemas.
 * @throws {InvalidWorkflowError} listing every problem with the tasks and the options
 */
export function readOptions<Options extends CheckOptions>(
  tasks: unknown,
  source: unknown,
  schemas: OptionSchemas,
): { plan: CheckPlan; own: Options } {
  const { graph, problems } = readTasks(tasks);
  const report = (problem: WorkflowProblem) => problems.push(problem);
  const place = (): OptionPlace => ({ subject: 'The check' });
  if (!isReadableObject(source)) {
    const message = `The check options must be an object, got ${describeValue(source)}`;
    report({ code: 'invalidOption', option: 'options', value: source, expected: 'an object', message });
  }
  const given = isReadableObject(source) ? source : {};
  const options = checkOptions(given, { ...SCHEMAS, ...schemas }, place, report) as CheckOptions;
  const nested = <T extends object>(option: 'reduce' | 'limits' | 'search', inner: OptionSchemas) =>
    checkOptions((options[option] ?? {}) as object, inner, place, report, `${option}.`) as T;
  const reduce = nested<{ finishedContext?: boolean; symmetry?: boolean }>('reduce', REDUCE_SCHEMAS);
  const crash = options.crash ?? false;
  if (crash !== false && reduce.symmetry === true) {
    report(SYMMETRY_WITH_CRASH);
  }
  reportWithoutCrash(options, report);
  const limits = nested<Limits>('limits', LIMIT_SCHEMAS);
  const search = typeof options.search === 'object' ? nested<WalkSearch>('search', SEARCH_SCHEMAS) : 'exhaustive';
  const resumeLimits = readResumeLimits(options, place, report);
  const backoff = readBackoff(options.backoff, place, report);
  const names = graph?.tasks.map(({ name }) => name);
  const outcomesOf = readOutcomes(options.outcomes, names, report);
  if (graph === undefined || problems.length > 0) {
    throw new InvalidWorkflowError(problems);
  }
  if (graph.tasks.length > MAX_TASKS) {
    throw new CheckError(`The workflow has ${graph.tasks.length} tasks; the checker supports at most ${MAX_TASKS}`);
  }
  const limit = Math.max(...[options, ...resumeLimits].map(({ maxRetries = 0 }) => maxRetries));
  const isEndless = ({ maxRetries = limit }: { readonly maxRetries?: number | undefined }) => maxRetries === Infinity;
  const endless = graph.tasks.find((task) => isEndless(task) || (task.undo !== undefined && isEndless(task.undo)));
  if (endless !== undefined) {
    const problem = `Task ${quote(endless.name)} has unlimited retries, so it has infinitely many states`;
    throw new CheckError(`${problem}: check it with a finite \`maxRetries\``);
  }
  const { builtins = true, onFailure = 'stop', undo = UNDONE_ENDS } = options;
  const undone = undo || [];
  const outcomes = graph.tasks.map(({ name }) => outcomesOf(name));
  const ofUndos = hasPhases(graph, undone) ? outcomes.map(withoutGarbage) : [];
  const plan: CheckPlan = {
    model: {
      graph,
      maxConcurrency: options.maxConcurrency ?? Infinity,
      maxRetries: options.maxRetries ?? 5,
      backoff,
      retryIf: options.retryIf,
      onFailure,
      undo: undone,
      hasPhases: hasPhases(graph, undone),
      isBranching: isBranching(graph, onFailure) || hasPhases(graph, undone),
      timeout: options.timeout,
      outcomes: [...outcomes, ...ofUndos],
      cancel: cancelOf(options.cancel ?? 'anywhere', crash),
      timers: options.timers ?? 'anytime',
      crash,
      resumeLimits,
      countInterrupted: options.countInterrupted ?? false,
      delivery: options.delivery ?? 'exactly-once',
      machines: checkedMachines(),
    },
    reduction: { finishedContext: reduce.finishedContext ?? true, symmetry: reduce.symmetry ?? false },
    limits: { ...limits, states: limits.states ?? MAX_STATES },
    properties: options.properties ?? [],
    builtins: new Set(builtins === true ? LAW_NAMES : builtins || []),
    search,
  };
  return { plan, own: options as Options };
}

/**
 * Reads the options of a check. Unless a property may tell interchangeable tasks apart, or a crash does, it makes no difference which of
 * them is which.
 * @throws {InvalidWorkflowError} listing every problem with the tasks and the options
 */
export function readCheckOptions(tasks: unknown, source: unknown): CheckPlan {
  const { plan, own } = readOptions(tasks, source, {});
  const { model, properties, reduction } = plan;
  const { symmetry = model.crash === false && properties.length === 0 } = own.reduce ?? {};
  return { ...plan, reduction: { ...reduction, symmetry } };
}

const SYMMETRY_WITH_CRASH: WorkflowProblem = {
  code: 'invalidOption',
  option: 'reduce.symmetry',
  value: true,
  expected: 'false',
  message: 'The check: `reduce.symmetry` must be false with `crash`: a resumed job starts its tasks in definition order',
};

/** Saved jobs aren't cancelled in the middle of a step: with crashes, there would be too many steps. */
const cancelOf = (cancel: JobModel['cancel'], crash: JobModel['crash']): JobModel['cancel'] =>
  cancel === 'anywhere' && crash !== false ? 'between-steps' : cancel;
