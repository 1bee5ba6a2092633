import { context, type MeterProvider, metrics, ROOT_CONTEXT, type TracerProvider, trace } from '@opentelemetry/api';
import type { Job } from '../../runtime/job.ts';
import { type PreparedJob, prepare, type run, startJob } from '../../runtime/run.ts';
import { makeLogic, type workflowLogic } from '../../runtime/workflow-logic.ts';
import type { LooseContext } from '../../workflow/loose-context.ts';
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

// Interfaces, so that declaration files of callers that export these functions can name their types.

/** `run`, with spans and metrics. */
export interface TracedRun extends Run {}

/** `workflowLogic`, with spans and metrics. */
export interface TracedWorkflowLogic extends MakeLogic {}

/** Functions that start jobs with spans and metrics. */
export interface Traced {
  readonly run: TracedRun;
  readonly workflowLogic: TracedWorkflowLogic;
}

/**
 * Returns a `run` and a `workflowLogic` that emit spans and metrics: a span per job and per attempt, active while the function
 * of the task runs. Errors of the OpenTelemetry SDK go to `onListenerError` and never affect the job.
 * @example
 * const { run } = traced();
 * const result = await run(smoothie, { context });
 */
export function traced(providers: TelemetryProviders = {}): Traced {
  const start = (prepared: PreparedJob, tasks: unknown) =>
    startTraced(prepared, isWorkflow(tasks) ? tasks.name : undefined, providers);
  return {
    run: ((tasks: unknown, options: unknown = {}) => start(prepare(tasks, options), tasks)) as typeof run,
    workflowLogic: (workflow, options = {}) => makeLogic(workflow, options, (prepared) => start(prepared, workflow)),
  };
}

function startTraced(prepared: PreparedJob, workflow: string | undefined, providers: TelemetryProviders): Job<LooseContext> {
  const { settings } = prepared;
  const { executor, onListenerError, timeout } = settings;
  const { tracerProvider = trace, meterProvider = metrics.getMeterProvider() } = providers;
  const parent = orElse(
    () => context.active() ?? ROOT_CONTEXT,
    () => ROOT_CONTEXT,
    onListenerError,
  );
  // The first attempt starts after this call, when the spans exist.
  const job = startJob({ ...prepared, settings: { ...settings, executor: (attempt) => execute(attempt) } });
  const spans = new JobSpans(() => tracerProvider.getTracer(SCOPE.name, SCOPE.version), parent, job.id, workflow, prepared);
  const execute = spans.executor(executor);
  const measured = new JobMetrics(instrumentsOf(meterProvider, onListenerError), workflow, timeout);
  job.on('*', (event) => spans.note(event));
  job.on('*', (event) => measured.note(event));
  return job;
}
