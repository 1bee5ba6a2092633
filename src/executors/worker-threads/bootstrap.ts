/**
 * The first code a thread runs. It is JavaScript so that the rest can be TypeScript, even where Node.js can't load that: tsx
 * registers itself only in the main thread, so this registers it again.
 */
const SOURCE = `
import { workerData } from 'node:worker_threads';
const { program, tsx, port, slots } = workerData;
// The functions that are called can import \`workerData\` too.
delete workerData.port;
delete workerData.slots;
let registered;
const load = async (url) => {
  if (tsx !== undefined && !process.features.typescript && /\\.[cm]?tsx?$/.test(url)) {
    registered ??= import(tsx).then(({ register }) => register());
    await registered;
  }
  return import(url);
};
const { serve } = await load(program);
serve({ load, port, slots });
`;

export const BOOTSTRAP = new URL(`data:text/javascript,${encodeURIComponent(SOURCE)}`);
