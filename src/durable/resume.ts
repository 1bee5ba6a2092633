import type { JobStore } from '../journal/job-store.ts';
import { continueJob } from '../journal/openings.ts';
import type { Permit } from '../journal/recovery/slots.ts';
import { recordedTasks, type WorkflowChange } from '../journal/workflow-change.ts';
import { type JobOf, prepare, startOpened } from '../runtime/run.ts';
import { JOB_STORE, RUN_OPTIONS, type RunOptions } from '../runtime/run-options.ts';
import { describeValue, isReadableObject, quote } from '../values/describe-value.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import { checkOptions } from '../workflow/options/check-options.ts';
import { flag, func, oneOf, optional, retries } from '../workflow/options/option-schemas.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';

/**
 * The options of `resume`. The context, the timeout, `onFailure` and `undo` come from the saved job, as do the defaults of `maxConcurrency`,
 * `maxRetries`, `backoff` and `retryIf`.
 */
export interface ResumeOptions extends Omit<RunOptions, 'id' | 'timeout' | 'onFailure' | 'undo' | 'store'> {
  /** The store that has the job. */
  readonly store: JobStore;
  /**
   * Called if the workflow differs from the one the job was started with. Return `true` to continue with the new one: saved outcomes of tasks
   * that still exist count, others are ignored.
   * @default the job is refused with a WorkflowChangedError
   */
  readonly onChange?: ((changes: readonly WorkflowChange[]) => boolean | Promise<boolean>) | undefined;
  /**
   * What to do while another process holds the job: `refuse` fails with `JOB_HELD`; `wait` waits until that process releases the job, ends it,
   * or dies. A process counts as dead once it hasn't renewed its lease for as long as the lease lasts, so even `refuse` waits that long if the
   * lease seems to have expired.
   * @default refuse
   */
  readonly whenHeld?: 'refuse' | 'wait' | undefined;
  /**
   * Whether an interrupted attempt counts as failed, with an AttemptInterruptedError, and uses up a retry. Otherwise it runs again with the same
   * number. Either way its function can run a second time.
   * @default false
   */
  readonly countInterrupted?: boolean | undefined;
  /**
   * How many deaths of its process the job survives without saving the outcome of an attempt in between: an integer of at least 0, or
   * Infinity. The next death makes it `stuck`. From the second death on, a process runs only one such job at a time, so a job that
   * kills its process doesn't make other jobs stuck; with a value below 2, it can.
   * @default 3
   */
  readonly maxRecoveries?: number | undefined;
  /**
   * Whether a stuck job continues, with a count of 0.
   * @default false
   */
  readonly retryStuck?: boolean | undefined;
}

/** How `resumeAll` continues a job. */
export interface ResumeInternals {
  readonly whenHeld: 'waitOnce';
  readonly permit: Permit;
}

const SCHEMAS = {
  onChange: optional(func),
  whenHeld: optional(oneOf(['refuse', 'wait'], '`refuse` or `wait`')),
  countInterrupted: optional(flag),
  maxRecoveries: optional(retries),
  retryStuck: optional(flag),
};

/** Options of `run` that come from the saved job. */
const SAVED_OPTIONS: readonly string[] = ['context', 'timeout', 'onFailure', 'undo', 'id'];

type Own = Pick<ResumeOptions, 'onChange' | 'whenHeld' | 'countInterrupted' | 'maxRecoveries' | 'retryStuck'>;

/**
 * Continues a saved job, in the microtask after this call. Completed tasks are not called again; tasks that were running when the process died
 * are. Used retries stay used; backoffs and the job's timeout end when they would have ended anyway. A job that has ended returns its result
 * again. A job that can't continue ends as `detached` without calling anything: `error` is a JobStoreError (`JOB_NOT_FOUND`, `JOB_HELD`, …) or a
 * WorkflowChangedError.
 * @throws {InvalidWorkflowError} if tasks or options are invalid
 * @example
 * const result = await resume(greeting, 'greeting-1', { store });
 */
export function resume<Tasks extends AnyWorkflow | readonly TaskDefinition[]>(
  tasks: Tasks,
  id: string,
  options: ResumeOptions,
): JobOf<Tasks> {
  return resumeWith(startOpened, tasks, id, options);
}

/** `resume`, with the function that starts the job. */
export function resumeWith<Tasks extends AnyWorkflow | readonly TaskDefinition[]>(
  start: typeof startOpened,
  tasks: Tasks,
  id: string,
  options: ResumeOptions,
  internals?: ResumeInternals,
): JobOf<Tasks> {
  const { own, rest, problems } = readOwn(options);
  const { graph, settings } = prepare(tasks, { ...rest, id }, problems);
  const { store, name, version } = settings;
  const opening = continueJob(store as JobStore, {
    id,
    shape: { workflow: name, version, tasks: recordedTasks(graph) },
    onChange: own.onChange,
    whenHeld: own.whenHeld ?? 'refuse',
    countInterrupted: own.countInterrupted ?? false,
    maxRecoveries: own.maxRecoveries ?? 3,
    retryStuck: own.retryStuck ?? false,
    maxConcurrency: rest.maxConcurrency,
    maxRetries: rest.maxRetries,
    ...internals,
  });
  return start(graph, { ...settings, id }, opening) as JobOf<Tasks>;
}

function readOwn(options: ResumeOptions): { own: Own; rest: RunOptions; problems: WorkflowProblem[] } {
  const problems: WorkflowProblem[] = [];
  if (!isReadableObject(options)) {
    const message = `The options of \`resume\` must be an object with a \`store\`, got ${describeValue(options)}`;
    throw new InvalidWorkflowError([
      { code: 'invalidOption', option: 'options', value: options, expected: 'an object', message },
    ]);
  }
  const { onChange, whenHeld, countInterrupted, maxRecoveries, retryStuck, ...rest } = options;
  const own = checkOptions(
    { onChange, whenHeld, countInterrupted, maxRecoveries, retryStuck },
    SCHEMAS,
    () => ({ subject: 'The job' }),
    (problem) => problems.push(problem),
  ) as Own;
  for (const key of Reflect.ownKeys(rest)) {
    if (typeof key === 'symbol' || !RUN_OPTIONS.includes(key)) {
      const names = [...RUN_OPTIONS.filter((name) => !SAVED_OPTIONS.includes(name)), ...Object.keys(SCHEMAS)].join(', ');
      const message = `The job: there is no option ${quote(String(key))}; the options are ${names}`;
      problems.push({ code: 'unknownOption', option: String(key), message });
      Reflect.deleteProperty(rest, key);
    }
  }
  for (const option of SAVED_OPTIONS) {
    if ((rest as Record<string, unknown>)[option] !== undefined) {
      problems.push({
        code: 'unknownOption',
        option,
        message: `The job: there is no option \`${option}\` here: it comes from the saved job`,
      });
    }
  }
  if (rest.store === undefined) {
    const expected = JOB_STORE;
    problems.push({
      code: 'invalidOption',
      option: 'store',
      value: undefined,
      expected,
      message: `The job: \`store\` must be ${expected}, got undefined`,
    });
  }
  return { own, rest, problems };
}
