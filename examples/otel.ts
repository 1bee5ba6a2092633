import { context, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { workflow } from 'tintype';
import { traced } from 'tintype/otel';

const tracer = trace.getTracer('examples');

/** Stands in for the instrumentation of a client, such as that of `fetch`. */
function query<T>(sql: string, rows: () => T): T {
  return tracer.startActiveSpan(sql, (span) => {
    try {
      return rows();
    } finally {
      span.end();
    }
  });
}

const billing = workflow('billing')
  .task({
    name: 'orders',
    // The first attempt fails and is retried; its query shows up as a child span.
    run: (_context, { attempt }) => {
      const read = () => {
        if (attempt === 1) {
          throw Object.assign(new Error('the database is starting'), { code: 'ECONNREFUSED' });
        }
        return [120, 80];
      };
      return { orders: query('SELECT orders', read) };
    },
  })
  .task({
    name: 'sum',
    dependencies: ['orders'],
    run: ({ orders }) => ({ sum: orders.reduce((sum, order) => sum + order, 0) }),
  })
  .task({
    name: 'send',
    dependencies: ['sum'],
    maxRetries: 0,
    run: ({ sum }) => {
      throw new RangeError(`payment of ${sum} declined`);
    },
  })
  .task({ name: 'archive', dependencies: ['send'], run: () => {} });

export default billing;

if (import.meta.filename === process.argv[1]) {
  // An application gets these from its SDK, with an exporter that sends the spans.
  const exporter = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());

  const { run } = traced();
  await tracer.startActiveSpan('POST /bills', async (span) => {
    await run(billing);
    span.end();
  });

  const spans = exporter.getFinishedSpans();
  const nameOf = (spanId: string) => spans.find((span) => span.spanContext().spanId === spanId)?.name;
  const print = (parent: string | undefined, indent: string) => {
    for (const span of spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)) {
      console.log(`${indent}${describe(span)}`);
      for (const link of span.links) {
        console.log(`${indent}  → ${nameOf(link.context.spanId)}, ${link.attributes?.['tintype.link.kind']}`);
      }
      print(span.spanContext().spanId, `${indent}  `);
    }
  };
  print(undefined, '');
}

function describe({ name, status, attributes }: ReadableSpan): string {
  const attempt = attributes['tintype.attempt.number'];
  const error = status.code === SpanStatusCode.ERROR ? `: ${status.message}` : '';
  return `${name}${attempt === undefined ? '' : ` (attempt ${attempt})`}${error}`;
}
