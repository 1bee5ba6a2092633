import { run } from 'tintype';
import { bullmqExecutor } from 'tintype/bullmq';
import { patient } from './far-workflow.ts';

const { url, queue, id } = JSON.parse(process.argv[2] as string) as { url: string; queue: string; id: string };

await using owner = bullmqExecutor({ connection: url, queue, workflow: patient });
await run(patient, { id, executor: owner.executor });
process.disconnect();
