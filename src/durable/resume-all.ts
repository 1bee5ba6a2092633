import { JobSuspendedError } from '../journal/errors/job-suspended-error.ts';
import type { JobStore, ListedJob } from '../journal/job-store.ts';
import { allJobs } from '../journal/list/all-jobs.ts';
import { jobStuck } from '../journal/recovery/job-stuck.ts';
import { Permit, Slots } from '../journal/recovery/slots.ts';
import type { Job } from '../runtime/job.ts';
import { type JobOf, startOpened } from '../runtime/run.ts';
import { callSafely } from '../values/call-safely.ts';
import { describeValue } from '../values/describe-value.ts';
import { isInstance } from '../values/is-instance.ts';
import type { TintypeError } from '../values/tintype-error.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import { count, func, optional } from '../workflow/options/option-schemas.ts';
import { readOptions } from '../workflow/options/read-options.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import { type ResumeOptions, resumeWith } from './resume.ts';
import { UnknownWorkflowError } from './unknown-workflow-error.ts';

/** A job that `resumeAll` can't continue. */
export interface ResumeProblem {
  readonly id: string;
  /** The name of its workflow; undefined if that can't be read. */
  readonly workflow: string | undefined;
  /** Why: a JobStoreError, WorkflowChangedError or UnknownWorkflowError. */
  readonly error: TintypeError;
}

/** The options of `resumeAll`: those of `resume`, except for `whenHeld`, and a few more. */
export interface ResumeAllOptions extends Omit<ResumeOptions, 'whenHeld'> {
  /**
   * How many of the jobs may run at the same time: an integer of at least 1, or Infinity. The next job is taken from the store when one
   * has ended; until then, other processes can take it.
   * @default Infinity
   */
  readonly maxJobs?: number | undefined;
  /**
   * Called once for each job that this process can't take over, or loses later: the job is stuck (JobStoreError `JOB_STUCK`), unreadable
   * (`STORE_UNREADABLE`), still held by another process after one lease (`JOB_HELD`), or belongs to another workflow
   * (UnknownWorkflowError); its workflow has changed (WorkflowChangedError); or its store fails.
   * @default console.error, with the error
   */
  readonly onProblem?: ((problem: ResumeProblem) => unknown) | undefined;
}

/**
 * Continues all unfinished jobs of these workflows, oldest first; call it when your application starts. If another process holds a job,
 * the job waits for one lease, in case that process has died, and then ends as `detached`; `resumeAll` doesn't wait for it, and no job
 * delays another. If the names of the workflows are literal types, `job.workflow` and `result.workflow` tell the jobs apart.
 * @throws {JobStoreError} as a rejection, if the store can't be read
 * @throws {InvalidWorkflowError} as a rejection, if options or tasks are invalid
 * @example
 * for (const job of await resumeAll([greeting, smoothie], { store, maxJobs: 100 })) {
 *   job.then((result) => console.log(result.workflow, result.state));
 * }
 */
export async function resumeAll<const Workflows extends readonly AnyWorkflow[]>(
  workflows: Workflows,
  options: ResumeAllOptions,
): Promise<readonly JobOfEach<Workflows[number]>[]> {
  return resumeAllWith(() => startOpened, workflows, options);
}

/** `resumeAll`, with the function that starts the jobs of a workflow. */
export async function resumeAllWith<const Workflows extends readonly AnyWorkflow[]>(
  startOf: (workflow: AnyWorkflow) => typeof startOpened,
  workflows: Workflows,
  { maxJobs, onProblem, ...options }: ResumeAllOptions,
): Promise<readonly JobOfEach<Workflows[number]>[]> {
  refuseMistakes(workflows, options);
  const { maxJobs: size = Infinity, onProblem: tell = ({ error }: ResumeProblem) => console.error(error) } = readOptions(
    { maxJobs, onProblem },
    { maxJobs: optional(count), onProblem: optional(func) },
    'resumeAll',
  ) as Pick<ResumeAllOptions, 'maxJobs' | 'onProblem'>;
  const report = (problem: ResumeProblem) =>
    callSafely(tell, options.onListenerError ?? ((error) => console.error(error)), problem);
  const slots = new Slots(size);
  const byName = new Map(workflows.map((workflow) => [nameOf(workflow), workflow]));
  const jobs: Job[] = [];
  for (const listed of await unfinishedJobs(options.store)) {
    const workflow = listed.workflow === undefined ? undefined : byName.get(listed.workflow);
    const error = reasonAgainst(listed, workflow, options);
    if (workflow === undefined || error !== undefined) {
      report({ id: listed.id, workflow: listed.workflow, error: error as TintypeError });
    } else {
      jobs.push(resumeOne(startOf(workflow), workflow, listed.id, options, slots, report));
    }
  }
  return jobs as unknown as readonly JobOfEach<Workflows[number]>[];
}

/** @throws {InvalidWorkflowError} for mistakes that only JavaScript allows */
function refuseMistakes(workflows: unknown, options: object): void {
  if (!Array.isArray(workflows)) {
    const message = `\`resumeAll\` needs an array of workflows, got ${describeValue(workflows)}`;
    throw new InvalidWorkflowError([{ code: 'invalidTasks', value: workflows, message }]);
  }
  if ((options as { whenHeld?: unknown }).whenHeld !== undefined) {
    const message = '`resumeAll` has no option `whenHeld`: a job that is held is waited for during one lease';
    throw new InvalidWorkflowError([{ code: 'unknownOption', option: 'whenHeld', message }]);
  }
}

/** The command resumes arrays of tasks too. */
const nameOf = (workflow: AnyWorkflow): string => (isWorkflow(workflow) ? workflow.name : 'job');

async function unfinishedJobs(store: JobStore): Promise<ListedJob[]> {
  const jobs: ListedJob[] = [];
  for (const state of ['stuck', 'running'] as const) {
    for await (const job of allJobs(store, { state })) {
      jobs.push(job);
    }
  }
  return jobs.reverse();
}

/** Why a job isn't resumed, if it isn't. */
function reasonAgainst(
  { id, state, workflow: name, problem }: ListedJob,
  workflow: AnyWorkflow | undefined,
  { retryStuck }: ResumeAllOptions,
): TintypeError | undefined {
  if (problem !== undefined) {
    return problem;
  }
  if (workflow === undefined) {
    return new UnknownWorkflowError(id, name);
  }
  return state === 'stuck' && retryStuck !== true ? jobStuck({ id }) : undefined;
}

function resumeOne(
  start: typeof startOpened,
  workflow: AnyWorkflow,
  id: string,
  options: ResumeOptions,
  slots: Slots,
  report: (problem: ResumeProblem) => void,
): Job {
  const permit = new Permit(slots);
  const job = resumeWith(start, workflow, id, options, { whenHeld: 'waitOnce', permit }) as unknown as Job;
  void job.then((result) => {
    permit.end();
    if (result.state === 'detached' && !isInstance(result.error, JobSuspendedError)) {
      report({ id, workflow: nameOf(workflow), error: result.error });
    }
  });
  return job;
}

/** A union with the job of each workflow. */
export type JobOfEach<W extends AnyWorkflow> = W extends AnyWorkflow ? JobOf<W> : never;
