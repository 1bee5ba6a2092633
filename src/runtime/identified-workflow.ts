import { fingerprintOf } from '../workflow/graph/fingerprint.ts';
import type { TaskGraph } from '../workflow/graph/task-graph.ts';
import type { JobWorkflow } from './executor.ts';

/** The workflow of a job, as executors see it. */
export class IdentifiedWorkflow implements JobWorkflow {
  readonly name: string;
  readonly version: string | undefined;
  readonly #graph: TaskGraph;
  #fingerprint: string | undefined;

  constructor({ name, version }: Pick<JobWorkflow, 'name' | 'version'>, graph: TaskGraph) {
    this.name = name;
    this.version = version;
    this.#graph = graph;
  }

  /** Computed when it is first read: most executors don't read it. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOf(this, this.#graph);
    return this.#fingerprint;
  }
}
