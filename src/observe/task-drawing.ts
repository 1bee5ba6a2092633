import type { TaskState } from '../machines/events.ts';
import type { TaskReport } from '../runtime/events/task-report.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult, JobSnapshot } from '../runtime/job-result.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import { validGraph } from '../workflow/validate-tasks.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';

/** A workflow or tasks that can be drawn. */
export type Drawable = AnyWorkflow | readonly TaskDefinition[];

/** The source of states and times: a job, running or ended, its result, or a snapshot of it. */
export type DrawnJob = Pick<Job, 'snapshot'> | Pick<JobResult | JobSnapshot, 'tasks'>;

/** The look of a state: a sign besides the color, for readers who can't tell colors apart. */
export interface Look {
  readonly sign: string;
  /** From the Okabe-Ito palette, lightened so that black text is readable on it. */
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
  undoing: { sign: '↶', colour: '#f5d08a' },
  undone: { sign: '↩', colour: '#cfd8dc' },
  undoFailed: { sign: '✘', colour: '#f0a98a' },
};

/** A task as it is drawn. */
export interface DrawnTask {
  readonly name: string;
  readonly dependencies: readonly string[];
  /** Whether the job continues if it fails. */
  readonly isOptional: boolean;
  /** Undefined if no job is drawn. */
  readonly state: TaskState | undefined;
  /** Such as `✔ completed, 2 attempts, 13 ms`; undefined if no job is drawn. */
  readonly note: string | undefined;
}

/**
 * The tasks to draw, in definition order.
 * @throws {InvalidWorkflowError} if the workflow is invalid
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
