import type { AnyWorkflow } from '../workflow/workflow.ts';
import { allJobs } from './journal/all-jobs.ts';
import { type ResumeOptions, resume } from './resume.ts';
import type { JobOf } from './run.ts';

/**
 * Continues all unfinished jobs of these workflows; call it when your application starts. It also waits for jobs that another process
 * holds, such as one that just died. If the names of the workflows are literal types, `job.workflow` and `result.workflow` tell the jobs apart.
 * @throws {JobStoreError} as a rejection, if the store can't be read
 * @example
 * for (const job of await resumeAll([greeting, smoothie], { store })) {
 *   job.then((result) => console.log(result.workflow, result.state));
 * }
 */
export async function resumeAll<const Workflows extends readonly AnyWorkflow[]>(
  workflows: Workflows,
  options: Omit<ResumeOptions, 'whenHeld'>,
): Promise<readonly JobOfEach<Workflows[number]>[]> {
  return resumeAllWith(resume, workflows, options);
}

/** `resumeAll`, with the function that resumes each job. */
export async function resumeAllWith<const Workflows extends readonly AnyWorkflow[]>(
  resumeOne: typeof resume,
  workflows: Workflows,
  options: Omit<ResumeOptions, 'whenHeld'>,
): Promise<readonly JobOfEach<Workflows[number]>[]> {
  const byName = new Map(workflows.map((workflow) => [workflow.name, workflow]));
  const jobs: unknown[] = [];
  for await (const { id, workflow: name, problem } of allJobs(options.store, { state: 'running' })) {
    const workflow = problem === undefined ? byName.get(name) : undefined;
    if (workflow !== undefined) {
      jobs.push(resumeOne(workflow, id, { ...options, whenHeld: 'wait' }));
    }
  }
  return jobs as readonly JobOfEach<Workflows[number]>[];
}

/** A union with the job of each workflow. */
export type JobOfEach<W extends AnyWorkflow> = W extends AnyWorkflow ? JobOf<W> : never;
