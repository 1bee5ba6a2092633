import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { type RunOptions, run, type TaskDefinition, type TaskExecution } from 'tintype';
import { traced } from 'tintype/otel';
import { sqliteStore } from 'tintype/sqlite';
import { inThread, workerThreads } from 'tintype/worker-threads';

/** What is added to a job in comparison with the first. */
interface Variant {
  readonly options?: RunOptions;
  /** What each task has besides its name and its dependency. */
  readonly task?: Partial<TaskDefinition>;
}

/** A variant that holds something open for its jobs. */
interface OpenVariant extends Variant {
  readonly run?: (tasks: readonly TaskDefinition[], options: RunOptions) => { unwrap(): Promise<unknown> };
  /** Called after each job. */
  readonly clear?: () => void;
  readonly close?: () => Promise<void>;
}

const nothing = () => {};

/** How many tasks a job has. */
export const TASKS = 1000;

/** The first is what the others are compared with: a chain of tasks that do nothing. */
export const VARIANTS = {
  baseline: {},
  'a listener': { options: { onEvent: nothing } },
  'an inspector': { options: { inspect: nothing } },
  "XState's interpreter": { options: { interpreter: 'xstate' } },
  "XState's interpreter and an inspector": { options: { interpreter: 'xstate', inspect: nothing } },
  'a timeout per task, set and cleared': { task: { timeout: 600_000 } },
  'one retry per task': {
    task: {
      run: async (_: object, { attempt }: TaskExecution) => (attempt === 1 ? Promise.reject('again') : undefined),
      backoff: 0,
    },
  },
  'each task reads its signal': {
    task: { run: async (_: object, { signal }: TaskExecution) => void signal },
  },
  'an executor': { options: { executor: ({ run: call }) => call() } },
  'a thread': openThread,
  'a SQLite file': openStore,
  'a span for each attempt': openTracer,
} satisfies Record<string, Variant | (() => OpenVariant | Promise<OpenVariant>)>;

export type VariantName = keyof typeof VARIANTS;

function openThread(): OpenVariant {
  const threads = workerThreads({ maxThreads: 1 });
  const module = pathToFileURL(resolve('bench/details/nothing.mjs'));
  return {
    options: { executor: threads.executor },
    task: { run: inThread({ module, export: 'nothing' }) },
    close: () => threads.close(),
  };
}

async function openStore(): Promise<OpenVariant> {
  const folder = await mkdtemp(join(tmpdir(), 'tintype-bench-'));
  const store = sqliteStore(join(folder, 'jobs.db'));
  return {
    options: { store },
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

function openTracer(): OpenVariant {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  return { run: traced({ tracerProvider }).run, clear: () => exporter.reset() };
}

/** Opens a variant; the result runs one job. */
export async function open(name: VariantName): Promise<{ play: () => Promise<void>; close: () => Promise<void> }> {
  const variant: Variant | (() => OpenVariant | Promise<OpenVariant>) = VARIANTS[name];
  const opened: OpenVariant = typeof variant === 'function' ? await variant() : variant;
  const start = opened.run ?? run;
  return {
    async play() {
      const tasks = Array.from({ length: TASKS }, (_, index) => ({
        name: `t${index}`,
        run: async () => {},
        dependencies: index === 0 ? [] : [`t${index - 1}`],
        ...opened.task,
      }));
      await start(tasks, { maxConcurrency: 8, ...opened.options }).unwrap();
      opened.clear?.();
    },
    close: async () => opened.close?.(),
  };
}
