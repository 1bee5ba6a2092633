/** Runs attempts until it is stopped: `worker.ts URL`. */
import { startWorker } from 'tintype/bullmq';
import album from './workflow.ts';

const worker = startWorker(album, { connection: process.argv[2] as string, queue: 'albums', concurrency: 2 });
process.once('SIGTERM', () => worker.close());
