/** Measures what one way to look at a job costs, and prints it as JSON. `bench/inspect.ts` starts it in a fresh process. */
import { once } from 'node:events';
import { type RunOptions, run } from 'tintype';
import { type Inspector, inspectJobs } from 'tintype-inspector';
import { WebSocket } from 'ws';
import { deferred } from '../../test/helpers/deferred.ts';
import { makeGraph } from '../compare/graphs.ts';
import { costOf, median } from '../statistics.ts';
import { type InspectionShape, TASKS, type Way } from './ways.ts';

const WARM_UP = 1000;
const MEASURE = 3000;

export interface Inspection {
  /** CPU time in microseconds a task; with a viewer, what the viewer needs is in it. */
  readonly cpu: number;
  /** What a viewer was sent of one job, in bytes. */
  readonly bytes: number;
}

async function measure(shape: InspectionShape, way: Way): Promise<Inspection> {
  const inspector = way === 'viewed' || way === 'recorded' ? await inspectJobs() : undefined;
  const viewer = inspector && way === 'viewed' ? await Viewer.of(inspector) : undefined;
  const inspect: RunOptions['inspect'] = way === 'nothing' ? () => {} : inspector?.inspect;
  const tasks = makeGraph(shape, TASKS).map((dependencies, index) => ({
    name: `t${index}`,
    dependencies: dependencies.map((place) => `t${place}`),
    run: async () => {},
  }));
  const costs: number[] = [];
  for (const start = performance.now(); performance.now() < start + WARM_UP + MEASURE; ) {
    const { cpu } = await costOf(async () => {
      await run(tasks, { maxConcurrency: 8, inspect }).unwrap();
      await viewer?.hasSeenJob();
    });
    if (performance.now() > start + WARM_UP) {
      costs.push(cpu / TASKS);
    }
  }
  await inspector?.stop();
  return { cpu: median(costs), bytes: viewer?.bytes ?? 0 };
}

class Viewer {
  #stops = 0;
  #bytes = 0;
  #seen = deferred<void>();
  /** What it was sent of the last job. */
  bytes = 0;

  static async of({ url }: Inspector): Promise<Viewer> {
    const viewer = new Viewer();
    const socket = new WebSocket(`${url.replace('http:', 'ws:')}socket`);
    socket.on('message', (data: Buffer) => viewer.#hear(data));
    await once(socket, 'open');
    socket.send('{"type":"xstate.inspecting"}');
    return viewer;
  }

  hasSeenJob(): Promise<void> {
    return this.#seen.promise;
  }

  #hear(data: Buffer): void {
    this.#bytes += data.length;
    this.#stops += data.includes('"service.stop"') ? 1 : 0;
    if (this.#stops > TASKS) {
      this.bytes = this.#bytes;
      this.#stops = 0;
      this.#bytes = 0;
      this.#seen.resolve();
      this.#seen = deferred();
    }
  }
}

const [shape, way] = process.argv.slice(2).map((argument) => JSON.parse(argument));
console.log(JSON.stringify(await measure(shape, way)));
