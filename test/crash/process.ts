/** Runs or continues a random job until it ends, or its process is killed: `process.ts SEED DATABASE EFFECTS`. */
import { appendFileSync } from 'node:fs';
import { resume, run } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';
import { randomFlow } from './random-flow.ts';

const [seed = '', database = '', effects = ''] = process.argv.slice(2);
const flow = randomFlow(Number(seed), (task) => appendFileSync(effects, `${task}\n`));
await using store = sqliteStore(database);
const options = { store, maxConcurrency: 4, lease: 150, onListenerError: console.error };
console.log('ready');
const exists = (await store.read('job')) !== undefined;
const job = exists ? resume(flow, 'job', { ...options, whenHeld: 'wait' }) : run(flow, { ...options, id: 'job' });
job.on('task.running', () => console.log('running'));
const result = await job;
if (result.state !== 'completed') {
  console.error(result);
  process.exitCode = 1;
}
