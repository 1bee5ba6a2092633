import isPlainObject from 'is-plain-obj';
import * as v from 'valibot';
import { jobMachine } from '../machines/job.machine.ts';
import { taskMachine } from '../machines/task.machine.ts';
import { checkOptions, type OptionPlace, type OptionSchemas } from '../workflow/check-options.ts';
import { describeValue, isReadableObject, quote } from '../workflow/describe-value.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import { count, flag, milliseconds, retries } from '../workflow/option-schemas.ts';
import { RETRY_SCHEMAS, readBackoff } from '../workflow/retry-options.ts';
import type { Backoff, RetryIf, TaskDefinition } from '../workflow/task-definition.ts';
import { readTasks } from '../workflow/validate-tasks.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import type { TaskNames } from '../workflow/workflow-context.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { CheckError } from './check-error.ts';
import type { Outcome } from './choice.ts';
import { LAWS, type LawName } from './law-names.ts';
import type { JobModel } from './model.ts';
import { outcomesOption, readOutcomes } from './outcome-options.ts';
import { PROPERTY_KINDS, type Property } from './properties.ts';
import type { Reduction } from './reduction.ts';
import type { Limits } from './state-graph.ts';

/** How a workflow is explored. */
export interface ModelOptions<Name extends string = string> {
  /**
   * How the attempts of all tasks, or of each task, may end. A task that is not named may end in all ways.
   * @default ['returns', 'throws', 'garbage', 'never']
   */
  readonly outcomes?: readonly Outcome[] | { readonly [Task in Name]?: readonly Outcome[] } | undefined;
  /**
   * Where the job may be cancelled: also in the listeners and functions that are called in a step, or only between steps.
   * @default 'anywhere'
   */
  readonly cancel?: 'anywhere' | 'between-steps' | false | undefined;
  /**
   * When timers may go off: in any order, at any time, whatever their delays; or only while each attempt that runs may `never` end.
   * @default 'anytime'
   */
  readonly timers?: 'anytime' | 'idle' | undefined;
  /**
   * Whether the job is on record, and its process may die at any moment, be it between what goes on record and what follows from it, and the
   * job is resumed; the workers of its attempts may die too. Cancels then come between steps.
   * @default false
   */
  readonly crash?: 'anywhere' | false | undefined;
  /**
   * As for `resume`, after a crash.
   * @default false
   */
  readonly countInterrupted?: boolean | undefined;
  /**
   * Whether the result of an attempt comes once, or can come again, and when the attempt is over, as from workers behind a network.
   * @default 'exactly-once'
   */
  readonly delivery?: 'exactly-once' | 'at-least-once' | undefined;
  /**
   * As for `run`.
   * @default Infinity
   */
  readonly maxConcurrency?: number | undefined;
  /**
   * As for `run`.
   * @default 5
   */
  readonly maxRetries?: number | undefined;
  /**
   * As for `run`. Only whether a retry may come at once, or has to wait, matters; after a function either is possible.
   * @default { initial: 100, factor: 2, max: 10_000, jitter: true }
   */
  readonly backoff?: Backoff | undefined;
  /**
   * As for `run`. The function isn't called: both answers are possible. With the default, a timed-out attempt is always retried.
   * @default defaultRetryIf
   */
  readonly retryIf?: RetryIf | undefined;
  /**
   * As for `run`, in milliseconds. Only whether there is one matters.
   * @default no limit
   */
  readonly timeout?: number | undefined;
  /** Which states are taken as one. */
  readonly reduce?:
    | {
        /**
         * Those that differ only in what the machines of settled tasks remember, which is how many attempts there were.
         * @default true
         */
        readonly finishedContext?: boolean | undefined;
        /**
         * Those that differ only in which of several interchangeable tasks is which: tasks with the same dependencies, dependents
         * and options. A property must not tell such tasks apart. Not with `crash`: a resumed job starts its tasks in the order of
         * definition.
         * @default false
         */
        readonly symmetry?: boolean | undefined;
      }
    | undefined;
  /** How far to go at most. */
  readonly limits?: Limits | undefined;
}

/** The options of `checkWorkflow`. */
export interface CheckOptions<Name extends string = string> extends ModelOptions<Name> {
  /** What is to hold, besides what holds of every job. */
  readonly properties?: readonly Property[] | undefined;
  /**
   * Whether to look at what holds of every job: all of it, nothing, or some of it by name.
   * @default true
   */
  readonly builtins?: boolean | readonly LawName[] | undefined;
  /**
   * All states, or random walks, which find much in systems too large to go through, and prove nothing.
   * @default 'exhaustive'
   */
  readonly search?: 'exhaustive' | WalkSearch | undefined;
}

/** Random walks from the start to the end of a job. */
export interface WalkSearch {
  /** How many walks: an integer from 1. */
  readonly walks: number;
  /** The same seed gives the same walks: an integer. */
  readonly seed: number;
}

export type Checkable = AnyWorkflow | readonly TaskDefinition[];
export type NamesOf<Tasks> = Tasks extends AnyWorkflow ? TaskNames<Tasks> : string;

/** A workflow and how it is explored, checked and with its defaults. */
export interface CheckPlan {
  readonly model: JobModel;
  readonly reduction: Reduction;
  readonly limits: Limits;
  readonly properties: readonly Property[];
  readonly builtins: ReadonlySet<string>;
  readonly search: 'exhaustive' | WalkSearch;
}

const LAW_NAMES = Object.keys(LAWS) as LawName[];
const BUILTINS = `true, false, or an array of ${LAW_NAMES.join(', ')}`;
const PROPERTIES = `an array of what ${PROPERTY_KINDS.slice(0, -1).join(', ')} and ${PROPERTY_KINDS.at(-1)} give, each with a name of its own`;
const SEARCH = "'exhaustive', or { walks, seed }";
const WALKS = 'an integer from 1';
const SEED = 'an integer';

