import type { LooseContext } from '../workflow/loose-context.ts';
import type { AnyWorkflow } from '../workflow/workflow.ts';
import type { Job } from './job.ts';
import { type ResumeOptions, resume } from './resume.ts';

/**
 * Continues all jobs of these workflows that have not ended, as an application does when it starts. Jobs that another process holds, as the one
 * that has just died still does, are waited for.
 * @throws {JobStoreError} when the store can't be read
 * @example
 * const jobs = await resumeAll([greeting, smoothie], { store });
 * console.log(`${jobs.length} jobs go on`);
 */
export async function resumeAll(
  workflows: readonly AnyWorkflow[],
  options: Omit<ResumeOptions, 'whenHeld'>,
): Promise<readonly Job<LooseContext>[]> {
  const byName = new Map(workflows.map((workflow) => [workflow.name, workflow]));
  const jobs: Job<LooseContext>[] = [];
  for (const { id, workflow: name } of await options.store.list({ state: 'running' })) {
    const workflow = byName.get(name);
    if (workflow !== undefined) {
      jobs.push(resume(workflow, id, { ...options, whenHeld: 'wait' }) as unknown as Job<LooseContext>);
    }
  }
  return jobs;
}
