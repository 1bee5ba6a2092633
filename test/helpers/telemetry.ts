import { type AttributeValue, context, SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type DataPoint, type Histogram, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

/** A reader that a test asks itself. */
class ManualReader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

/** The spans that have started, in that order; clocks are too coarse to tell it. */
class StartedSpans implements SpanProcessor {
  readonly spans: ReadableSpan[] = [];
  onStart(span: ReadableSpan): void {
    this.spans.push(span);
  }
  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>;
  /** The sum of a counter, or what a histogram has: how many values, and their sum. */
  readonly value: number | readonly [count: number, sum: number];
}

/** Providers of the SDK that keep all in memory. */
export function telemetry() {
  const exporter = new InMemorySpanExporter();
  const started = new StartedSpans();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [started, new SimpleSpanProcessor(exporter)] });
  const reader = new ManualReader();
  const meterProvider = new MeterProvider({ readers: [reader] });
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();
  return {
    providers: { tracerProvider, meterProvider },
    spans,
    /** The spans that have not ended. */
    open: (): number => started.spans.length - spans().length,
    /** The span of a name; of an attempt, where a number is given. */
    span: (name: string, attempt?: number): ReadableSpan => {
      const found = spans().filter(
        (span) => span.name === name && (attempt === undefined || span.attributes['tintype.attempt.number'] === attempt),
      );
      if (found.length !== 1) {
        throw new Error(`There are ${found.length} spans ${name}`);
      }
      return found[0] as ReadableSpan;
    },
    /** The spans as a tree: each a line with its status, children after their parent in the order in which they started. */
    tree: (): string[] => treeOf(started.spans.filter(({ ended }) => ended)),
    /** What was measured, by the name of the metric. */
    measured: async (): Promise<Measured[]> => {
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics.scopeMetrics.flatMap(({ metrics }) =>
        metrics.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
          (dataPoints as DataPoint<number | Histogram>[]).map(({ attributes, value }) => ({
            name,
            unit,
            attributes,
            value: typeof value === 'number' ? value : ([value.count, value.sum ?? Number.NaN] as const),
          })),
        ),
      );
    },
  };
}

function treeOf(spans: readonly ReadableSpan[], parent?: string, indent = ''): string[] {
  return spans
    .filter((span) => span.parentSpanContext?.spanId === parent)
    .flatMap((span) => [`${indent}${describe(span)}`, ...treeOf(spans, span.spanContext().spanId, `${indent}  `)]);
}

function describe({ name, attributes, status }: ReadableSpan): string {
  const number = attributes['tintype.attempt.number'];
  const outcome = attributes['tintype.attempt.outcome'] ?? attributes['tintype.job.state'];
  const message = status.code === SpanStatusCode.ERROR ? `: ${status.message}` : '';
  return `${name}${number === undefined ? '' : ` ${number}`}${outcome === undefined ? '' : `, ${outcome}`}${message}`;
}
