import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { JobFailedError, run, workflow } from 'tintype';

/** A workflow that can run by itself or as part of another one. */
export const inspectFile = workflow('inspectFile')
  .context<{ file: string }>()
  .task({ name: 'read', run: async ({ file }, { signal }) => ({ bytes: await readFile(file, { signal }) }) })
  .task({
    name: 'hash',
    dependencies: ['read'],
    run: ({ bytes }) => ({ sha256: createHash('sha256').update(bytes).digest('hex') }),
  })
  .task({
    name: 'count',
    dependencies: ['read'],
    run: ({ bytes }) => ({ lines: bytes.toString().split('\n').length - 1 }),
  });

const inspectFolder = workflow('inspectFolder')
  .context<{ folder: string }>()
  .task({
    name: 'orders',
    maxRetries: 1,
    backoff: 0,
    // The task returns the job, so its context (`sha256`, `lines` and so on) is merged into this one. If the sub-job fails, so
    // does the attempt, and the next one tries another file. The signal cancels the sub-job together with this attempt.
    // `maxRetries: 0` leaves retries to this task; otherwise they would multiply.
    run: ({ folder }, { attempt, signal }) => {
      const file = `${folder}/${attempt === 1 ? 'orders-of-today.csv' : 'orders.csv'}`;
      return run(inspectFile, { context: { file }, signal, maxRetries: 0 });
    },
  })
  .task({
    name: 'customers',
    // The same keys again would overwrite each other, so this task returns only what it needs, under a new name.
    run: async ({ folder }, { signal }) => {
      const { lines } = await run(inspectFile, { context: { file: `${folder}/customers.csv` }, signal }).unwrap();
      return { customers: lines - 1 };
    },
  })
  .task({
    name: 'compare',
    dependencies: ['orders', 'customers'],
    run: ({ lines, customers }) => ({ ordersPerCustomer: (lines - 1) / customers }),
  });

export const options = { context: { folder: `${import.meta.dirname}/data` } };

export default inspectFolder;

if (import.meta.filename === process.argv[1]) {
  const job = run(inspectFolder, options);
  job.on('task.ready', ({ task, error }) => {
    if (error instanceof JobFailedError) {
      const { task: part, error: cause } = error.failure;
      console.log(`retrying ${task}: its sub-job failed in ${part} with ${(cause as NodeJS.ErrnoException).code}`);
    }
  });
  const { file, sha256, lines, ordersPerCustomer } = await job.unwrap();
  console.log(`${file.split('/').at(-1)}: ${lines} lines, sha256 ${sha256.slice(0, 16)}…`);
  console.log(`orders per customer: ${ordersPerCustomer.toFixed(2)}`);
}
