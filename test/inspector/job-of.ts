import { gzipSync } from 'node:zlib';
import { type RunOptions, run, type TaskDefinition } from 'tintype';
import { tell } from '../../inspector/src/bridge/bridge.ts';
import { Recorder } from '../../inspector/src/bridge/recorder.ts';
import { readReport } from '../../inspector/src/page/connection/report.ts';
import type { Job, Task } from '../../inspector/src/page/model/job.ts';
import type { Message } from '../../inspector/src/page/model/message.ts';
import { Store } from '../../inspector/src/page/model/store.ts';
import { type SteppedClock, settle, withTime } from '../helpers/simulated-time.ts';

type Running = ReturnType<typeof run>;

/** What the page knows of a job that has ended, or after something was done to it. */
export async function jobOf(
  tasks: readonly TaskDefinition[],
  options: Partial<RunOptions> & { clock?: SteppedClock } = {},
  until: (running: Running) => unknown = (running) => running,
): Promise<{ job: Job; store: Store }> {
  const store = new Store();
  for (const message of await messagesOf(tasks, options, until)) {
    store.apply(message);
  }
  return { job: store.roots[0] as Job, store };
}

export async function messagesOf(
  tasks: readonly TaskDefinition[],
  options: Partial<RunOptions> & { clock?: SteppedClock } = {},
  until: (running: Running) => unknown = (running) => running,
): Promise<Message[]> {
  const recorder = new Recorder({ limit: Number.POSITIVE_INFINITY, keepActors: false });
  const running = run(tasks, { ...options, inspect: recorder.inspect });
  await settle();
  const done = until(running) ?? running;
  await (options.clock && until !== settle ? withTime(options.clock, done as PromiseLike<unknown>) : done);
  const messages: Message[] = [];
  await readReport(zipped(recorder), (message) => messages.push(message));
  running.cancel();
  return messages;
}

export function zipped(recorder: Recorder): string {
  const [recording] = recorder.kept;
  tell(recording!);
  return gzipSync(JSON.stringify(recording!.messages.map(({ text }) => text))).toString('base64');
}

export const taskOf = (job: Job, name: string): Task => job.children.find(({ input }) => input.task === name)!;
