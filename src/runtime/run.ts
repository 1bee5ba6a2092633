import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import type { LooseContext } from '../workflow/loose-context.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import type { TaskGraph } from '../workflow/task-graph.ts';
import { readTasks } from '../workflow/validate-tasks.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import type { RunArguments, TaskNames, WorkflowContext } from '../workflow/workflow-context.ts';
import { type Job, RunningJob } from './job.ts';
import { JobRuntime } from './job-runtime.ts';
import { type JobSettings, type RunOptions, readOptions } from './run-options.ts';

/**
 * Starts a job, in the microtask after this call.
 * @throws {InvalidWorkflowError} when tasks or options are invalid, with all that is wrong; nothing has started then
 * @example
 * const greeting = workflow<{ who: string }>('greeting')
 *   .task({ name: 'greet', run: ({ who }) => ({ text: `Hello ${who}` }) });
 * const result = await run(greeting, { context: { who: 'Ada' }, timeout: 1000 });
 * if (result.state === 'completed') console.log(result.context.text);
 */
export function run<W extends AnyWorkflow>(
  workflow: W,
  ...options: RunArguments<W, RunOptions>
): Job<WorkflowContext<W>, TaskNames<W>>;
export function run(
  tasks: readonly TaskDefinition[],
  options?: RunOptions & { readonly context?: object | undefined },
): Job<LooseContext>;
export function run(tasks: AnyWorkflow | readonly TaskDefinition[], options: object = {}): Job<LooseContext> {
  const { graph, settings } = prepare(tasks, options);
  const runtime = new JobRuntime(graph, settings);
  if (settings.onEvent !== undefined) {
    runtime.listeners.add('*', settings.onEvent);
  }
  queueMicrotask(() => runtime.start());
  return new RunningJob(runtime);
}

/**
 * Checks tasks and options together.
 * @throws {InvalidWorkflowError}
 */
export function prepare(tasks: unknown, options: unknown): { graph: TaskGraph; settings: JobSettings } {
  const { graph, problems } = readTasks(tasks);
  const settings = readOptions(options, isWorkflow(tasks) ? tasks.name : 'job', (problem) => problems.push(problem));
  if (graph === undefined || problems.length > 0) {
    throw new InvalidWorkflowError(problems);
  }
  return { graph, settings };
}
