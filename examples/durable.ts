/** A job that is killed halfway and continued by another process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resume, run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const order = workflow('order', { version: '1' })
  .context<{ item: string }>()
  .task({
    name: 'reserve',
    run: ({ item }, { idempotencyKey }) => {
      console.log(`reserve ${item}, idempotency key ${idempotencyKey}`);
      return { reservation: 17, reservedAt: new Date() };
    },
  })
  .task({
    name: 'pack',
    dependencies: ['reserve'],
    run: async ({ item }) => {
      console.log(`pack ${item}`);
      await sleep(500);
    },
  })
  .task({
    name: 'send',
    dependencies: ['pack'],
    run: ({ reservation, reservedAt }) => {
      console.log(`send reservation ${reservation}, reservedAt is a ${reservedAt.constructor.name}`);
    },
  });

export default order;

async function firstProcess(file: string): Promise<void> {
  await using store = sqliteStore(file);
  await run(order, { id: 'order-1', context: { item: 'camera' }, store, lease: 300 });
}

async function secondProcess(file: string): Promise<void> {
  await using store = sqliteStore(file);
  const result = await resume(order, 'order-1', { store, lease: 300, whenHeld: 'wait' });
  console.log(`The job ended as ${result.state}`);
}

if (import.meta.filename === process.argv[1]) {
  const [file] = process.argv.slice(2);
  if (file !== undefined) {
    await firstProcess(file);
  } else {
    const directory = mkdtempSync(join(tmpdir(), 'durable-'));
    const database = join(directory, 'jobs.db');
    const child = fork(import.meta.filename, [database], { silent: true });
    child.stdout?.on('data', (data) => {
      process.stdout.write(data);
      if (String(data).includes('pack')) {
        child.kill('SIGKILL');
      }
    });
    await once(child, 'exit');
    console.log('The process was killed');
    await secondProcess(database);
    rmSync(directory, { recursive: true });
  }
}
