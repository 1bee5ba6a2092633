import open from 'open';
import type { InspectedEvent } from './bridge/inspected.ts';
import { Recorder } from './bridge/recorder.ts';
import { pageWith } from './page-file.ts';
import { servePage } from './server/server.ts';
import { Viewers } from './server/viewers.ts';

export interface InspectOptions {
  /**
   * The local port to serve the page on; 0 picks a free one.
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * Opens the page in the default browser.
   * @default false
   */
  readonly open?: boolean | undefined;
  /**
   * Lets viewers of the page cancel jobs and send events to actors.
   * @default false
   */
  readonly allowControl?: boolean | undefined;
  /**
   * How many XState inspection events to keep for viewers who connect later. A task emits ten or more. Beyond the limit, the oldest are
   * dropped, those of ended jobs first.
   * @default 200000
   */
  readonly history?: number | undefined;
}

export interface Inspector {
  /** The local URL of the page. Anyone who has it can see everything. */
  readonly url: string;
  /** Pass this as the `inspect` option of tintype's `run` or XState 5's `createActor`. */
  readonly inspect: (event: InspectedEvent) => void;
  /** Closes the server and all connections, so the process can exit. */
  readonly stop: () => Promise<void>;
}

/**
 * Serves a live page of jobs and any other XState 5 actors. Rejects if the port is taken or, with `open`, no browser can be opened.
 * @throws {TypeError} as a rejection, if an option is unknown or invalid
 * @example
 * const inspector = await inspectJobs();
 * console.log(inspector.url);
 * await run(smoothie, { context, inspect: inspector.inspect });
 * await inspector.stop();
 */
export async function inspectJobs(options: InspectOptions = {}): Promise<Inspector> {
  const { port = 0, open: isOpened = false, allowControl = false, history = 200_000 } = checked(options);
  const recorder = new Recorder({ limit: history, keepActors: allowControl });
  const viewers = new Viewers(recorder, allowControl);
  const page = await pageWith({ live: true, allowControl });
  const server = await servePage(page, port, (viewer) => viewers.add(viewer));
  if (isOpened) {
    await open(server.url).catch(async (error) => {
      await server.stop();
      throw error;
    });
  }
  return {
    url: server.url,
    inspect: recorder.inspect,
    async stop() {
      viewers.stop();
      await server.stop();
    },
  };
}

const isBoolean = (value: unknown) => typeof value === 'boolean';
const isInteger = (from: number, to: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

const OPTIONS: Readonly<Record<string, readonly [check: (value: unknown) => boolean, expected: string]>> = {
  port: [isInteger(0, 65_535), 'an integer from 0 to 65535'],
  open: [isBoolean, 'true or false'],
  allowControl: [isBoolean, 'true or false'],
  history: [isInteger(1, Number.MAX_SAFE_INTEGER), 'an integer from 1'],
};

function checked(options: InspectOptions): InspectOptions {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`inspectJobs: options must be an object, got ${String(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const [check, expected] = (Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined) ?? [];
    if (check === undefined) {
      throw new TypeError(`inspectJobs: unknown option \`${name}\`; the options are ${Object.keys(OPTIONS).join(', ')}`);
    }
    if (value !== undefined && !check(value)) {
      throw new TypeError(`inspectJobs: \`${name}\` must be ${expected}, got ${String(value)}`);
    }
  }
  return options;
}
