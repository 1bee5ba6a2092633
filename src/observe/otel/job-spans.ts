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
import type { JobEvent, TaskRunningEvent, TaskUndoingEvent } from '../../machines/events.ts';
import type { AttemptRequest, Executor } from '../../runtime/executor.ts';
import type { PreparedJob } from '../../runtime/run.ts';
import { endsJob } from '../ends-job.ts';
import * as names from './attribute-names.ts';
import { callWithin } from './call-within.ts';
import {
  type AttemptEnd,
  DETACHED_UNDO,
  type Ending,
  endingOfAttempt,
  endingOfCondition,
  endingOfJob,
  endsAttempt,
  endsUndoAttempt,
  isDecidedSkip,
  isFailedCondition,
  startsUndoAttempt,
  type UndoAttemptEnd,
} from './ending.ts';
import { JobUndo } from './job-undo.ts';
import { orElse } from './or-else.ts';
import { exceptionOf } from './thrown.ts';

/** An open span and the context for its children: that of the caller of `run`, plus the span. */
interface OpenSpan {
  readonly span: Span;
  readonly context: Context;
}

/** Makes no-op spans in place of a tracer that throws. */
const NO_TRACER = new ProxyTracerProvider().getTracer('tintype');

/** The span of one job and its children: those of its attempts, of attempts to undo tasks, and of conditions that failed. */
export class JobSpans {
  readonly #tracer: Tracer;
  readonly #onError: (error: unknown) => unknown;
  readonly #timeout: number | undefined;
  readonly #dependencies: ReadonlyMap<string, readonly string[]>;
  readonly #finals: ReadonlySet<string>;
  readonly #undo = new JobUndo();
  /** The attributes of every span. */
  readonly #common: Attributes;
  readonly #job: OpenSpan;
  /** The running attempts, by task; a task is undone only after its attempts. */
  readonly #attempts = new Map<string, OpenSpan>();
  /** The last span of each task that has had one, and of each undo. */
  readonly #last = new Map<string, SpanContext>();
  readonly #lastUndo = new Map<string, SpanContext>();

  constructor(
    getTracer: () => Tracer,
    parent: Context,
    id: string,
    workflow: string | undefined,
    { graph, settings }: Pick<PreparedJob, 'graph' | 'settings'>,
    finals: ReadonlySet<string>,
  ) {
    this.#finals = finals;
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
      // The event before this call started it, unless an attempt of an earlier process is stopped.
      const { context } = this.#attempts.get(request.task) ?? this.#job;
      const within = (call: () => unknown) => callWithin(context, call, this.#onError);
      // Not spread: a signal is created when it is first read.
      const traced = Object.defineProperties({} as AttemptRequest, {
        ...Object.getOwnPropertyDescriptors(request),
        run: { value: () => within(request.run), enumerable: true },
      });
      return within(() => inner(traced));
    };
  }

  note(event: JobEvent): void {
    this.#undo.note(event);
    if ('task' in event) {
      // A restored event belongs to an attempt of an earlier process, which emitted its span.
      if (event.restored === undefined) {
        this.#noteTask(event);
      }
    } else if (endsJob(event)) {
      for (const { span } of this.#attempts.values()) {
        end(span, DETACHED_UNDO);
      }
      // The exception is recorded in the span of the attempt.
      end(this.#job.span, endingOfJob(event, this.#timeout, this.#undo.attributes));
    } else if (event.to !== 'running' && event.restored === undefined) {
      this.#job.span.addEvent(event.type, { [names.JOB_ENDING]: event.ending });
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
    } else if (startsUndoAttempt(event)) {
      this.#startUndo(event);
    } else if (endsAttempt(event) || endsUndoAttempt(event)) {
      this.#endAttempt(event);
    }
  }

  #startAttempt({ task, attempt }: TaskRunningEvent): void {
    const kind = this.#finals.has(task) && { [names.ATTEMPT_KIND]: 'finally' };
    const started = this.#startTask(task, { [names.ATTEMPT_NUMBER]: attempt, ...kind });
    this.#attempts.set(task, started);
    this.#last.set(task, started.span.spanContext());
  }

  #startUndo({ task, attempt }: TaskUndoingEvent): void {
    const attributes = { [names.TASK_NAME]: task, [names.ATTEMPT_NUMBER]: attempt, [names.ATTEMPT_KIND]: 'undo' };
    const links = [...linkTo(this.#last.get(task), 'undone'), ...linkTo(this.#lastUndo.get(task), 'previousAttempt')];
    const started = this.#start(`undo ${task}`, this.#job.context, attributes, links);
    this.#attempts.set(task, started);
    this.#lastUndo.set(task, started.span.spanContext());
  }

  #endAttempt(event: JobEvent & (AttemptEnd | UndoAttemptEnd)): void {
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
    const dependencies = this.#dependencies.get(task) as readonly string[];
    return [
      ...dependencies.flatMap((name) => linkTo(this.#last.get(name), 'dependency')),
      ...linkTo(this.#last.get(task), 'previousAttempt'),
    ];
  }
}

const linkTo = (context: SpanContext | undefined, kind: string): Link[] =>
  context === undefined ? [] : [{ context, attributes: { [names.LINK_KIND]: kind } }];

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
