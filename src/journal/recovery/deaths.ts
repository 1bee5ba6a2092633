import type { JobStore, StoredJob } from '../job-store.ts';
import { readOwner, thisProcess } from '../lease/lease-owner.ts';
import type { PatientCalls } from '../patient-calls.ts';
import type { Suspect } from './suspect.ts';

/** After this many deaths, a job runs as the only suspect of its process. */
export const SUSPECT = 2;

/** How many of the last deaths keep the name of their process. */
const NAMED = 10;

/** A store saves the owner of each expired lease. Deaths that were judged to count are saved as names of processes. */
const isJudged = (name: string): boolean => !name.includes('/');

/**
 * The deaths of a job that count, as the names of the processes that died. If a process died while it ran a suspect, only that one's
 * death counts.
 */
export async function countedDeaths(job: StoredJob, store: JobStore, calls: PatientCalls): Promise<readonly string[]> {
  const deaths: string[] = [];
  for (const name of job.deaths ?? []) {
    if (isJudged(name) || (await counts(job.id, deaths.length, name))) {
      deaths.push(readOwner(name).process);
    }
  }
  return deaths.map((name, index) => (index < deaths.length - NAMED ? '' : name));

  async function counts(id: string, before: number, owner: string): Promise<boolean> {
    const { process, isSuspect } = readOwner(owner);
    if (process === thisProcess()) {
      return false;
    }
    if (before >= SUSPECT) {
      // A suspect that waited for its turn ran nothing.
      return isSuspect;
    }
    const found = await calls.try(async () => (await store.suspects?.(process)) ?? []);
    return !found.some((other) => other.id !== id && wasSuspect(other, process));
  }
}

function wasSuspect({ owner, deaths }: Suspect, process: string): boolean {
  return [...deaths, owner ?? ''].slice(SUSPECT).some((name) => {
    const read = readOwner(name);
    return read.process === process && (read.isSuspect || isJudged(name));
  });
}
