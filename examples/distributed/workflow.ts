import { setTimeout } from 'node:timers/promises';
import { type TaskExecution, workflow } from 'tintype';

async function scale(photo: string, { signal }: TaskExecution): Promise<string> {
  // Stops when the attempt is cancelled or times out, on whichever machine it runs.
  await setTimeout(300, undefined, { signal });
  return `${photo}-small.jpg by process ${process.pid}`;
}

/** The workflow shared by the owner and the workers. */
const album = workflow('album', { version: '1' })
  .context<{ title: string }>()
  .task({ name: 'harbor', run: async (_, execution) => ({ harbor: await scale('harbor', execution) }) })
  .task({ name: 'market', run: async (_, execution) => ({ market: await scale('market', execution) }) })
  .task({ name: 'bridge', run: async (_, execution) => ({ bridge: await scale('bridge', execution) }) })
  .task({ name: 'station', run: async (_, execution) => ({ station: await scale('station', execution) }) })
  .task({
    name: 'bind',
    dependencies: ['harbor', 'market', 'bridge', 'station'],
    run: ({ title, harbor, market, bridge, station }) => ({ title, pages: [harbor, market, bridge, station] }),
  });

export default album;
