/** Runs a job until its process is stopped: `stopped-process.ts DATABASE`. */
import { run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';

await using store = sqliteStore(process.argv[2] ?? '');
const flow = workflow('flow').task({
  name: 'work',
  run: (_, { signal }) =>
    new Promise<undefined>((resolve) => {
      const timer = setInterval(() => {}, 1000);
      signal.addEventListener('abort', () => {
        clearInterval(timer);
        resolve(undefined);
      });
    }),
});
const job = run(flow, { id: 'one', store, lease: 300 });
job.on('task.running', () => console.log('running'));
const result = await job;
console.log(result.state === 'detached' ? (result.error as Error & { code: string }).code : result.state);
