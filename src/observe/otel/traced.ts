import { context, type MeterProvider, metrics, ROOT_CONTEXT, type TracerProvider, trace } from '@opentelemetry/api';
import { type resume, resumeWith } from '../../durable/resume.ts';
import { type resumeAll, resumeAllWith } from '../../durable/resume-all.ts';
import type { Job } from '../../runtime/job.ts';
import { type PreparedJob, prepare, type run, startJob, startOpened } from '../../runtime/run.ts';
import { makeLogic, type workflowLogic } from '../../runtime/workflow-logic.ts';
import type { LooseContext } from '../../workflow/types/loose-context.ts';
import { isWorkflow } from '../../workflow/workflow.ts';
import { instrumentsOf } from './instruments.ts';
import { JobMetrics } from './job-metrics.ts';
import { JobSpans } from './job-spans.ts';
import { orElse } from './or-else.ts';
import { SCOPE } from './scope.ts';

/** Where to send spans and metrics. */
export interface TelemetryProviders {
  /**
   * Receives the spans.
   * @default the global provider of `@opentelemetry/api` when a job starts
   */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * Receives the metrics.
   * @default the global provider of `@opentelemetry/api` when a job starts
   */
  readonly meterProvider?: MeterProvider | undefined;
}

type Run = typeof run;
type MakeLogic = typeof workflowLogic;
type Resume = typeof resume;
type ResumeAll = typeof resumeAll;

// Interfaces, so that declaration files of callers that export these functions can name their types.

/** `run`, with spans and metrics. */
export interface TracedRun extends Run {}

/** `workflowLogic`, with spans and metrics. */
export interface TracedWorkflowLogic extends MakeLogic {}

/** `resume`, with spans and metrics. */
export interface TracedResume extends Resume {}

/** `resumeAll`, with spans and metrics. */
export interface TracedResumeAll extends ResumeAll {}

/** Functions that start or continue jobs with spans and metrics. */
export interface Traced {
  readonly run: TracedRun;
  readonly workflowLogic: TracedWorkflowLogic;
  readonly resume: TracedResume;
  readonly resumeAll: TracedResumeAll;
}

/**
 * Returns a `run`, `resume`, `resumeAll` and `workflowLogic` that emit spans and metrics: a span per job and per attempt, active while the
 * function of the task runs. Attempts that ended in an earlier process have no spans in this one. Errors of the OpenTelemetry SDK go to
 * `onListenerError` and never affect the job.
 * @example
 * const { run, resumeAll } = traced();
 * const result = await run(smoothie, { context });
 */
export function traced(providers: TelemetryProviders = {}): Traced {
  const startFor =
    (tasks: unknown): typeof startOpened =>
    (graph, settings, opening) =>
      startTraced(graph, settings, opening, isWorkflow(tasks) ? tasks.name : undefined, providers);
  const start = (prepared: PreparedJob, tasks: unknown) => startJob(prepared, startFor(tasks));
  return {
    run: ((tasks: unknown, options: unknown = {}) => start(prepare(tasks, options), tasks)) as typeof run,
    workflowLogic: (workflow, options = {}) => makeLogic(workflow, options, (prepared) => start(prepared, workflow)),
    resume: (tasks, id, options) => resumeWith(startFor(tasks), tasks, id, options),
    resumeAll: (workflows, options) => resumeAllWith(startFor, workflows, options),
  };
}

type Start = Parameters<typeof startOpened>;

function startTraced(
  graph: Start[0],
  settings: Start[1],
  opening: Start[2],
  workflow: string | undefined,
  providers: TelemetryProviders,
): Job<LooseContext> {
  const { executor, onListenerError, timeout, id } = settings;
  const { tracerProvider = trace, meterProvider = metrics.getMeterProvider() } = providers;
  const parent = orElse(
    () => context.active() ?? ROOT_CONTEXT,
    () => ROOT_CONTEXT,
    onListenerError,
  );
  const finals = new Set(graph.tasks.filter((task) => task.finally === true).map(({ name }) => name));
  // The first attempt starts after this call, when the spans exist.
  const job = startOpened(graph, { ...settings, executor: (attempt) => execute(attempt) }, opening);
  const getTracer = () => tracerProvider.getTracer(SCOPE.name, SCOPE.version);
  const spans = new JobSpans(getTracer, parent, id, workflow, { graph, settings }, finals);
  const execute = spans.executor(executor);
  const measured = new JobMetrics(instrumentsOf(meterProvider, onListenerError), workflow, timeout, finals);
  job.on('*', (event) => spans.note(event));
  job.on('*', (event) => measured.note(event));
  return job;
}
