import type { TaskState } from '../machines/events.ts';
import type { TaskReport } from '../runtime/events/task-report.ts';
import type { Job } from '../runtime/job.ts';
import type { JobResult, JobSnapshot } from '../runtime/job-result.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import { validGraph } from '../workflow/validate-tasks.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import { type DrawnEdges, drawEdges } from './edge-drawing.ts';
import { finalArrows } from './final-arrows.ts';
import { skipReason } from './skip-reason.ts';

/** A workflow or tasks that can be drawn. */
export type Drawable = AnyWorkflow | readonly TaskDefinition[];

/** The source of states and times: a job, running or ended, its result, or a snapshot of it. */
export type DrawnJob = Pick<Job, 'snapshot'> | Pick<JobResult | JobSnapshot, 'tasks'>;

/** The look of a state: a sign besides the color, for readers who can't tell colors apart. */
export interface Look {
  readonly sign: string;
  /** From the Okabe-Ito palette, lightened so that black text is readable on it. */
  readonly colour: string;
  /** The color of the border. */
  readonly line: string;
  /** The color of the text. */
  readonly ink: string;
}

const look = (sign: string, colour: string, line = '#333333', ink = '#000000'): Look => ({ sign, colour, line, ink });

/** What was skipped is dimmed. */
export const DIM = { line: '#bbbbbb', ink: '#666666' };

export const LOOKS: Readonly<Record<TaskState, Look>> = {
  unscheduled: look('·', '#ffffff'),
  ready: look('○', '#fbf3b0'),
  running: look('▶', '#b3dcf5'),
  backingOff: look('↻', '#f5d08a'),
  completed: look('✔', '#99d8c5'),
  failed: look('✘', '#f0a98a'),
  cancelled: look('■', '#e5bdd3'),
  skipped: look('–', '#f4f4f4', DIM.line, DIM.ink),
  undoing: look('↶', '#f5d08a'),
  undone: look('↩', '#cfd8dc'),
  undoFailed: look('✘', '#f0a98a'),
};

/** A task as it is drawn. */
export interface DrawnTask extends DrawnEdges {
  readonly name: string;
  /** Whether the job continues if it fails. */
  readonly isOptional: boolean;
  readonly isFinally: boolean;
  /** `has undo` if it can be undone. */
  readonly undo: string | undefined;
  /** Undefined if no job is drawn. */
  readonly state: TaskState | undefined;
  /** Such as `✔ completed, 2 attempts, 13 ms`; undefined if no job is drawn. */
  readonly note: string | undefined;
}

/** What is drawn. */
export interface Drawing {
  /** In definition order. */
  readonly tasks: readonly DrawnTask[];
  /** Arrows that aren't seen; they put finally tasks below all others. */
  readonly unseen: readonly { readonly from: string; readonly to: string }[];
}

/** @throws {InvalidWorkflowError} if the workflow is invalid */
export function drawTasks(source: Drawable, job?: DrawnJob): Drawing {
  const reports: ReadonlyMap<string, TaskReport> | undefined = job && ('snapshot' in job ? job.snapshot() : job).tasks;
  const stateOf = (name: string | undefined) => reports?.get(name as string)?.state;
  const graph = validGraph(source);
  const tasks = graph.tasks.map((task): DrawnTask => {
    const { name, continueOnFailure, undo } = task;
    const report = reports?.get(name);
    return {
      name,
      ...drawEdges(task, (one) => stateOf(one) === 'skipped'),
      isOptional: continueOnFailure ?? false,
      isFinally: task.finally ?? false,
      undo: undo && 'has undo',
      state: report?.state,
      note: report && describeReport(report, stateOf(report.origin)),
    };
  });
  return { tasks, unseen: finalArrows(graph) };
}

/** The lines of text in a task. */
export const linesOf = ({ name, condition, undo, note }: DrawnTask): string[] =>
  [name, condition, undo, note].filter((line) => line !== undefined);

function describeReport(report: TaskReport, originState: TaskState | undefined): string {
  const { state, attempts, startedAt, endedAt, reason, origin, undo } = report;
  const why = state === 'skipped' ? skipReason(reason, origin, originState) : undefined;
  const parts = [`${LOOKS[state].sign} ${state}${why === undefined ? '' : `: ${why}`}`];
  if (attempts > 1) {
    parts.push(`${attempts} attempts`);
  }
  if (startedAt !== undefined && endedAt !== undefined) {
    parts.push(`${endedAt - startedAt} ms`);
  }
  if (undo?.blockedBy !== undefined) {
    parts.push(`not undone: undo of ${undo.blockedBy} failed`);
  } else if (undo !== undefined && undo.attempts > 1) {
    parts.push(`${undo.attempts} attempts to undo`);
  }
  return parts.join(', ');
}
