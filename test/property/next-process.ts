import { type Job, type JobEvent, type JobResult, type RunOptions, resume, run, type TaskDefinition } from 'tintype';
import type { MemoryStore } from '../helpers/memory-store.ts';
import { mortal } from '../helpers/mortal-store.ts';
import { SteppedClock, withTime } from '../helpers/simulated-time.ts';
import type { BranchProcess, BranchStory } from './branch-stories.ts';

const HOUR = 3_600_000;

/** The id of each job. */
const ID = 'job';

interface NextProcess {
  readonly story: BranchStory;
  readonly process: BranchProcess;
  /** How many processes there were before. */
  readonly index: number;
  readonly store: MemoryStore;
  readonly options: RunOptions & { readonly context: object };
  define(clock: SteppedClock): TaskDefinition[];
  onEvent?(event: JobEvent): void;
}

/** Starts or resumes a job in one process, which may die unless it is the last one of the story. */
export async function nextProcess(next: NextProcess): Promise<JobResult | 'died'> {
  const { story, process, index, store } = next;
  const clock = new SteppedClock();
  // The leases of earlier processes have expired.
  clock.set(index * HOUR);
  const death = process === story.last ? undefined : mortal(store, process.death);
  const options = { store: death?.store ?? store, clock, maxConcurrency: process.maxConcurrency };
  const tasks = next.define(clock);
  const job: Job = store.rows.has(ID)
    ? resume(tasks, ID, { ...options, whenHeld: 'wait' })
    : run(tasks, { ...next.options, ...options, id: ID });
  job.on('*', (event) => next.onEvent?.(event));
  return withTime(clock, death === undefined ? job : Promise.race([death.died, job]));
}

/** The seed that fast-check printed for a failure, to repeat it. */
export const seed = process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) };

/** What was counted fewer than ten times. */
export const isMissing = (counts: Readonly<Record<string, number>>, ...whats: string[]): string[] =>
  whats.filter((what) => (counts[what] ?? 0) < 10);
