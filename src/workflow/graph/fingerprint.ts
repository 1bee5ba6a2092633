import type { Edges } from '../read-dependencies.ts';
import { validGraph } from '../validate-tasks.ts';
import type { AnyWorkflow } from '../workflow.ts';
import type { TaskGraph } from './task-graph.ts';

/**
 * Returns 16 hexadecimal digits that are equal for workflows with the same name, version, tasks, dependencies, `continueOnFailure`, and
 * workflow order, and the same tasks with a `when`, an `undo` or `finally`. Functions are ignored. Use it to detect mistakes, such as a
 * worker of another version; it isn't a security feature.
 * @throws {InvalidWorkflowError} if the workflow can't run
 * @example
 * fingerprint(smoothie); // '5f0c2c1b7f9d6d0e'
 */
export function fingerprint(workflow: AnyWorkflow): string {
  return fingerprintOf(workflow, validGraph(workflow));
}

interface VersionedName {
  readonly name: string;
  readonly version?: string | undefined;
}

/** The fingerprint of a workflow whose graph is known. */
export function fingerprintOf({ name: workflow, version }: VersionedName, { tasks: specs, positions }: TaskGraph): string {
  const tasks: unknown[] = [];
  for (const [index, { name, dependencies, edges, when, undo, continueOnFailure, finally: isFinal }] of specs.entries()) {
    const traits = [when !== undefined, undo !== undefined, isFinal === true];
    const rest = edges === undefined && !traits.includes(true) ? [] : [edgesOf(dependencies, edges), ...traits];
    tasks[positions[index] as number] = [name, [...dependencies].sort(), continueOnFailure === true, ...rest];
  }
  const text = JSON.stringify([workflow, version ?? null, tasks]);
  return hash(text, 0x811c9dc5, 0x01000193) + hash(text, 0x9747b28c, 0x5bd1e995);
}

/** Those that need not complete, in an order of names. Groups are told apart by their first name. */
function edgesOf(dependencies: readonly string[], edges: Edges['edges']): unknown[] {
  const sorted = [...dependencies].sort();
  return sorted.flatMap((name) => {
    const edge = edges?.get(name);
    const isInGroup = (other: string) =>
      edge?.kind === 'anyOf' && edges?.get(other)?.group === edge.group && edges.get(other)?.kind === 'anyOf';
    return edge === undefined ? [] : [[name, edge.kind, sorted.find(isInGroup) ?? null]];
  });
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
