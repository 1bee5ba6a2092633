import * as v from 'valibot';
import type { JobStoreError } from '../errors/job-store-error.ts';
import type { JobSummary, UnreadableJob } from '../job-store.ts';

/** The fields of a summary, as a store keeps them. */
type Fields = Readonly<Partial<Record<keyof JobSummary, v.GenericSchema>>>;

/** The list entry of a job that can't be read, with all fields that can. */
export function unreadableJob(
  id: string,
  problem: JobStoreError,
  fields: Fields,
  row: Readonly<Record<string, unknown>>,
): UnreadableJob {
  const readable = Object.entries(fields).flatMap(([name, schema]) => {
    const { success, output } = v.safeParse(schema, row[name]);
    return success && output !== null && output !== undefined ? [[name, output]] : [];
  });
  return { ...Object.fromEntries(readable), id, problem };
}
