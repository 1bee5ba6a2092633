import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { tell } from './bridge/bridge.ts';
import type { InspectedEvent } from './bridge/inspected.ts';
import { Recorder, recordingOf } from './bridge/recorder.ts';
import type { Recording } from './bridge/recording.ts';
import { pageWith } from './page-file.ts';

/** A job of tintype, as far as a report needs it. */
export interface ReportedJob extends PromiseLike<unknown> {
  readonly id: string;
  readonly actor: {
    readonly system: { inspect(inspector: (event: InspectedEvent) => void): { unsubscribe(): void } };
    getSnapshot(): { readonly value: unknown };
  };
}

/**
 * Writes what happened in a job to a file of HTML that needs no other, when the job has ended. It is asked for before the job starts, which
 * is right after `run`; or at any time, if the job is inspected by `inspectJobs`.
 * @throws {Error} as a rejection, when the job has started and is not inspected, or the file can't be written
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
      `What has happened in job \`${id}\` so far is not known: ask for its report right after \`run\`, or run it with the \`inspect\` of inspectJobs`,
    );
  }
  const recorder = new Recorder({ limit: Number.POSITIVE_INFINITY, keepActors: false });
  actor.system.inspect(recorder.inspect);
  return recorder.recordingOf(actor);
}

const hasNotStarted = ({ value }: { readonly value: unknown }): boolean =>
  typeof value === 'object' && value !== null && 'idle' in value;
