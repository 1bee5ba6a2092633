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
export function run<Tasks extends AnyWorkflow | readonly TaskDefinition[]>(
  tasks: Tasks,
  ...[options = {}]: OptionsOf<Tasks>
): JobOf<Tasks> {
  return startJob(prepare(tasks, options)) as JobOf<Tasks>;
}

type OptionsOf<Tasks> = Tasks extends AnyWorkflow
  ? RunArguments<Tasks, RunOptions>
  : [options?: (RunOptions & { readonly context?: object | undefined }) | undefined];

type JobOf<Tasks> = Tasks extends AnyWorkflow ? Job<WorkflowContext<Tasks>, TaskNames<Tasks>> : Job<LooseContext>;

/** What a job is started from, once or more often. */
export interface PreparedJob {
  readonly graph: TaskGraph;
  readonly settings: JobSettings;
}

/**
 * Checks tasks and options together, and copies them.
 * @throws {InvalidWorkflowError}
 */
export function prepare(tasks: unknown, options: unknown): PreparedJob {
  const { graph, problems } = readTasks(tasks);
  const name = isWorkflow(tasks) ? tasks.name : 'job';
  const settings = readOptions(options, name, (problem) => problems.push(problem));
  if (graph === undefined || problems.length > 0) {
    throw new InvalidWorkflowError(problems);
  }
  return { graph, settings };
}

/** Starts a job in the microtask after this call. */
export function startJob({ graph, settings }: PreparedJob): Job<LooseContext> {
  const runtime = new JobRuntime(graph, settings);
  queueMicrotask(() => runtime.start());
  return new RunningJob(runtime);
}
