import { validGraph } from './validate-tasks.ts';
import type { AnyWorkflow } from './workflow.ts';

/**
 * Gives 16 hexadecimal digits that say whether two workflows have the same name, version, tasks, dependencies and
 * `continueOnFailure`, whatever the order of definition; what the functions do takes no part in it. It is there to find mistakes,
 * such as a worker of another version, not to keep anybody out.
 * @throws {InvalidWorkflowError} when the workflow can't be run
 * @example
 * fingerprint(smoothie); // '5f0c2c1b7f9d6d0e'
 */
export function fingerprint(workflow: AnyWorkflow): string {
  const tasks = validGraph(workflow).tasks.map(({ name, dependencies, continueOnFailure }) => [
    name,
    [...dependencies].sort(),
    continueOnFailure === true,
  ]);
  tasks.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  const text = JSON.stringify([workflow.name, workflow.version ?? null, tasks]);
  return hash(text, 0x811c9dc5, 0x01000193) + hash(text, 0x9747b28c, 0x5bd1e995);
}

/** FNV-1a of UTF-16 units, with a given beginning and factor, and the last step of MurmurHash3, which spreads what came last. */
function hash(text: string, seed: number, factor: number): string {
  let state = seed;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), factor);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return ((state ^ (state >>> 16)) >>> 0).toString(16).padStart(8, '0');
}
