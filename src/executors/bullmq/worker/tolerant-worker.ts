import { type Job, type JobJson, type Span, Worker } from 'bullmq';

/** Called with what happens to the locks of attempts, and to results that come too late. */
interface LockListener {
  /** @param at when the renewal was sent, by `performance.now()` */
  readonly onRenewed: (ids: readonly string[], at: number) => void;
  readonly onLost: (ids: readonly string[]) => void;
  /** BullMQ did not accept a result, since the lock is lost. */
  readonly onRefused: (job: Job, result: unknown) => Promise<void>;
}

/**
 * A BullMQ worker that tolerates foreign content in its queue. A BullMQ job whose data is not JSON would throw when taken, and
 * come back as stalled forever; here it fails like one without data.
 */
export class TolerantWorker extends Worker {
  lockListener: LockListener | undefined;

  protected override createJob(data: JobJson, id: string): Job {
    // With this key, BullMQ would treat it as a scheduled repetition.
    const once = 'repeatJobKey' in data ? { ...data, repeatJobKey: '' } : data;
    try {
      return super.createJob(once, id);
    } catch {
      return super.createJob({ ...once, data: 'null' }, id);
    }
  }

  override async extendJobLocks(ids: string[], tokens: string[], duration: number): Promise<string[]> {
    const at = performance.now();
    const lost = await super.extendJobLocks(ids, tokens, duration);
    this.lockListener?.onRenewed(
      ids.filter((id) => !lost.includes(id)),
      at,
    );
    this.lockListener?.onLost(lost);
    return lost;
  }

  protected override async handleCompleted(
    result: unknown,
    job: Job,
    token: string,
    fetchNext?: () => boolean,
    span?: Span,
  ): Promise<Job> {
    try {
      return await super.handleCompleted(result, job, token, fetchNext, span);
    } catch (error) {
      if (/^Missing lock/.test((error as Error).message)) {
        await this.lockListener?.onRefused(job, result);
      }
      throw error;
    }
  }

  /** Stops what keeps the process alive while closing waits for an unreachable Redis. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
  }
}
