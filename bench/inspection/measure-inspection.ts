/** Measures what it costs to look at jobs, side by side in one process, and prints it as JSON. `bench/inspect.ts` starts it. */
import { once } from 'node:events';
import { type RunOptions, run, type TaskDefinition } from 'tintype';
import { inspectJobs } from 'tintype-inspector';
import { WebSocket } from 'ws';
import { deferred } from '../../test/helpers/deferred.ts';
import { costOf, median } from '../statistics.ts';

const TASKS = 1000;
const ROUNDS = 60;
const WARM_UP = 20;

const SHAPES: Readonly<Record<string, (index: number) => string[]>> = {
  chain: (index) => (index === 0 ? [] : [`t${index - 1}`]),
  'fan-out': (index) => (index === 0 ? [] : ['t0']),
  'layers of 10': (index) => {
    const layer = Math.floor(index / 10) * 10;
    return layer === 0 ? [] : Array.from({ length: 10 }, (_, place) => `t${layer - 10 + place}`);
  },
};

export interface InspectionRow {
  readonly shape: string;
  readonly way: string;
  /** CPU time in microseconds a task; of the way with a viewer, that of the viewer is in it. */
  readonly cpu: number;
}

export interface InspectionReport {
  readonly rows: readonly InspectionRow[];
  /** What a viewer is sent of one job of 1,000 tasks, in bytes. */
  readonly bytes: number;
}

const nothing = () => {};
const quiet = await inspectJobs();
const WAYS: Readonly<Record<string, RunOptions['inspect']>> = {
  'nobody inspects': undefined,
  'an inspector that does nothing': nothing,
  'inspectJobs, no viewer': quiet.inspect,
};

const tasksOf = (shape: string): TaskDefinition[] =>
  Array.from({ length: TASKS }, (_, index) => ({
    name: `t${index}`,
    dependencies: SHAPES[shape]?.(index) ?? [],
    run: async () => {},
  }));

async function measureShape(shape: string): Promise<InspectionRow[]> {
  const tasks = tasksOf(shape);
  const costs = new Map(Object.keys(WAYS).map((way): [string, number[]] => [way, []]));
  for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
    for (const [way, inspect] of Object.entries(WAYS)) {
      const { cpu } = await costOf(() => run(tasks, { maxConcurrency: 8, inspect }).unwrap());
      if (round >= WARM_UP) {
        costs.get(way)?.push(cpu / TASKS);
      }
    }
  }
  return [...costs].map(([way, values]) => ({ shape, way, cpu: median(values) }));
}

/** One job with a viewer, until the viewer has been told its end. */
async function measureViewer(shape: string): Promise<InspectionRow & { readonly bytes: number }> {
  const inspector = await inspectJobs();
  const viewer = new WebSocket(`${inspector.url.replace('http:', 'ws:')}socket`);
  await once(viewer, 'open');
  viewer.send('{"type":"xstate.inspecting"}');
  let bytes = 0;
  let stops = 0;
  const told = deferred<void>();
  viewer.on('message', (data: Buffer) => {
    bytes += data.length;
    stops += data.includes('"service.stop"') ? 1 : 0;
    if (stops > TASKS) told.resolve();
  });
  const { cpu } = await costOf(async () => {
    await run(tasksOf(shape), { maxConcurrency: 8, inspect: inspector.inspect });
    await told.promise;
  });
  await inspector.stop();
  return { shape, way: 'inspectJobs, one viewer', cpu: cpu / TASKS, bytes };
}

const rows: InspectionRow[] = [];
let bytes = 0;
for (const shape of Object.keys(SHAPES)) {
  rows.push(...(await measureShape(shape)));
  const viewed = [await measureViewer(shape), await measureViewer(shape), await measureViewer(shape)];
  rows.push({ shape, way: viewed[0]?.way ?? '', cpu: median(viewed.map(({ cpu }) => cpu)) });
  bytes = Math.max(bytes, ...viewed.map((one) => one.bytes));
}
await quiet.stop();
console.log(JSON.stringify({ rows, bytes } satisfies InspectionReport));
