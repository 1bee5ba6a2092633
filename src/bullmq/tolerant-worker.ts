import { type Job, type JobJson, Worker } from 'bullmq';

/**
 * A BullMQ worker that tolerates foreign content in its queue. A BullMQ job whose data is not JSON would throw when taken, and
 * come back as stalled forever; here it fails like one without data.
 */
export class TolerantWorker extends Worker {
  protected override createJob(data: JobJson, id: string): Job {
    // With this key, BullMQ would treat it as a scheduled repetition.
    const { repeatJobKey: _, ...once } = data;
    try {
      return super.createJob(once, id);
    } catch {
      return super.createJob({ ...once, data: 'null' }, id);
    }
  }

  /** Stops what keeps the process alive while closing waits for an unreachable Redis. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
  }
}
