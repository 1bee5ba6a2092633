import { type ResumeOptions, resume } from '../../durable/resume.ts';
import type { Job } from '../../runtime/job.ts';
import { run } from '../../runtime/run.ts';
import type { TaskDefinition } from '../../workflow/task-definition.ts';

/** A function that starts a job, like `run`. */
export type Runner = (tasks: readonly TaskDefinition[], options: NonNullable<Parameters<typeof run>[1]>) => Job;

/** A function that continues a job after a crash, like `resume`. */
export type Resumer = (tasks: readonly TaskDefinition[], id: string, options: ResumeOptions) => Job;

/** Starts and resumes jobs. */
export interface JobSource {
  readonly start: Runner;
  readonly resume: Resumer;
}

/** The `run` and `resume` of this library. */
export const ownJobs: JobSource = {
  start: (tasks, options) => run(tasks, options) as Job,
  resume: (tasks, id, options) => resume(tasks, id, options) as Job,
};
