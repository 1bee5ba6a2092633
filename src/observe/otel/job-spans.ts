import {
  type Attributes,
  type Context,
  type Link,
  ProxyTracerProvider,
  type Span,
  type SpanContext,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { JobEvent, TaskRunningEvent } from '../../machines/events.ts';
import type { Executor } from '../../runtime/executor.ts';
import type { PreparedJob } from '../../runtime/run.ts';
import * as names from './attribute-names.ts';
import { callWithin } from './call-within.ts';
import {
  type AttemptEnd,
  type Ending,
  endingOfAttempt,
  endingOfCondition,
  endingOfJob,
  endsAttempt,
  endsJob,
  isDecidedSkip,
  isFailedCondition,
} from './ending.ts';
import { orElse } from './or-else.ts';
import { exceptionOf } from './thrown.ts';

/** An open span and the context for its children: that of the caller of `run`, plus the span. */
interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

/** Makes no-op spans in place of a tracer that throws. */
const NO_TRACER = new ProxyTracerProvider().getTracer('tintype');

/** The span of one job and its children: those of its attempts, and of conditions that failed. */
export class JobSpans {
  readonly #tracer: Tracer;
  readonly #onError: (error: unknown) => unknown;
  readonly #timeout: number | undefined;
  readonly #dependencies: ReadonlyMap<string, readonly string[]>;
  /** The attributes of every span. */
  readonly #common: Attributes;
  readonly #job: OpenSpan;
  /** The running attempts, by task. */
  readonly #attempts = new Map<string, OpenSpan>();
  /** The last span of each task that has had one. */
  readonly #last = new Map<string, SpanContext>();

  constructor(
    getTracer: () => Tracer,
    parent: Context,
    id: string,
    workflow: string | undefined,
    { graph, settings }: Pick<PreparedJob, 'graph' | 'settings'>,
  ) {
    this.#onError = settings.onListenerError;
    this.#timeout = settings.timeout;
    this.#tracer = orElse(getTracer, () => NO_TRACER, this.#onError);
    this.#dependencies = new Map(graph.tasks.map(({ name, dependencies }) => [name, dependencies]));
    this.#common = { [names.JOB_ID]: id, ...(workflow !== undefined && { [names.WORKFLOW_NAME]: workflow }) };
    this.#job = this.#start(workflow === undefined ? 'job' : `job ${workflow}`, parent);
  }

  /** Wraps an executor, or a plain call of the function, in the context of the attempt. */
  executor(inner: Executor = ({ run }) => run()): Executor {
    return (request) => {
      // The event before this call started it.
      const { context } = this.#attempts.get(request.task) as OpenSpan;
      const within = (call: () => unknown) => callWithin(context, call, this.#onError);
      const { job, workflow, task, attempt, context: values, outcomes, undo, ending } = request;
      return within(() =>
        inner({
          job,
          workflow,
          task,
          attempt,
          context: values,
          outcomes,
          undo,
          ending,
          run: () => within(request.run),
          confirm: request.confirm,
          // A signal is created when it is first read.
          get signal() {
            return request.signal;
          },
        }),
      );
    };
  }

  note(event: JobEvent): void {
    if ('task' in event) {
      // A restored event belongs to an attempt of an earlier process, which emitted its span.
      if (event.restored === undefined) {
        this.#noteTask(event);
      }
    } else if (endsJob(event)) {
      // The exception is recorded in the span of the attempt.
      end(this.#job.span, endingOfJob(event, this.#timeout));
    }
  }

  #noteTask(event: JobEvent & { readonly task: string }): void {
    if (event.type === 'task.running') {
      this.#startAttempt(event);
    } else if (isDecidedSkip(event)) {
      const { task, reason, origin } = event;
      const cause = { [names.REASON]: reason, ...(origin !== undefined && { [names.SKIP_ORIGIN]: origin }) };
      this.#job.span.addEvent('task.skipped', { [names.TASK_NAME]: task, ...cause });
    } else if (isFailedCondition(event)) {
      const { span } = this.#startTask(event.task, {});
      end(span, endingOfCondition(event), event);
      this.#last.set(event.task, span.spanContext());
    } else if (endsAttempt(event)) {
      this.#endAttempt(event);
    }
  }

  #startAttempt({ task, attempt }: TaskRunningEvent): void {
    const started = this.#startTask(task, { [names.ATTEMPT_NUMBER]: attempt });
    this.#attempts.set(task, started);
    this.#last.set(task, started.span.spanContext());
  }

  #endAttempt(event: JobEvent & AttemptEnd): void {
    const attempt = this.#attempts.get(event.task);
    if (attempt !== undefined) {
      this.#attempts.delete(event.task);
      end(attempt.span, endingOfAttempt(event), event);
    }
  }

  /** Starts the span of an attempt, or of a condition that failed. */
  #startTask(task: string, attributes: Attributes): OpenSpan {
    const named = { [names.TASK_NAME]: task, ...attributes };
    return this.#start(`task ${task}`, this.#job.context, named, this.#linksOf(task));
  }

  #start(name: string, parent: Context, attributes: Attributes = {}, links: Link[] = []): OpenSpan {
    const options = { attributes: { ...this.#common, ...attributes }, links };
    const span = orElse(
      () => this.#tracer.startSpan(name, options, parent),
      () => NO_TRACER.startSpan(name, options, parent),
      this.#onError,
    );
    return { span, context: trace.setSpan(parent, span) };
  }

  /** Links to the last attempts of the dependencies and to the attempt being retried. */
  #linksOf(task: string): Link[] {
    const linkTo = (other: string, kind: string): Link[] => {
      const context = this.#last.get(other);
      return context === undefined ? [] : [{ context, attributes: { [names.LINK_KIND]: kind } }];
    };
    const dependencies = this.#dependencies.get(task) as readonly string[];
    return [...dependencies.flatMap((name) => linkTo(name, 'dependency')), ...linkTo(task, 'previousAttempt')];
  }
}

function end(span: Span, { attributes, details, message }: Ending, event?: object): void {
  try {
    span.setAttributes({ ...attributes, ...details });
    if (message !== undefined) {
      span.setStatus({ code: SpanStatusCode.ERROR, message });
    }
    if (event !== undefined && 'error' in event) {
      span.recordException(exceptionOf(event.error));
    }
  } finally {
    span.end();
  }
}