const isProperty = (value: unknown): value is Property =>
  isPlainObject(value) &&
  typeof value.name === 'string' &&
  PROPERTY_KINDS.includes(value.kind as Property['kind']) &&
  typeof value.holds === 'function';

const areProperties = (value: unknown): value is Property[] => Array.isArray(value) && value.every(isProperty);

const nameGivenTwice = (properties: readonly Property[]): string | undefined =>
  properties.map(({ name }) => name).find((name, index, names) => names.indexOf(name) !== index);

function describeProperties(input: unknown): string {
  const twice = areProperties(input) ? nameGivenTwice(input) : undefined;
  return twice === undefined ? PROPERTIES : `${PROPERTIES} (${quote(twice)} is there twice)`;
}

const SCHEMAS = {
  outcomes: outcomesOption,
  cancel: v.optional(v.picklist(['anywhere', 'between-steps', false] as never[], "'anywhere', 'between-steps' or false")),
  timers: v.optional(v.picklist(['anytime', 'idle'], "'anytime' or 'idle'")),
  crash: v.optional(v.picklist(['anywhere', false] as never[], "'anywhere' or false")),
  countInterrupted: v.optional(flag),
  delivery: v.optional(v.picklist(['exactly-once', 'at-least-once'], "'exactly-once' or 'at-least-once'")),
  maxConcurrency: v.optional(count),
  maxRetries: v.optional(retries),
  ...RETRY_SCHEMAS,
  timeout: v.optional(milliseconds(1)),
  reduce: v.optional(v.custom(isPlainObject, '{ finishedContext, symmetry }')),
  limits: v.optional(v.custom(isPlainObject, '{ states, depth, ms }')),
  properties: v.optional(
    v.custom(
      (value) => areProperties(value) && nameGivenTwice(value) === undefined,
      ({ input }) => describeProperties(input),
    ),
  ),
  builtins: v.optional(v.union([flag, v.array(v.picklist(LAW_NAMES, BUILTINS), BUILTINS)], BUILTINS)),
  search: v.optional(v.union([v.literal('exhaustive', SEARCH), v.custom(isPlainObject, SEARCH)], SEARCH)),
};

const REDUCE_SCHEMAS = { finishedContext: v.optional(flag), symmetry: v.optional(flag) };
const LIMIT_SCHEMAS = { states: v.optional(count), depth: v.optional(count), ms: v.optional(count) };
const SEARCH_SCHEMAS = {
  walks: v.pipe(v.number(WALKS), v.integer(WALKS), v.minValue(1, WALKS)),
  seed: v.pipe(v.number(SEED), v.integer(SEED)),
};

/** A state has three characters for each task, all of which are arguments of one call. */
const MAX_TASKS = 10_000;

/** More would need more memory than most machines have. */
const MAX_STATES = 1_000_000;

/**
 * Reads the options of a check, and others by their own schemas.
 * @throws {InvalidWorkflowError} with all that is wrong with the tasks and the options
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
    const message = `The options of a check must be an object, got ${describeValue(source)}`;
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
  const limits = nested<Limits>('limits', LIMIT_SCHEMAS);
  const search = typeof options.search === 'object' ? nested<WalkSearch>('search', SEARCH_SCHEMAS) : 'exhaustive';
  const backoff = readBackoff(options.backoff, place, report);
  const names = graph?.tasks.map(({ name }) => name);
  const outcomesOf = readOutcomes(options.outcomes, names, report);
  if (graph === undefined || problems.length > 0) {
    throw new InvalidWorkflowError(problems);
  }
  if (graph.tasks.length > MAX_TASKS) {
    throw new CheckError(`The workflow has ${graph.tasks.length} tasks, and no more than ${MAX_TASKS} can be checked`);
  }
  const { builtins = true } = options;
  const plan: CheckPlan = {
    model: {
      graph,
      maxConcurrency: options.maxConcurrency ?? Infinity,
      maxRetries: options.maxRetries ?? 5,
      backoff,
      retryIf: options.retryIf,
      timeout: options.timeout,
      outcomes: graph.tasks.map(({ name }) => outcomesOf(name)),
      cancel: cancelOf(options.cancel ?? 'anywhere', crash),
      timers: options.timers ?? 'anytime',
      crash,
      countInterrupted: options.countInterrupted ?? false,
      delivery: options.delivery ?? 'exactly-once',
      machines: { job: jobMachine, task: taskMachine },
    },
    reduction: { finishedContext: reduce.finishedContext ?? true, symmetry: reduce.symmetry ?? false },
    limits: { ...limits, states: limits.states ?? MAX_STATES },
    properties: options.properties ?? [],
    builtins: new Set(builtins === true ? LAW_NAMES : builtins || []),
    search,
  };
  return { plan, own: options as Options };
}

/** @throws {InvalidWorkflowError} with all that is wrong with the tasks and the options */
export function readCheckOptions(tasks: unknown, source: unknown): CheckPlan {
  return readOptions(tasks, source, {}).plan;
}

const SYMMETRY_WITH_CRASH: WorkflowProblem = {
  code: 'invalidOption',
  option: 'reduce.symmetry',
  value: true,
  expected: 'false',
  message: 'The check: `reduce.symmetry` must be false with `crash`: a resumed job starts its tasks in the order of definition',
};

/** A cancel of a job on record takes effect when it is on record, which is after the step. */
const cancelOf = (cancel: JobModel['cancel'], crash: JobModel['crash']): JobModel['cancel'] =>
  cancel === 'anywhere' && crash !== false ? 'between-steps' : cancel;
