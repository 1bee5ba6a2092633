/** Wants the same jobs as another process does: `racer.ts run|resume DATABASE COUNT EFFECTS`. Prints how each went. */
import { appendFileSync } from 'node:fs';
import { type JobResult, resume, run, workflow } from 'tintype';
import { sqliteStore } from 'tintype/sqlite';

const [mode = '', database = '', count = '', effects = ''] = process.argv.slice(2);
await using store = sqliteStore(database);
const flow = (id: string) =>
  workflow('race').task({
    name: 'a',
    run: async () => {
      appendFileSync(effects, `${id}\n`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
const ways: string[] = [];
for (let index = 0; index < Number(count); index += 1) {
  const id = `${mode}${index}`;
  const result: JobResult = await (mode === 'run' ? run(flow(id), { id, store }) : resume(flow(id), id, { store }));
  ways.push(result.state === 'detached' ? result.error.code : result.state);
}
console.log(JSON.stringify(ways));
