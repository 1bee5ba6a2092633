import open from 'open';
import type { InspectedEvent } from './bridge/inspected.ts';
import { Recorder } from './bridge/recorder.ts';
import { pageWith } from './page-file.ts';
import { servePage } from './server/server.ts';
import { Viewers } from './server/viewers.ts';

export interface InspectOptions {
  /**
   * The port of this machine at which the page is served; 0 is any that is free.
   * @default 0
   */
  readonly port?: number | undefined;
  /**
   * Shows the page in the browser of the user.
   * @default false
   */
  readonly open?: boolean | undefined;
  /**
   * Lets those who see the page cancel jobs and send events to actors.
   * @default false
   */
  readonly allowControl?: boolean | undefined;
  /**
   * How much is kept for those who look later, in inspection events of XState; a task has about ten. Of more, what is oldest is
   * forgotten, beginning with jobs that have ended.
   * @default 200000
   */
  readonly history?: number | undefined;
}

export interface Inspector {
  /** The address of the page, on this machine. Who knows it sees everything. */
  readonly url: string;
  /** What `run` of tintype and `createActor` of XState 5 take as their option `inspect`. */
  readonly inspect: (event: InspectedEvent) => void;
  /** Closes the page and all connections, and lets the process exit. */
  readonly stop: () => Promise<void>;
}

/**
 * Serves a page that shows jobs, and any other actors of XState 5, as they go on. Rejects when the port is taken, or there is no browser to
 * open it in.
 * @throws {TypeError} as a rejection, when an option is not what it can be
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
    throw new TypeError(`The options of inspectJobs must be an object, got ${String(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    const [check, expected] = (Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined) ?? [];
    if (check === undefined) {
      throw new TypeError(`inspectJobs has no option \`${name}\`; it has ${Object.keys(OPTIONS).join(', ')}`);
    }
    if (value !== undefined && !check(value)) {
      throw new TypeError(`inspectJobs: \`${name}\` must be ${expected}, got ${String(value)}`);
    }
  }
  return options;
}
