import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tell } from './bridge/bridge.ts';
import type { InspectedEvent } from './bridge/inspected.ts';
import { Recorder, recordingOf } from './bridge/recorder.ts';
import type { Recording } from './bridge/recording.ts';
import { pageWith } from './page-file.ts';

/** The parts of a tintype job that a report needs. */
export interface ReportedJob extends PromiseLike<unknown> {
  readonly id: string;
  readonly actor: {
    readonly system: { inspect(inspector: (event: InspectedEvent) => void): { unsubscribe(): void } };
    getSnapshot(): { readonly value: unknown };
  };
}

/**
 * Waits for a job to end, then writes everything that happened in it to a self-contained HTML file. Call it right after `run`, before the
 * job starts; if `inspectJobs` inspects the job, you can call it at any time.
 * @throws {Error} as a rejection, if the job has already started and is not inspected, or the file can't be written
 * @example
 * const job = run(smoothie, { context });
 * await writeReport(job, 'report.html');
 */
export async function writeReport(job: ReportedJob, file: string | URL): Promise<void> {
  const recording = recordingOf(job.actor.system) ?? record(job);
  await job;
  tell(recording);
  const messages = await promisify(gzip)(JSON.stringify(recording.messages.map(({ text }) => text)));
  await writeFile(file, await pageWith({ live: false, messages: messages.toString('base64') }));
}

function record({ id, actor }: ReportedJob): Recording {
  if (!hasNotStarted(actor.getSnapshot())) {
    throw new Error(
      `Can't report on job \`${id}\`: it has already started. Call writeReport right after \`run\`, or run the job with the \`inspect\` of inspectJobs`,
    );
  }
  const recorder = new Recorder({ limit: Number.POSITIVE_INFINITY, keepActors: false });
  actor.system.inspect(recorder.inspect);
  return recorder.recordingOf(actor);
}

const hasNotStarted = ({ value }: { readonly value: unknown }): boolean =>
  typeof value === 'object' && value !== null && 'idle' in value;
