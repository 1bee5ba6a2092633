import type { JobStore } from '../journal/job-store.ts';
import type { Opening } from '../journal/opening.ts';
import { createJob } from '../journal/openings.ts';
import { savedPolicy } from '../journal/saved-policy.ts';
import { recordedTasks } from '../journal/workflow-change.ts';
import { deepFreeze } from '../values/deep-freeze.ts';
import { describeValue } from '../values/describe-value.ts';
import type { TaskGraph } from '../workflow/graph/task-graph.ts';
import { InvalidWorkflowError } from '../workflow/invalid-workflow-error.ts';
import type { TaskDefinition } from '../workflow/task-definition.ts';
import type { LooseContext } from '../workflow/types/loose-context.ts';
import type { ContextOf, NameOf, NamesOf, RunArguments } from '../workflow/types/workflow-context.ts';
import { readTasks } from '../workflow/validate-tasks.ts';
import { type AnyWorkflow, isWorkflow } from '../workflow/workflow.ts';
import type { WorkflowProblem } from '../workflow/workflow-problem.ts';
import { type Job, RunningJob } from './job.ts';
import { JobRuntime } from './job-runtime.ts';
import { type JobSettings, type RunOptions, readOptions } from './run-options.ts';

/**
 * Starts a job, in the microtask after this call.
 * @throws {InvalidWorkflowError} if tasks or options are invalid; it lists all problems, and nothing has started
 * @example
 * const greeting = workflow('greeting')
 *   .context<{ who: string }>()
 *   .task({ name: 'greet', run: ({ who }) => ({ text: `Hello ${who}` }) });
 * const result = await run(greeting, { context: { who: 'Ada' }, timeout: 1000 });
 * if (result.state === 'completed') console.log(result.context.text);
 */
export function run<Tasks extends AnyWorkflow | readonly TaskDefinition[]>(
  tasks: Tasks,
  ...[options = {} as never]: RunArguments<Tasks, RunOptions>
): JobOf<Tasks> {
  return startJob(prepare(tasks, options)) as unknown as JobOf<Tasks>;
}

/** The job of a workflow, or of an array of tasks. */
export type JobOf<Tasks> = Job<ContextOf<Tasks>, NamesOf<Tasks>, NameOf<Tasks>>;

/** What one or more jobs start from. */
export interface PreparedJob {
  readonly graph: TaskGraph;
  readonly settings: JobSettings;
}

/**
 * Validates tasks and options together, and copies them.
 * @param found Problems found earlier.
 * @throws {InvalidWorkflowError}
 */
export function prepare(tasks: unknown, options: unknown, found: readonly WorkflowProblem[] = []): PreparedJob {
  const { graph, problems } = readTasks(tasks);
  problems.push(...found);
  const workflow = isWorkflow(tasks) ? tasks : { name: 'job', version: undefined };
  const settings = readOptions(options, workflow, (problem) => problems.push(problem));
  if (graph === undefined || problems.length > 0) {
    throw new InvalidWorkflowError(problems);
  }
  return { graph, settings };
}

/**
 * Starts a job in the microtask after this call.
 * @throws {InvalidWorkflowError} if its context can't be saved
 */
export function startJob({ graph, settings }: PreparedJob, start = startOpened): Job<LooseContext> {
  const id = settings.id ?? `${settings.name}-${Math.random().toString(36).slice(2, 10)}`;
  const { store, name, version, maxConcurrency, maxRetries, timeout } = settings;
  if (store === undefined) {
    return start(graph, { ...settings, id });
  }
  const text = encodeContext(settings.context, store);
  const opening = createJob(store, {
    id,
    workflow: name,
    version,
    tasks: recordedTasks(graph),
    context: text,
    maxConcurrency: maxConcurrency === Infinity ? undefined : maxConcurrency,
    maxRetries: Math.min(maxRetries, Number.MAX_SAFE_INTEGER),
    retryPolicy: savedPolicy(settings),
    timeout,
  });
  // A resumed job reads the same values.
  const context = deepFreeze(store.codec.decode(text) as object);
  return start(graph, { ...settings, id, context }, opening);
}

function encodeContext(context: object, { codec }: JobStore): string {
  try {
    return codec.encode(context);
  } catch (error) {
    const expected = 'storable';
    const message = `The job: \`context\` must be ${expected}: ${error instanceof Error ? error.message : describeValue(error)}`;
    throw new InvalidWorkflowError([{ code: 'invalidOption', option: 'context', value: context, expected, message }]);
  }
}

/** Starts a job in the microtask after this call, once it is saved, or loaded. */
export function startOpened(
  graph: TaskGraph,
  settings: JobSettings & { readonly id: string },
  opening?: Opening,
): Job<LooseContext> {
  const runtime = new JobRuntime(graph, settings);
  // Fake timers replace `queueMicrotask`.
  void Promise.resolve().then(() => runtime.commands.start(opening));
  return new RunningJob(runtime);
}
