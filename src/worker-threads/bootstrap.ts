/**
 * What a thread runs first. It is JavaScript, so that the rest can be TypeScript: also where Node.js can't read that and tsx, which
 * registers itself in the first thread only, has to be told again.
 */
const SOURCE = `
import { workerData } from 'node:worker_threads';
const { program, tsx } = workerData;
let registered;
const load = async (url) => {
  if (tsx !== undefined && !process.features.typescript && /\\.[cm]?tsx?$/.test(url)) {
    registered ??= import(tsx).then(({ register }) => register());
    await registered;
  }
  return import(url);
};
const { serve } = await load(program);
serve(load);
`;

export const BOOTSTRAP = new URL(`data:text/javascript,${encodeURIComponent(SOURCE)}`);
