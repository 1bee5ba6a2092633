import { setTimeout } from 'node:timers/promises';
import { type TaskExecution, workflow } from 'tintype';

async function scale(photo: string, { signal }: TaskExecution): Promise<string> {
  // It ends when the attempt is cancelled or times out, on whatever machine it runs.
  await setTimeout(300, undefined, { signal });
  return `${photo}-small.jpg by process ${process.pid}`;
}

/** What the owner and the workers have in common. */
const album = workflow('album', { version: '1' })
  .context<{ title: string }>()
  .task({ name: 'harbour', run: async (_, execution) => ({ harbour: await scale('harbour', execution) }) })
  .task({ name: 'market', run: async (_, execution) => ({ market: await scale('market', execution) }) })
  .task({ name: 'bridge', run: async (_, execution) => ({ bridge: await scale('bridge', execution) }) })
  .task({ name: 'station', run: async (_, execution) => ({ station: await scale('station', execution) }) })
  .task({
    name: 'bind',
    dependencies: ['harbour', 'market', 'bridge', 'station'],
    run: ({ title, harbour, market, bridge, station }) => ({ title, pages: [harbour, market, bridge, station] }),
  });

export default album;
