/** Owns a job whose attempts run in the workers: `owner.ts URL`. If it dies, another process can resume the job. */
import { run } from 'tintype';
import { bullmqExecutor, redisStore } from 'tintype/bullmq';
import album from './workflow.ts';

const connection = process.argv[2] as string;
await using store = redisStore({ connection });
await using remote = bullmqExecutor({ connection, queue: 'albums', workflow: album });
const job = run(album, { id: 'album-1', context: { title: 'Lisbon' }, store, executor: remote.executor });
job.on('task.*', ({ task, from, to }) => console.log(`${task}: ${from} -> ${to}`));
const { pages } = await job.unwrap();
const processes = new Set(pages.map((page) => page.split(' ').at(-1)));
console.log(`${pages.length} pages, made by ${processes.size} processes`);
