/** A service that a supervisor restarts: `poison-process.ts DATABASE EFFECTS INNOCENT POISON COUNT_INTERRUPTED`. */
import { appendFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { listJobs, resumeAll, run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';

const [database = '', effects = '', innocent = '', poison = '', countInterrupted = ''] = process.argv.slice(2);
await using store = sqliteStore(database, { sync: 'off' });
const options = { store, lease: 1500, backoff: 0, onListenerError: console.error };

const work = workflow('innocent')
  .task({ name: 'first', run: () => setTimeout(30).then(() => {}) })
  .task({ name: 'second', dependencies: ['first'], run: () => setTimeout(10).then(() => {}) });

const kill = workflow('poison').task({
  name: 'kill',
  run: async () => {
    appendFileSync(effects, 'killed\n');
    await setTimeout(15);
    process.kill(process.pid, 'SIGKILL');
  },
});

if ((await listJobs(store)).jobs.length === 0) {
  const count = (length: string) => Array.from({ length: Number(length) }, (_, index) => index);
  const innocents = count(innocent).map((index) => run(work, { ...options, id: `innocent-${index}` }));
  const poisons = count(poison).map((index) => run(kill, { ...options, id: `poison-${index}` }));
  await Promise.all<unknown>([...innocents, ...poisons]);
} else {
  const onProblem = () => {};
  while ((await listJobs(store, { state: 'running' })).jobs.length > 0) {
    await Promise.all(await resumeAll([work, kill], { ...options, countInterrupted: countInterrupted === 'true', onProblem }));
  }
}
