import { type Job, type JobJson, Worker } from 'bullmq';

/**
 * A worker of BullMQ that is not held up by what else is in the queue: a BullMQ job whose data are no JSON would else throw when it
 * is taken, and come back as stalled for ever. It fails as one without data.
 */
export class TolerantWorker extends Worker {
  protected override createJob(data: JobJson, id: string): Job {
    // BullMQ would take it for one that is repeated by a schedule.
    const { repeatJobKey: _, ...once } = data;
    try {
      return super.createJob(once, id);
    } catch {
      return super.createJob({ ...once, data: 'null' }, id);
    }
  }

  /** Ends what keeps the process while the closing waits for a Redis that can't be reached. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
  }
}
