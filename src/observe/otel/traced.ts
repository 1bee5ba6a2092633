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

/** Who gets what is told of jobs. */
export interface TelemetryProviders {
  /**
   * Gets the spans.
   * @default the global one of `@opentelemetry/api`, as it is when a job starts
   */
  readonly tracerProvider?: TracerProvider | undefined;
  /**
   * Gets the metrics.
   * @default the global one of `@opentelemetry/api`, as it is when a job starts
   */
  readonly meterProvider?: MeterProvider | undefined;
}

type Run = typeof run;
type MakeLogic = typeof workflowLogic;

// Interfaces, so that the declaration file of a caller that exports these functions can name their types.

/** The `run` of tintype, whose jobs OpenTelemetry is told of. */
export interface TracedRun extends Run {}

/** The `workflowLogic` of tintype, whose jobs OpenTelemetry is told of. */
export interface TracedWorkflowLogic extends MakeLogic {}

/** What starts jobs that OpenTelemetry is told of. */
export interface Traced {
  readonly run: TracedRun;
  readonly workflowLogic: TracedWorkflowLogic;
}

/**
 * Gives a `run` and a `workflowLogic` that also make a span of each job and of each attempt, in which the function of the task is
 * called, and measure them. What the SDK of OpenTelemetry throws goes to `onListenerError`, and disturbs no job.
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
  // The first attempt comes after this call, when the spans are there.
  const job = startJob({ ...prepared, settings: { ...settings, executor: (attempt) => execute(attempt) } });
  const spans = new JobSpans(() => tracerProvider.getTracer(SCOPE.name, SCOPE.version), parent, job.id, workflow, prepared);
  const execute = spans.executor(executor);
  const measured = new JobMetrics(instrumentsOf(meterProvider, onListenerError), workflow, timeout);
  job.on('*', (event) => spans.note(event));
  job.on('*', (event) => measured.note(event));
  return job;
}
