import type { TaskState } from '../machines/events.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult, JobSnapshot } from '../runtime/job-result.ts';
import type { TaskReport } from '../runtime/task-report.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import { validGraph } from '../workflow/validate-tasks.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';

/** What can be drawn. */
export type Drawable = AnyWorkflow | readonly TaskDefinition[];

/** A job whose states and times are drawn: one that runs or has ended, its result, or a snapshot of it. */
export type DrawnJob = Pick<Job, 'snapshot'> | Pick<JobResult | JobSnapshot, 'tasks'>;

/** How a state looks: a sign and a word beside the colour, for those who can't tell colours apart. */
export interface Look {
  readonly sign: string;
  /** Of Okabe and Ito's palette, lightened, so that black text can be read on it. */
  readonly colour: string;
}

export const LOOKS: Readonly<Record<TaskState, Look>> = {
  unscheduled: { sign: '·', colour: '#ffffff' },
  ready: { sign: '○', colour: '#fbf3b0' },
  running: { sign: '▶', colour: '#b3dcf5' },
  backingOff: { sign: '↻', colour: '#f5d08a' },
  completed: { sign: '✔', colour: '#99d8c5' },
  failed: { sign: '✘', colour: '#f0a98a' },
  cancelled: { sign: '■', colour: '#e5bdd3' },
  skipped: { sign: '–', colour: '#dddddd' },
};

/** A task as it is drawn. */
export interface DrawnTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** The job goes on when it has failed. */
  readonly isOptional: boolean;
  /** Where a job is drawn. */
  readonly state: TaskState | undefined;
  /** Such as `✔ completed, 2 attempts, 13 ms`, where a job is drawn. */
  readonly note: string | undefined;
}

/**
 * What there is to draw of tasks, in the order of definition.
 * @throws {InvalidWorkflowError}
 */
export function drawTasks(source: Drawable, job?: DrawnJob): DrawnTask[] {
  const reports = job && ('snapshot' in job ? job.snapshot() : job).tasks;
  return validGraph(source).tasks.map(({ name, dependencies, continueOnFailure }): DrawnTask => {
    const report = (reports as ReadonlyMap<string, TaskReport> | undefined)?.get(name);
    return {
      name,
      dependencies,
      isOptional: continueOnFailure ?? false,
      state: report?.state,
      note: report && describeReport(report),
    };
  });
}

function describeReport({ state, attempts, startedAt, endedAt }: TaskReport): string {
  const parts = [`${LOOKS[state].sign} ${state}`];
  if (attempts > 1) {
    parts.push(`${attempts} attempts`);
  }
  if (startedAt !== undefined && endedAt !== undefined) {
    parts.push(`${endedAt - startedAt} ms`);
  }
  return parts.join(', ');
}
